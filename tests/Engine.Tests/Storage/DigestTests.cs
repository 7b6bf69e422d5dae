using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Tests.Storage;

public class DigestTests
{
    private const string Hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Fact]
    public void The_digest_of_nothing_is_known()
    {
        Assert.Equal("sha256:" + Hex, Digest.Of([]).ToString());
        Assert.Equal(Digest.Of([]), Digest.Parse("sha256:" + Hex, "A test"));
        Assert.True(Digest.Of("a") != Digest.Of("b"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(Hex)]
    [InlineData("sha256:")]
    [InlineData("SHA256:" + Hex)]
    [InlineData("sha256:" + Hex + "\n")]
    [InlineData(" sha256:" + Hex)]
    [InlineData("sha256:../../../../etc/passwd")]
    [InlineData("sha256:../e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8")]
    [InlineData("sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("sha512:" + Hex + Hex)]
    public void Anything_else_is_refused(string? text)
    {
        Assert.False(Digest.TryParse(text, out _));
        Assert.Contains("A test gives the digest", Assert.Throws<InvalidContentException>(() => Digest.Parse(text, "A test")).Message);
    }
}
