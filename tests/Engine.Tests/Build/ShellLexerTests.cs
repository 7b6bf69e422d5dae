using ContainerPS.Engine.Build;

namespace ContainerPS.Engine.Tests.Build;

public class ShellLexerTests
{
    private static readonly VariableTable s_variables = Written.Variables(
        "PWD=/home", "SHELL=bash", "EMPTY=", "PATHS=/usr/lib/libc.so.6", "REPEAT=abcabc", "STARS=a*b*c", "SPACES=one  two ", "UMLAUT=Grüße", "FACE=a😀b", "DOLLAR=$PWD", "QUOTED=\"x\"");

    [Theory]
    [InlineData("hello", "hello")]
    [InlineData("$PWD", "/home")]
    [InlineData("${PWD}", "/home")]
    [InlineData("a${PWD}b", "a/homeb")]
    [InlineData("a$PWD.b", "a/home.b")]
    [InlineData("$PWDx", "")]
    [InlineData("$NONE", "")]
    [InlineData("${NONE}", "")]
    [InlineData("a$NONE b", "a b")]
    [InlineData("$", "$")]
    [InlineData("$.", "$.")]
    [InlineData("a$ b", "a$ b")]
    [InlineData("$1x", "x")]
    [InlineData("$12x", "x")]
    [InlineData("${1}", "")]
    [InlineData("$$", "")]
    [InlineData("$?x", "x")]
    [InlineData("'$PWD'", "$PWD")]
    [InlineData("\"$PWD\"", "/home")]
    [InlineData("\"'$PWD'\"", "'/home'")]
    [InlineData("'\"$PWD\"'", "\"$PWD\"")]
    [InlineData("\\$PWD", "$PWD")]
    [InlineData("\\\\$PWD", "\\/home")]
    [InlineData("\"\\$PWD\"", "$PWD")]
    [InlineData("'\\$PWD'", "\\$PWD")]
    [InlineData("\\${PWD}", "${PWD}")]
    [InlineData("a\\tb", "atb")]
    [InlineData("\"a\\tb\"", "a\\tb")]
    [InlineData("'a\\tb'", "a\\tb")]
    [InlineData("\"a\\\\tb\"", "a\\tb")]
    [InlineData("\"a\\\"b\"", "a\"b")]
    [InlineData("it\\'s", "it's")]
    [InlineData("it's it's", "its its")]
    [InlineData("hello\\", "hello")]
    [InlineData("hello\\\\", "hello\\")]
    [InlineData("\"\"", "")]
    [InlineData("''", "")]
    [InlineData("a b  c", "a b  c")]
    [InlineData("$DOLLAR", "$PWD")]
    [InlineData("$QUOTED", "\"x\"")]
    [InlineData("$UMLAUT", "Grüße")]
    [InlineData("süß$PWD", "süß/home")]
    [InlineData("<$PWD", "</home")]
    [InlineData("<< $PWD", "<< /home")]
    public void Reads_a_word(string text, string expected) => Assert.Equal(expected, Word(text));

    [Theory]
    [InlineData("${NONE:-x}", "x")]
    [InlineData("${NONE-x}", "x")]
    [InlineData("${EMPTY:-x}", "x")]
    [InlineData("${EMPTY-x}", "")]
    [InlineData("${PWD:-x}", "/home")]
    [InlineData("${NONE:-}", "")]
    [InlineData("${NONE:-$PWD}", "/home")]
    [InlineData("${NONE:-${ALSO:-${PWD}}}", "/home")]
    [InlineData("${NONE:-\\$PWD}", "$PWD")]
    [InlineData("${NONE:-a b}", "a b")]
    [InlineData("${NONE:-'}'}", "}")]
    [InlineData("${NONE:-\"a}b\"}", "a}b")]
    [InlineData("${NONE:-\\}}", "}")]
    [InlineData("${NONE:-{x}", "{x")]
    [InlineData("${NONE:-x}}", "x}")]
    [InlineData("${NONE:+x}", "")]
    [InlineData("${NONE+x}", "")]
    [InlineData("${EMPTY:+x}", "")]
    [InlineData("${EMPTY+x}", "x")]
    [InlineData("${PWD:+x}", "x")]
    [InlineData("${PWD+x}", "x")]
    [InlineData("${PWD:+${PWD}:}x", "/home:x")]
    [InlineData("${PWD:?must be set}", "/home")]
    [InlineData("${PWD?}", "/home")]
    [InlineData("${EMPTY?}", "")]
    public void Chooses(string text, string expected) => Assert.Equal(expected, Word(text));

