using System.Text;
using ContainerPS.Engine.Containers;

namespace ContainerPS.Engine.Tests.Containers.Grammar;

/// <summary>Which keys let go of a terminal, and what of the typed bytes a program sees.</summary>
public sealed class DetachKeysTests
{
    [Theory]
    [InlineData("ctrl-p,ctrl-q", new byte[] { 16, 17 })]
    [InlineData("Ctrl-P,a", new byte[] { 16, 97 })]
    [InlineData("ctrl-@,ctrl-[,ctrl-\\,ctrl-],ctrl-^,ctrl-_", new byte[] { 0, 27, 28, 29, 30, 31 })]
    [InlineData("DEL", new byte[] { 127 })]
    [InlineData("a,b,A", new byte[] { 97, 98, 65 })]
    public void Keys_are_what_the_terminal_sends(string text, byte[] codes) => Assert.Equal(codes, DetachKeys.Parse(text).Codes);

    [Theory]
    [InlineData("")]
    [InlineData("ctrl-")]
    [InlineData("ctrl-1")]
    [InlineData("ctrl-pp")]
    [InlineData("a,")]
    [InlineData("ctrl-p ctrl-q")]
    [InlineData("ä")]
    public void What_is_no_key_is_refused(string text)
    {
        var error = Assert.Throws<InvalidSettingException>(() => DetachKeys.Parse(text));
        Assert.Equal("DetachKeys", error.Parameter);
        Assert.Contains("ctrl-p,ctrl-q", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,a,b", "xaaab", "xa", true)]
    [InlineData("a,a,b", "aac", "aac", false)]
    [InlineData("a,b,a,c", "abababac!", "abab", true)]
    [InlineData("a,a,b", "aa", "", false)]
    [InlineData("q", "wq!", "w", true)]
    public void A_program_sees_all_but_the_keys(string keys, string typed, string seen, bool detached)
    {
        foreach (var piece in (int[])[1, 2, 3, typed.Length])
        {
            var filter = new DetachFilter(DetachKeys.Parse(keys));
            var (program, all, found) = (new List<byte>(), new List<byte>(), false);
            for (var i = 0; i < typed.Length && !found; i += piece)
            {
                found = filter.Take(Encoding.ASCII.GetBytes(typed[i..Math.Min(typed.Length, i + piece)]), program);
                all.AddRange(program);
            }

            Assert.Equal((seen, detached), (Encoding.ASCII.GetString([.. all]), found));
        }
    }

    [Fact]
    public void Without_keys_everything_is_the_programs()
    {
        var program = new List<byte>();
        Assert.False(new DetachFilter(null).Take([16, 17], program));
        Assert.Equal([16, 17], program);
    }
}
