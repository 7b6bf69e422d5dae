using ContainerPS.Engine.Build;

namespace ContainerPS.Engine.Tests.Build;

public class HeredocTests
{
    [Theory]
    [InlineData("RUN <<EOF\necho a\necho b\nEOF", "EOF", "echo a\necho b\n", true, false)]
    [InlineData("RUN <<-EOF\n\techo a\n\t\techo b\n\tEOF", "EOF", "\techo a\n\t\techo b\n", true, true)]
    [InlineData("RUN <<'EOF'\n$A\nEOF", "EOF", "$A\n", false, false)]
    [InlineData("RUN <<\"EOF\"\n$A\nEOF", "EOF", "$A\n", false, false)]
    [InlineData("RUN <<E\"O\"F\n$A\nEOF", "EOF", "$A\n", false, false)]
    [InlineData("RUN << EOF\na\nEOF", "EOF", "a\n", true, false)]
    [InlineData("RUN <<EOF cat\na\nEOF", "EOF", "a\n", true, false)]
    [InlineData("RUN cat <<EOF > /f\na\nEOF", "EOF", "a\n", true, false)]
    [InlineData("RUN python3 <<END-OF.FILE\nprint()\nEND-OF.FILE", "END-OF.FILE", "print()\n", true, false)]
    [InlineData("RUN <<EOF\nEOF", "EOF", "", true, false)]
    [InlineData("RUN <<EOF\n\n\nEOF", "EOF", "\n\n", true, false)]
    [InlineData("RUN <<EOF\nEOFx\n EOF\nEOF ", null, null, false, false)]
    [InlineData("RUN <<EOF\r\na\r\nEOF\r\n", "EOF", "a\r\n", true, false)]
    [InlineData("RUN <<EOF\n# no comment\nFROM x\\\nEOF", "EOF", "# no comment\nFROM x\\\n", true, false)]
    [InlineData("run --network=none <<EOF\na\nEOF", "EOF", "a\n", true, false)]
    [InlineData("RUN <<日本\na\n日本", "日本", "a\n", true, false)]
    public void Reads_content(string text, string? name, string? content, bool expand, bool strip)
    {
        if (name is null)
        {
            Assert.Contains("has no end", Written.RefusedInstruction(text).Message);
            return;
        }

        var heredoc = Assert.Single(Written.Instruction<RunInstruction>(text).Heredocs);
        Assert.Equal(new Heredoc(name, content!, expand, strip, 0), heredoc);
    }

    [Theory]
    [InlineData("RUN echo $((1<<2))")]
    [InlineData("RUN echo a<<b")]
    [InlineData("RUN cat <<<word")]
    [InlineData("RUN cat <")]
    [InlineData("RUN cat <<")]
    [InlineData("RUN echo '<<EOF'")]
    [InlineData("RUN echo \"<<EOF\"")]
    [InlineData("RUN echo \\<<EOF")]
    [InlineData("RUN echo 'open <<EOF")]
    [InlineData("RUN [\"cat\", \"<<EOF\"]")]
    [InlineData("CMD cat <<EOF")]
    [InlineData("ENTRYPOINT cat <<EOF")]
    [InlineData("LABEL a=<<EOF")]
    [InlineData("ENV a=<<EOF")]
    [InlineData("COPY [\"<<EOF\", \"/f\"]")]
    [InlineData("ONBUILD CMD cat <<EOF")]
    public void Finds_none(string text) => Assert.Equal(2, Written.Parse($"FROM a\n{text}\nRUN b").Stages[0].Instructions.Count);

    [Fact]
    public void Reads_several_in_one_instruction()
    {
        var run = Written.Instruction<RunInstruction>("RUN cat 3<<A /dev/fd/3 <<'B' | sh <<-C\n1\nA\n2\n3\nB\n\t4\n\tC");
        Assert.Equal([new("A", "1\n", true, false, 3), new("B", "2\n3\n", false, false, 0), new Heredoc("C", "\t4\n", true, true, 0)], run.Heredocs);
        Assert.Equal("4\n", run.Heredocs[2].Text);
        Assert.Equal(new SourceLocation("Dockerfile", 2, 9), run.Location);
    }

    [Fact]
    public void Is_a_script_when_there_is_nothing_else()
    {
        var run = Written.Instruction<RunInstruction>("RUN <<EOF\nset -e\nmake\nEOF");
        Assert.Equal("set -e\nmake\n", run.Script);
        Assert.False(run.IsProgram);
        Assert.Equal(["/bin/sh", "-c", "set -e\nmake\n"], run.CommandUnder(["/bin/sh", "-c"]));
        Assert.Equal("RUN <<EOF", run.Text);
    }