    [Theory]
    [InlineData("${PATHS#*/}", "usr/lib/libc.so.6")]
    [InlineData("${PATHS##*/}", "libc.so.6")]
    [InlineData("${PATHS%/*}", "/usr/lib")]
    [InlineData("${PATHS%%/*}", "")]
    [InlineData("${PATHS%.*}", "/usr/lib/libc.so")]
    [InlineData("${PATHS%%.*}", "/usr/lib/libc")]
    [InlineData("${PATHS#/usr}", "/lib/libc.so.6")]
    [InlineData("${PATHS#x}", "/usr/lib/libc.so.6")]
    [InlineData("${PATHS%x}", "/usr/lib/libc.so.6")]
    [InlineData("${PATHS#}", "/usr/lib/libc.so.6")]
    [InlineData("${PATHS##}", "/usr/lib/libc.so.6")]
    [InlineData("${PATHS%}", "/usr/lib/libc.so.6")]
    [InlineData("${PATHS#????}", "/lib/libc.so.6")]
    [InlineData("${PATHS#$SHELL}", "/usr/lib/libc.so.6")]
    [InlineData("${REPEAT#*b}", "cabc")]
    [InlineData("${REPEAT##*b}", "c")]
    [InlineData("${REPEAT%b*}", "abca")]
    [InlineData("${REPEAT%%b*}", "a")]
    [InlineData("${REPEAT#a?c}", "abc")]
    [InlineData("${REPEAT##*}", "")]
    [InlineData("${REPEAT#*}", "abcabc")]
    [InlineData("${REPEAT#*a*c}", "abc")]
    [InlineData("${REPEAT##*a*b}", "c")]
    [InlineData("${STARS#a\\*}", "b*c")]
    [InlineData("${STARS%\\*?}", "a*b")]
    [InlineData("${STARS#a\\?}", "a*b*c")]
    [InlineData("${FACE#a?}", "b")]
    [InlineData("${FACE%?b}", "a")]
    [InlineData("${UMLAUT%ß*}", "Grü")]
    [InlineData("${NONE#x}", "")]
    [InlineData("${PATHS%${NONE:-.6}}", "/usr/lib/libc.so")]
    public void Trims(string text, string expected) => Assert.Equal(expected, Word(text));

    [Theory]
    [InlineData("${REPEAT/b/X}", "aXcabc")]
    [InlineData("${REPEAT//b/X}", "aXcaXc")]
    [InlineData("${REPEAT/b*/X}", "aX")]
    [InlineData("${REPEAT//?/x}", "xxxxxx")]
    [InlineData("${REPEAT/x/y}", "abcabc")]
    [InlineData("${REPEAT/b/}", "acabc")]
    [InlineData("${REPEAT//b/}", "acac")]
    [InlineData("${REPEAT/*/x}", "x")]
    [InlineData("${REPEAT//*/x}", "x")]
    [InlineData("${REPEAT/$NONE/x}", "xabcabc")]
    [InlineData("${REPEAT//$NONE/-}", "-a-b-c-a-b-c-")]
    [InlineData("${REPEAT//b*c/-}", "a-")]
    [InlineData("${REPEAT/a/$SHELL}", "bashbcabc")]
    [InlineData("${PATHS//\\//:}", ":usr:lib:libc.so.6")]
    [InlineData("${PATHS//\\//\\/}", "\\/usr\\/lib\\/libc.so.6")]
    [InlineData("${REPEAT/a/\\}}", "\\}bcabc")]
    [InlineData("${NONE/a/b}", "")]
    [InlineData("${FACE/?b/!}", "a!")]
    [InlineData("${STARS//\\*/x}", "axbxc")]
    public void Replaces(string text, string expected) => Assert.Equal(expected, Word(text));

    [Theory]
    [InlineData("it's", "single quotation mark")]
    [InlineData("\"hello", "double quotation mark")]
    [InlineData("\"hello\\\"", "double quotation mark")]
    [InlineData("${", "without its '}'")]
    [InlineData("${PWD", "without its '}'")]
    [InlineData("${PWD:", "without its '}'")]
    [InlineData("${PWD:-x", "without its '}'")]
    [InlineData("${}", "without a name")]
    [InlineData("${{x}", "without a name")]
    [InlineData("${:-x}", "without a name")]
    [InlineData("${PWD:=x}", "':='")]
    [InlineData("${PWD=x}", "'='")]
    [InlineData("${PWD:x}", "':x'")]
    [InlineData("${PWD:#x}", "':#'")]
    [InlineData("${PWD:%x}", "':%'")]
    [InlineData("${PWD^^}", "'^'")]
    [InlineData("${PWD,}", "','")]
    [InlineData("${.}", "'.'")]
    [InlineData("${PWD/x}", "${name/pattern/replacement}")]
    [InlineData("${PWD//x}", "${name/pattern/replacement}")]
    [InlineData("${PWD/x/y", "without its '}'")]
    [InlineData("${PWD#\\x}", "'\\x'")]
    [InlineData("${NONE:?give it}", "give it")]
    [InlineData("${NONE:?}", "must be set")]
    [InlineData("${NONE?}", "must be set")]
    [InlineData("${EMPTY:?}", "must not be empty")]
    [InlineData("${NONE?because of $SHELL}", "because of bash")]
    public void Refuses(string text, string expected)
    {
        var error = Assert.Throws<DockerfileException>(() => Word(text));
        Written.Check(error, "Dockerfile");
        Assert.Contains(expected, error.Message);
    }

