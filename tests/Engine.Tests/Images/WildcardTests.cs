using ContainerPS.Engine.Images;

namespace ContainerPS.Engine.Tests.Images;

public class WildcardTests
{
    [Theory]
    [InlineData("*", "", true)]
    [InlineData("a*c", "abc", true)]
    [InlineData("a*c", "ac", true)]
    [InlineData("a*c", "abcd", false)]
    [InlineData("*a*b*c*", "xxaxxbxxc", true)]
    [InlineData("*aab", "aaaab", true)]
    [InlineData("?b?", "abc", true)]
    [InlineData("?", "", false)]
    [InlineData("[a-c]x", "Bx", true)]
    [InlineData("[a-c]x", "dx", false)]
    [InlineData("[xyz-]1", "-1", true)]
    [InlineData("[a", "[a", true)]
    [InlineData("`*", "*", true)]
    [InlineData("`*", "a", false)]
    [InlineData("NGINX", "nginx", true)]
    [InlineData("********************b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public void Fits_as_in_PowerShell(string pattern, string text, bool fits) => Assert.Equal(fits, Wildcard.Fits(pattern, text));
}
