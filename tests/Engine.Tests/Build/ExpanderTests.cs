using ContainerPS.Engine.Build;

namespace ContainerPS.Engine.Tests.Build;

public class ExpanderTests
{
    private static readonly VariableTable s_variables = Written.Variables("A=1", "DIR=/d r", "LIST=a b", "EMPTY=", "NAME=term");

    [Fact]
    public void Puts_variables_into_the_fields_that_Docker_does()
    {
        Assert.Equal([new("k1", "v 1"), new KeyValue("q", "a\"1\"")], Expand<EnvInstruction>("ENV k$A='v '$A q=a\\\"$A\\\"").Variables);
        Assert.Equal([new KeyValue("1", "/d r", true)], Expand<EnvInstruction>("ENV $A $DIR").Variables);
        Assert.Equal([new("k", "$A"), new KeyValue("l", "1")], Expand<LabelInstruction>("LABEL k='$A' \"l\"=\"$A\"").Labels);
        Assert.Equal("/d r/x", Expand<WorkdirInstruction>("WORKDIR $DIR/x").Path);
        Assert.Equal("u1:1", Expand<UserInstruction>("USER u$A:$A").User);
        Assert.Equal("SIGterm", Expand<StopSignalInstruction>("STOPSIGNAL SIG$NAME").Signal);
        Assert.Equal("1", Expand<StopSignalInstruction>("STOPSIGNAL $A").Signal);
        Assert.Equal(["/d r", "x y"], Expand<VolumeInstruction>("VOLUME [\"$DIR\", \"'x y'\"]").Paths);
        Assert.Equal(["a", "b", "81"], Expand<ExposeInstruction>("EXPOSE $LIST 8$A $EMPTY").Ports);
        var copy = Expand<CopyInstruction>("COPY --chown=$A --chmod=$A --exclude=$A $A \"x\" $DIR/");
        Assert.Equal(("1", "1", "/d r/"), (copy.Owner, copy.Mode, copy.Destination));
        Assert.Equal(["1", "x"], copy.Sources);
        Assert.Equal(["$A"], copy.Exclude);
        var add = Expand<AddInstruction>("ADD --checksum=sha256:$A http://x/$A $DIR");
        Assert.Equal(("sha256:1", "http://x/1", "/d r"), (add.Checksum, add.Sources[0], add.Destination));
        var from = Expander.Expand(Written.Parse("FROM --platform=$A img:$A AS x").Stages[0].From, s_variables, '\\').Value;
        Assert.Equal(("1", "img:1"), (from.Platform, from.Image));
    }

    [Theory]
    [InlineData("RUN echo $A")]
    [InlineData("RUN [\"echo\", \"$A\"]")]
    [InlineData("CMD $A")]
    [InlineData("ENTRYPOINT [\"$A\"]")]
    [InlineData("HEALTHCHECK CMD $A")]
    [InlineData("SHELL [\"$A\"]")]
    [InlineData("MAINTAINER $A")]
    [InlineData("ONBUILD ENV x=$A")]
    public void Leaves_others_alone(string text)
    {
        var instruction = Written.Parse("FROM a\n" + text).Stages[0].Instructions[0];
        var expanded = Expander.Expand(instruction, s_variables, '\\');
        Assert.Same(instruction, expanded.Value);
        Assert.Empty(expanded.Used);
    }

    [Fact]
    public void Sees_what_was_set_before_the_instruction()
    {
        Assert.Equal(["2", "1"], Expand<EnvInstruction>("ENV A=2 B=$A").Variables.Select(pair => pair.Value));
        Assert.Equal(["2", "23"], Expand<ArgInstruction>("ARG A=2 B=${A}3").Arguments.Select(argument => argument.Default));
    }

    [Fact]
    public void Resolves_quotation_marks_once()
    {
        var env = Written.Instruction<EnvInstruction>("ENV a=\"\\\"x\\\"\"");
        Assert.Equal("\"x\"", Expander.Expand(env, s_variables, '\\').Value.Variables[0].Value);
    }

    [Theory]
    [InlineData("ENV a=${B:?missing}", "missing")]
    [InlineData("COPY ${x a", "'}'")]
    [InlineData("WORKDIR 'a", "single quotation mark")]
    [InlineData("STOPSIGNAL SIG$A", "'SIG1'")]
    [InlineData("STOPSIGNAL 65", "'65'")]
    [InlineData("STOPSIGNAL $NONE", "''")]
    [InlineData("LABEL a=${A%%%", "'}'")]
    public void Says_where_it_cannot(string text, string expected)
    {
        var instruction = Written.Parse("FROM a\n\n" + text).Stages[0].Instructions[0];
        var error = Assert.Throws<DockerfileException>(() => Expander.Expand(instruction, s_variables, '\\'));
        Written.Check(error, "Dockerfile");
        Assert.Equal(3, error.Line);
        Assert.Contains(expected, error.Message);
    }

    private static T Expand<T>(string text)
        where T : Instruction => Expander.Expand(Written.Instruction<T>(text), s_variables, '\\').Value;
}