    [Theory]
    [InlineData("`$PWD", "$PWD")]
    [InlineData("\\$PWD", "\\/home")]
    [InlineData("C:\\dir`\\x", "C:\\dir\\x")]
    [InlineData("\"a`\"b\"", "a\"b")]
    [InlineData("${NONE:-`}}", "}")]
    public void Escapes_with_a_backtick(string text, string expected) => Assert.Equal(expected, ShellLexer.Word(text, s_variables, new('`'), Written.Here).Value);

    [Theory]
    [InlineData("a b", "a|b")]
    [InlineData("  a   b  ", "a|b")]
    [InlineData("\"a b\" c", "a b|c")]
    [InlineData("a\\ b", "a b")]
    [InlineData("x$SPACES", "xone|two")]
    [InlineData("x${SPACES}y", "xone|two|y")]
    [InlineData("x\"$SPACES\"y", "xone  two y")]
    [InlineData("$EMPTY", "")]
    [InlineData("\"\"", "")]
    [InlineData("a\tb", "a|b")]
    public void Splits_words(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', ShellLexer.Words(text, s_variables, new('\\'), Written.Here).Value));

    [Theory]
    [InlineData("$NONE", "$NONE")]
    [InlineData("${NONE}", "${NONE}")]
    [InlineData("${NONE:-x}", "${NONE:-x}")]
    [InlineData("${NONE%%x*}", "${NONE%%x*}")]
    [InlineData("${NONE/a/b}", "${NONE/a/b}")]
    [InlineData("$PWD", "/home")]
    public void Keeps_what_is_not_set(string text, string expected) =>
        Assert.Equal(expected, ShellLexer.Word(text, s_variables, new('\\') { KeepUnset = true }, Written.Here).Value);

    [Theory]
    [InlineData("it's $PWD", "it's /home")]
    [InlineData("\"$PWD\" '$PWD'", "\"/home\" '/home'")]
    [InlineData("\\$PWD", "$PWD")]
    public void Takes_quotation_marks_as_they_are_in_heredocs(string text, string expected) =>
        Assert.Equal(expected, ShellLexer.Word(text, s_variables, new('\\') { IgnoreQuotes = true }, Written.Here).Value);

    [Fact]
    public void Tells_which_variables_were_used_and_which_were_not_set()
    {
        var word = ShellLexer.Word("$PWD $NONE ${ALSO:-$SHELL} $NONE '$QUIET' \\$QUIET ${EMPTY}", s_variables, new('\\'), Written.Here);
        Assert.Equal(["PWD", "SHELL", "EMPTY"], word.Used);
        Assert.Equal(["NONE", "ALSO"], word.Undefined);
    }

    [Fact]
    public void Refuses_nesting_without_end()
    {
        var text = string.Concat(Enumerable.Repeat("${A:-", 100_000));
        Assert.Contains("nested", Assert.Throws<DockerfileException>(() => Word(text)).Message);
        Assert.Equal("x", Word(string.Concat(Enumerable.Repeat("${A:-", 90)) + "x" + new string('}', 90)));
    }

    [Fact]
    public void Refuses_values_that_grow_without_end()
    {
        var table = new VariableTable();
        table.Set("A", new string('x', 600_000));
        Assert.Contains("1 MiB", Assert.Throws<DockerfileException>(() => ShellLexer.Word("$A$A", table, new('\\'), Written.Here)).Message);
        Assert.Contains("1 MiB", Assert.Throws<DockerfileException>(() => ShellLexer.Word("${A//x/$A}", table, new('\\'), Written.Here)).Message);
        Assert.Equal(600_000, ShellLexer.Word("$A", table, new('\\'), Written.Here).Value.Length);
    }

    private static string Word(string text) => ShellLexer.Word(text, s_variables, new('\\'), Written.Here).Value;
}
