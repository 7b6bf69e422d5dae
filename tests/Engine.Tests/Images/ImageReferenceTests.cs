using System.Text.Json;

namespace ContainerPS.Engine.Tests.Images;

public class ImageReferenceTests
{
    public static TheoryData<string> Vectors()
    {
        var data = new TheoryData<string>();
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "data/vectors/ref.jsonl"))) data.Add(line);
        return data;
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Answers_as_Docker_does(string row)
    {
        using var json = JsonDocument.Parse(row);
        var text = json.RootElement.GetProperty("in").GetString()!;
        if (!json.RootElement.TryGetProperty("out", out var expected))
        {
            var error = Assert.Throws<InvalidReferenceException>(() => ImageReference.Parse(text));
            Assert.Contains($"'{text}'", error.Message);
            Assert.Null(ImageReference.TryParse(text));
            return;
        }

        var reference = ImageReference.Parse(text);
        Assert.Equal(Expected("domain"), reference.Domain);
        Assert.Equal(Expected("path"), reference.Path);
        Assert.Equal(Expected("tag"), reference.Tag);
        Assert.Equal(Expected("digest"), reference.Digest);
        Assert.Equal(Expected("string"), reference.ToString());
        Assert.Equal(Expected("familiar"), reference.ToFamiliarString());
        Assert.Equal(Expected("tagNameOnly"), reference.WithDefaultTag().ToString());

        string? Expected(string name) => expected.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("Nginx", "capital letters")]
    [InlineData("nginx:", "the tag after ':' is empty")]
    [InlineData("nginx:a b", "contains ' '")]
    [InlineData("nginx:../../x", "begins with '.'")]
    [InlineData("../../x", "begins with '.'")]
    [InlineData("a//b", "empty part")]
    [InlineData("a..b", "has '..'")]
    [InlineData("a---b_", "ends with '_'")]
    [InlineData("host.example:port/x", "the port 'port'")]
    [InlineData("[::1/x", "lacks its ']'")]
    [InlineData("nginx@sha256:abc", "64 lower-case hexadecimal digits")]
    [InlineData("nginx@md5:abc", "unknown algorithm")]
    [InlineData("nginx\n", "contains '\n'")]
    [InlineData("bücher", "contains 'ü'")]
    public void Says_what_is_wrong(string text, string part) =>
        Assert.Contains(part, Assert.Throws<InvalidReferenceException>(() => ImageReference.Parse(text)).Message);

    [Fact]
    public void Limits_lengths_as_Docker_does()
    {
        var path = new string('a', 255 - "library/".Length);
        Assert.NotNull(ImageReference.TryParse(path));
        Assert.Null(ImageReference.TryParse(path + "a"));
        Assert.NotNull(ImageReference.TryParse("x:" + new string('t', 128)));
        Assert.Null(ImageReference.TryParse("x:" + new string('t', 129)));
    }

    [Fact]
    public void Another_tag_drops_the_digest()
    {
        var reference = ImageReference.Parse("hub.example/it/httpd@sha256:" + new string('a', 64));
        Assert.Equal("hub.example/it/httpd:2.4", reference.WithTag("2.4").ToString());
        Assert.Throws<InvalidReferenceException>(() => reference.WithTag("a/b"));
        Assert.Equal(reference, ImageReference.Parse(reference.ToString()));
    }
}
