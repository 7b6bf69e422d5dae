using ContainerPS.Engine.Build;

namespace ContainerPS.Engine.Tests.Build;

public class SyntaxTests
{
    [Theory]
    [InlineData("RUN a \\\nb", "RUN a b", 2, 3)]
    [InlineData("RUN a \\\n  b", "RUN a   b", 2, 3)]
    [InlineData("RUN a\\\nb", "RUN ab", 2, 3)]
    [InlineData("RUN a \\  \t\nb", "RUN a b", 2, 3)]
    [InlineData("RUN a \\\r\nb\r\n", "RUN a b", 2, 3)]
    [InlineData("RUN a \\\n# comment\nb", "RUN a b", 2, 4)]
    [InlineData("RUN a \\\n   # comment\n#\nb", "RUN a b", 2, 5)]
    [InlineData("RUN a \\\n\n\nb", "RUN a b", 2, 5)]
    [InlineData("RUN a # no comment", "RUN a # no comment", 2, 2)]
    [InlineData("RUN a \\\\\nRUN b", "RUN b", 3, 3)]
    [InlineData("RUN a \\\nb \\\nc", "RUN a b c", 2, 4)]
    [InlineData("\\\nRUN a", "RUN a", 2, 3)]
    [InlineData("RUN a \\", "RUN a", 2, 2)]
    [InlineData("RUN a \\\n", "RUN a", 2, 2)]
    [InlineData("RUN a \\\n# comment", "RUN a", 2, 3)]
    [InlineData("   RUN   a  ", "RUN   a", 2, 2)]
    [InlineData("\tRUN\ta", "RUN\ta", 2, 2)]
    [InlineData("\n \n\t\nRUN a", "RUN a", 5, 5)]
    [InlineData("# comment\n  # comment\nRUN a", "RUN a", 4, 4)]
    [InlineData("R\\\nUN a", "RUN a", 2, 3)]
    public void Joins_lines_that_go_on(string text, string expected, int first, int last)
    {
        var run = Written.Instruction<RunInstruction>(text);
        Assert.Equal(expected, run.Text);
        Assert.Equal(new SourceLocation("Dockerfile", first, last), run.Location);
    }

    [Fact]
    public void Joins_lines_with_a_backtick()
    {
        var stage = Written.Parse("# escape=`\nFROM a\nRUN x `\n  y\nCOPY . C:\\\nRUN z").Stages[0];
        Assert.Equal(["RUN x   y", "COPY . C:\\", "RUN z"], stage.Instructions.Select(instruction => instruction.Text));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("\n\n", 1)]
    [InlineData("   \t ", 1)]
    [InlineData("# comment", 1)]
    [InlineData("# escape=`", 1)]
    [InlineData("\uFEFF", 1)]
    [InlineData("ARG A=1", 1)]
    [InlineData("ARG A=1\n# FROM x", 1)]
    public void Refuses_a_Dockerfile_without_stages(string text, int line)
    {
        var error = Written.Refused(text, "some/Dockerfile");
        Assert.Equal(line, error.Line);
        Assert.Contains("FROM", error.Message);
    }

    [Theory]
    [InlineData("RUN a\nFROM b", 1)]
    [InlineData("ARG A\n\nENV A=1\nFROM b", 3)]
    [InlineData("LABEL a=b", 1)]
    public void Refuses_instructions_before_FROM(string text, int line)
    {
        var error = Written.Refused(text);
        Assert.Equal(line, error.Line);
        Assert.Contains("before the first FROM", error.Message);
    }

    [Theory]
    [InlineData("RUM echo", "Did you mean RUN?")]
    [InlineData("copi a b", "Did you mean COPY?")]
    [InlineData("FORM x", "Did you mean FROM?")]
    [InlineData("RNU x", "Did you mean RUN?")]
    [InlineData("EVN x", "Did you mean ENV?")]
    [InlineData("CDM x", "Did you mean CMD?")]
    [InlineData("HAELTHCEHCK x", "Did you mean HEALTHCHECK?")]
    [InlineData("ENTRYPONT x", "Did you mean ENTRYPOINT?")]
    [InlineData("HELTHCHECK x", "Did you mean HEALTHCHECK?")]
    [InlineData("WORKDR x", "Did you mean WORKDIR?")]
    [InlineData("XYZZY", "no instruction 'XYZZY'.")]
    [InlineData("echo hello", "no instruction 'echo'.")]
    [InlineData("RUNecho", "no instruction 'RUNecho'.")]
    [InlineData("<<EOF", "no instruction '<<EOF'.")]
    [InlineData("\\", "nothing follows")]
    public void Refuses_unknown_instructions(string text, string expected) => Assert.Contains(expected, Written.RefusedInstruction(text).Message);

    [Theory]
    [InlineData("run a")]
    [InlineData("Run a")]
    [InlineData("rUn a")]
    public void Takes_keywords_in_any_case(string text)
    {
        var run = Written.Instruction<RunInstruction>(text);
        Assert.Equal("RUN", run.Keyword);
        Assert.Equal(text[..3], run.WrittenKeyword);
    }

    [Fact]
    public void Keeps_the_comments_right_above_an_instruction()
    {
        var stage = Written.Parse("# escape=\\\n# far\n\n# one\n# two\nFROM a\n# above\n#\n#three\nRUN b\nRUN c").Stages[0];
        Assert.Equal(["one", "two"], stage.From.Comments);
        Assert.Equal(["three"], stage.Instructions[0].Comments);
        Assert.Empty(stage.Instructions[1].Comments);
    }

    [Fact]
    public void Remembers_empty_lines_in_instructions()
    {
        var dockerfile = Written.Parse("FROM a\nRUN b \\\n\n  c \\\n \n  d\nRUN e \\\n# comment\n  f");
        Assert.Equal([new SourceLocation("Dockerfile", 3, 3)], dockerfile.EmptyContinuations);
    }

    [Fact]
    public void Numbers_lines_with_carriage_returns_and_byte_order_mark()
    {
        var dockerfile = Written.Parse("\uFEFF# syntax=docker/dockerfile:1\r\n\r\nFROM a AS b\r\nRUN x \\\r\n    y\r\n\r\nRUN z\r\n");
        Assert.Equal("docker/dockerfile:1", dockerfile.Directives.Syntax);
        Assert.Equal([3, 4, 7], [dockerfile.Stages[0].Location.FirstLine, .. dockerfile.Stages[0].Instructions.Select(instruction => instruction.Location.FirstLine)]);
        Assert.Equal("RUN x     y", dockerfile.Stages[0].Instructions[0].Text);
    }

    [Theory]
    [InlineData("FROM a\nRUN x\n  RUN y")]
    [InlineData("FROM a\nRUN x\rRUN y")]
    public void Ends_lines_at_line_feeds_alone(string text) => Assert.Equal(text.Contains('\r') ? 1 : 2, Written.Parse(text).Stages[0].Instructions.Count);
}
