using System.Text.Json;

namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>What each command says in each state (runtime.md#operations), and what the commands without a container print.</summary>
public sealed class StateMachineTests
{
    [Fact]
    public void UnknownContainerIsAnErrorForAll()
    {
        using var container = new TestContainer("true");
        foreach (var command in (string[])["state", "start", "kill", "delete", "pause", "resume", "ps"])
        {
            var result = container.Runcs(command, "nobody");
            Assert.Equal(1, result.ExitCode);
            Assert.Contains("'nobody' does not exist", result.Errors);
            Assert.Empty(result.Output);
            Assert.Equal(1, container.Runcs(command).ExitCode);
        }

        Assert.Equal(255, container.Runcs("exec", "nobody", "true").ExitCode);
        Assert.Equal(0, container.Runcs("delete", "--force", "nobody").ExitCode);
    }

    [Theory]
    [InlineData("../up")]
    [InlineData(".")]
    [InlineData("a/b")]
    [InlineData("a b")]
    public void OddIdIsRefused(string id)
    {
        using var container = new TestContainer("true");
        container.WriteSpec();
        foreach (var command in (string[][])[["create", "--bundle", container.Bundle], ["run", "--bundle", container.Bundle], ["state"], ["delete", "--force"]])
        {
            var result = container.Runcs([.. command, id]);
            Assert.Equal(1, result.ExitCode);
            Assert.Contains($"'{id}'", result.Errors);
        }
    }

    [Fact]
    public void CommandsGoByTheState()
    {
        using var container = new TestContainer("sleep", "60");
        container.Create();
        Assert.Equal("created", container.State().Status);
        Refused(container, "created", "exec", container.Id, "true");
        Refused(container, "taken", "create", "--bundle", container.Bundle, container.Id);
        Refused(container, "taken", "run", "--bundle", container.Bundle, container.Id);
        Assert.Equal(0, container.Runcs("start", container.Id).ExitCode);
        Assert.Equal("running", container.State().Status);
        Refused(container, "running", "start", container.Id);
        Refused(container, "running", "delete", container.Id);
        Refused(container, "taken", "create", "--bundle", container.Bundle, container.Id);
        Assert.Equal("running", container.State().Status);
        Assert.Equal(0, container.Runcs("kill", container.Id, "KILL").ExitCode);
        while (container.State().Status != "stopped");
        Assert.Equal(("stopped", 0), container.State());
        Refused(container, "stopped", "start", container.Id);
        Refused(container, "stopped", "exec", container.Id, "true");
        Refused(container, "container not running", "kill", container.Id);
        Assert.Equal(0, container.Runcs("delete", container.Id).ExitCode);
        Refused(container, "does not exist", "delete", container.Id);
    }

    [Fact]
    public void CreatedContainerCanBeKilledAndDeleted()
    {
        using var container = new TestContainer("sleep", "60");
        container.Create();
        Assert.Equal(0, container.Runcs("kill", container.Id, "9").ExitCode);
        while (container.State().Status != "stopped");
        Assert.Equal(0, container.Runcs("delete", container.Id).ExitCode);
        container.Create();
        Assert.Equal(0, container.Runcs("delete", container.Id).ExitCode);
        Assert.Empty(container.CgroupDirectories());
    }

    [Theory]
    [InlineData("SIGUSR1", 10)]
    [InlineData("usr1", 10)]
    [InlineData("SigHup", 1)]
    [InlineData("12", 12)]
    [InlineData("SIGRTMIN+3", 37)]
    [InlineData("rtmax-1", 63)]
    [InlineData("64", 64)]
    public void SignalsGoByNameAndNumber(string name, int number)
    {
        using var container = new TestContainer("sh", "-c", $"trap 'echo got >/tmp/got; exit 7' {number}; echo ready >/tmp/ready; while :; do sleep 0.01; done");
        container.RunDetached();
        while (!File.Exists(Path.Combine(container.Rootfs, "tmp/ready"))) Assert.Equal("running", container.State().Status);
        Assert.Equal(0, container.Runcs("kill", container.Id, name).ExitCode);
        while (container.State().Status != "stopped");
        Assert.True(File.Exists(Path.Combine(container.Rootfs, "tmp/got")));
    }

    [Theory]
    [InlineData("SIGNONE")]
    [InlineData("65")]
    [InlineData("0x9")]
    [InlineData("RTMIN+31")]
    public void WhatIsNoSignalIsRefused(string name)
    {
        using var container = new TestContainer("sleep", "60");
        container.RunDetached();
        Refused(container, $"'{name}' is not a signal", "kill", container.Id, name);
    }

    [Fact]
    public void RootThatIsMovedIsAsGoodAsOneThatIsPivotedTo()
    {
        using var container = new TestContainer("sleep", "60");
        container.WriteSpec();
        var script = "ls /..; ls /proc/1/root/..";
        container.Spec.Process!.Args = ["sh", "-c", script];
        var pivoted = container.Run();
        var moved = container.Run("--no-pivot");
        Assert.Equal(0, moved.ExitCode);
        Assert.Equal(pivoted.Output, moved.Output);

        container.Spec.Process.Args = ["sleep", "60"];
        container.Create("--no-pivot");
        Assert.Equal(0, container.Runcs("start", container.Id).ExitCode);
        Assert.Equal(pivoted.Output, container.Exec("sh", "-c", script).Output);
    }

    [Fact]
    public void VersionHasTheLinesThatEnginesRead()
    {
        using var container = new TestContainer();
        var lines = container.Runcs("--version").Lines;
        Assert.Matches("^runcs version [0-9]+\\.[0-9]+\\.[0-9]+$", lines[0]);
        Assert.Matches("^spec: 1\\.2\\.[0-9]+$", lines[^1]);
        Assert.All(lines[1..^1], l => Assert.Matches("^commit: [0-9a-f]+$", l));
    }

    [Fact]
    public void FeaturesAreThoseOfTheSpecification()
    {
        using var container = new TestContainer();
        using var document = JsonDocument.Parse(container.Runcs("features").Output);
        var features = document.RootElement;
        Assert.StartsWith("1.2", features.GetProperty("ociVersionMax").GetString());
        Assert.Equal(["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"], Texts(features.GetProperty("hooks")));
        Assert.Contains("rro", Texts(features.GetProperty("mountOptions")));
        var linux = features.GetProperty("linux");
        Assert.Equal(8, Texts(linux.GetProperty("namespaces")).Count);
        Assert.Contains("CAP_CHECKPOINT_RESTORE", Texts(linux.GetProperty("capabilities")));
        Assert.True(linux.GetProperty("mountExtensions").GetProperty("idmap").GetProperty("enabled").GetBoolean());
        Assert.False(linux.GetProperty("intelRdt").GetProperty("enabled").GetBoolean());
        var seccomp = linux.GetProperty("seccomp");
        Assert.Contains("SCMP_ACT_NOTIFY", Texts(seccomp.GetProperty("actions")));
        Assert.Contains("SCMP_CMP_MASKED_EQ", Texts(seccomp.GetProperty("operators")));
        Assert.Contains("SCMP_ARCH_X86_64", Texts(seccomp.GetProperty("archs")));
        Assert.Contains("SECCOMP_FILTER_FLAG_LOG", Texts(seccomp.GetProperty("supportedFlags")));
        static List<string> Texts(JsonElement list) => [.. list.EnumerateArray().Select(e => e.GetString()!)];
    }

    [Fact]
    public void ErrorsAreOneLineAndAnObjectInTheLog()
    {
        using var container = new TestContainer("true");
        container.Spec.Process!.Args = ["no\nsuch \"program\""];
        var log = Path.Combine(container.Folder, "log");
        var result = container.Runcs("--log", log, "--log-format", "json", "create", "--bundle", container.WriteSpec(), container.Id);
        Assert.Equal(1, result.ExitCode);
        Assert.Single(result.Errors.TrimEnd().Split('\n'));
        using var line = JsonDocument.Parse(Assert.Single(File.ReadAllLines(log)));
        Assert.Equal(["level", "msg", "time"], line.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Contains("executable file not found in $PATH", line.RootElement.GetProperty("msg").GetString());
        Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$", line.RootElement.GetProperty("time").GetString());
    }

    [Fact]
    public void SystemdIsRefusedInWords()
    {
        using var container = new TestContainer("true");
        var result = container.Runcs("--systemd-cgroup", "run", "--bundle", container.WriteSpec(), container.Id);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("--systemd-cgroup is not supported", result.Errors);
    }

    private static void Refused(TestContainer container, string words, params string[] command)
    {
        var result = container.Runcs(command);
        Assert.Equal(command[0] == "exec" ? 255 : 1, result.ExitCode);
        Assert.Contains(words, result.Errors);
        Assert.Single(result.Errors.TrimEnd().Split('\n'));
    }
}
