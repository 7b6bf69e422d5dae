using ContainerPS.Engine.Build;

namespace ContainerPS.Engine.Tests.Build;

public class BuildArgumentsTests
{
    private static readonly Dictionary<string, string> s_none = [];

    [Theory]
    [InlineData("HTTP_PROXY", true)]
    [InlineData("http_proxy", true)]
    [InlineData("HTTPS_PROXY", true)]
    [InlineData("ftp_proxy", true)]
    [InlineData("no_proxy", true)]
    [InlineData("ALL_PROXY", true)]
    [InlineData("Http_Proxy", true)]
    [InlineData("SOCKS_PROXY", false)]
    [InlineData("PROXY", false)]
    public void Knows_proxies(string name, bool expected) => Assert.Equal(expected, BuildArguments.IsProxy(name));

    [Theory]
    [InlineData("linux/amd64", "linux", "amd64", "")]
    [InlineData("linux/arm/v7", "linux", "arm", "v7")]
    public void Says_what_is_built(string platform, string os, string architecture, string variant)
    {
        var table = BuildArguments.Platform("linux/s390x", platform, null, s_none);
        Assert.Equal((platform, os, architecture, variant), (table.Find("TARGETPLATFORM"), table.Find("TARGETOS"), table.Find("TARGETARCH"), table.Find("TARGETVARIANT")));
        Assert.Equal(("linux/s390x", "linux", "s390x", ""), (table.Find("BUILDPLATFORM"), table.Find("BUILDOS"), table.Find("BUILDARCH"), table.Find("BUILDVARIANT")));
        Assert.Equal("default", table.Find("TARGETSTAGE"));
        Assert.Equal("x", BuildArguments.Platform("a/b", "a/b", "web", new Dictionary<string, string> { ["TARGETSTAGE"] = "x" }).Find("TARGETSTAGE"));
    }

    [Fact]
    public void Gives_FROM_what_stands_before_it()
    {
        var dockerfile = Written.Parse("ARG A=1 B=${A}2\nARG C=${TARGETARCH}-$B\nARG D\nARG A=3\nFROM x\nARG E=5");
        var table = BuildArguments.Global(dockerfile, BuildArguments.Platform("linux/amd64", "linux/arm64", null, s_none), new Dictionary<string, string> { ["B"] = "given", ["E"] = "6", ["D"] = "7" });
        Assert.Equal(("3", "given", "arm64-given", "7", null), (table.Find("A"), table.Find("B"), table.Find("C"), table.Find("D"), table.Find("E")));
    }

    [Theory]
    [InlineData("ARG A", null, null, null)]
    [InlineData("ARG A", null, "global", "global")]
    [InlineData("ARG A=own", null, "global", "own")]
    [InlineData("ARG A=own", "given", "global", "given")]
    [InlineData("ARG A", "given", "global", "given")]
    [InlineData("ARG A=", null, "global", "")]
    [InlineData("ARG A=own", "", null, "")]
    [InlineData("ARG A=$X", null, null, "x")]
    public void Gives_a_stage_what_is_declared_in_it(string text, string? given, string? global, string? expected)
    {
        var variables = Written.Variables("X=x");
        var globals = new VariableTable();
        if (global is not null)
            globals.Set("A", global);
        var arguments = given is null ? s_none : new() { ["A"] = given, ["Z"] = "unused" };
        var declared = BuildArguments.Declare(Written.Instruction<ArgInstruction>(text), variables, globals, arguments, '\\');
        Assert.Equal(new BuildArgument("A", expected), Assert.Single(declared.Value));
        Assert.Equal(expected, variables.Find("A"));
        Assert.Null(variables.Find("Z"));
    }

    [Fact]
    public void Reads_no_default_that_does_not_count()
    {
        var instruction = Written.Instruction<ArgInstruction>("ARG A=${B:?say b}");
        Assert.Equal("1", BuildArguments.Declare(instruction, new(), NoVariables.Instance, new Dictionary<string, string> { ["A"] = "1" }, '\\').Value[0].Default);
        Assert.Throws<DockerfileException>(() => BuildArguments.Declare(instruction, new(), NoVariables.Instance, s_none, '\\'));
    }

    [Fact]
    public void Lets_later_ones_of_an_ARG_see_earlier_ones()
    {
        var declared = BuildArguments.Declare(Written.Instruction<ArgInstruction>("ARG A=1 B=$A$A C=$NONE"), new(), NoVariables.Instance, s_none, '\\');
        Assert.Equal(["1", "11", ""], declared.Value.Select(argument => argument.Default));
        Assert.Equal(["NONE"], declared.Undefined);
    }

    [Fact]
    public void Refuses_more_than_a_program_can_have()
    {
        var lines = string.Join('\n', Enumerable.Range(0, 30).Select(i => $"ARG A{i}=$A"));
        var dockerfile = Written.Parse($"ARG A={new string('x', 600_000)}\n{lines}\nFROM x");
        Assert.Contains("8 MiB", Assert.Throws<DockerfileException>(() => BuildArguments.Global(dockerfile, NoVariables.Instance, s_none)).Message);
    }
}