    [Fact]
    public void Is_a_program_when_it_says_what_runs_it()
    {
        var run = Written.Instruction<RunInstruction>("RUN <<-build\n\t#!/usr/bin/env python3\n\tprint('$A')\n\tbuild");
        Assert.True(run.IsProgram);
        Assert.Equal("#!/usr/bin/env python3\nprint('$A')\n", run.Script);
        Assert.Equal("build", run.Heredocs[0].Name);
    }

    [Fact]
    public void Is_given_to_the_shell_with_a_command()
    {
        var run = Written.Instruction<RunInstruction>("RUN cat <<-EOF > /a; echo\n\tx $A\n\tEOF");
        Assert.Null(run.Script);
        Assert.False(run.IsProgram);
        Assert.Equal(["sh", "-c", "cat <<-EOF > /a; echo\n\tx $A\nEOF"], run.CommandUnder(["sh", "-c"]));
    }

    [Fact]
    public void Is_a_file_of_COPY_and_ADD()
    {
        var copy = Written.Instruction<CopyInstruction>("COPY a <<one <<\"two\" b /dir/\n$A\none\n$B\ntwo");
        Assert.Equal(["a", "b"], copy.Sources);
        Assert.Equal([new("one", "$A\n", true, false, 0), new Heredoc("two", "$B\n", false, false, 0)], copy.Files);
        Assert.Equal("/dir/", copy.Destination);
        Assert.Equal("COPY a <<one <<\"two\" b /dir/", copy.Text);
        Assert.Single(Written.Instruction<AddInstruction>("ADD <<f /f\nx\nf").Files);
    }

    [Fact]
    public void Goes_with_ONBUILD()
    {
        var trigger = Written.Instruction<OnBuildInstruction>("ONBUILD COPY <<EOF /f\n$A\nEOF");
        Assert.Equal("COPY <<EOF /f\n$A\nEOF", trigger.Trigger);
        Assert.Equal("$A\n", Assert.IsType<CopyInstruction>(trigger.Inner).Files[0].Content);
        var again = Assert.IsType<CopyInstruction>(Dockerfile.ParseInstruction(trigger.Trigger, new("Dockerfile", 7, 7)));
        Assert.Equal("$A\n", again.Files[0].Content);
        Assert.Equal(7, again.Location.FirstLine);
    }

    [Theory]
    [InlineData("RUN <<EOF\na", "'<<EOF'")]
    [InlineData("RUN <<A <<B\nA\nx", "'<<B'")]
    [InlineData("COPY <<A /f", "'<<A'")]
    [InlineData("COPY <<EOF\nx\nEOF", "one path")]
    [InlineData("COPY a <<EOF\nEOF", "before the destination")]
    [InlineData("COPY << EOF /f\nx\nEOF", "without spaces")]
    [InlineData("COPY a b <<EOF\nx\nEOF", "before the destination")]
    public void Refuses(string text, string expected) => Assert.Contains(expected, Written.RefusedInstruction(text).Message);

    [Fact]
    public void Puts_variables_into_files_that_are_not_quoted()
    {
        var copy = Written.Instruction<CopyInstruction>("COPY <<one <<'two' <<-three /$A/\nit's \"$A\" \\$A ${B:-x}\none\n$A\ntwo\n\t$A\n\tthree");
        var expanded = Expander.Expand(copy, Written.Variables("A=1"), '\\');
        Assert.Equal(["it's \"1\" $A x\n", "$A\n", "1\n"], expanded.Value.Files.Select(file => file.Text));
        Assert.Equal("/1/", expanded.Value.Destination);
        Assert.Equal(["B"], expanded.Undefined);
    }

    [Fact]
    public void Reads_many_and_deep_ones_fast()
    {
        var names = Enumerable.Range(0, 2000).Select(i => $"E{i}").ToArray();
        var text = "RUN cat " + string.Join(' ', names.Select(name => "<<" + name)) + "\n" + string.Concat(names.Select(name => $"x\n{name}\n"));
        Assert.Equal(2000, Written.Instruction<RunInstruction>(text).Heredocs.Count);
        var lines = string.Concat(Enumerable.Repeat("<<EOF\n", 200_000));
        Assert.Equal(lines, Written.Instruction<RunInstruction>($"RUN <<E\n{lines}E").Heredocs[0].Content);
    }
}
