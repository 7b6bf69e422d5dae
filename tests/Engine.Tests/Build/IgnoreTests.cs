using ContainerPS.Engine.Build;

namespace ContainerPS.Engine.Tests.Build;

public class IgnoreTests
{
    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("a", "b", false)]
    [InlineData("a", "ab", false)]
    [InlineData("a", "a/b/c", true)]
    [InlineData("a", "b/a", false)]
    [InlineData("a/", "a/b", true)]
    [InlineData("/a", "a", true)]
    [InlineData("./a", "a", true)]
    [InlineData("a//b", "a/b", true)]
    [InlineData("a/./b/../c", "a/c", true)]
    [InlineData("a/b", "a", false)]
    [InlineData("*", "a", true)]
    [InlineData("*", "a/b", true)]
    [InlineData("*", ".hidden", true)]
    [InlineData("*.md", "x.md", true)]
    [InlineData("*.md", "d/x.md", false)]
    [InlineData("*/x", "d/x", true)]
    [InlineData("*/x", "d/e/x", false)]
    [InlineData("*/*/x", "d/e/x", true)]
    [InlineData("?.c", "a.c", true)]
    [InlineData("?.c", "ab.c", false)]
    [InlineData("a?b", "a/b", false)]
    [InlineData("a*b", "a/b", false)]
    [InlineData("temp?", "tempa/x", true)]
    [InlineData("**/x", "x", true)]
    [InlineData("**/x", "a/b/x", true)]
    [InlineData("**/x", "a/yx", false)]
    [InlineData("**/*.go", "a/b/x.go", true)]
    [InlineData("**/*.go", "x.go", true)]
    [InlineData("**/node_modules", "a/node_modules/b/c.js", true)]
    [InlineData("a/**", "a", false)]
    [InlineData("a/**", "a/b", true)]
    [InlineData("a/**", "a/b/c", true)]
    [InlineData("a/**/c", "a/c", true)]
    [InlineData("a/**/c", "a/b/b/c", true)]
    [InlineData("a/**/c", "a/b/xc", false)]
    [InlineData("a**", "abc/d", true)]
    [InlineData("a**/c", "ab/c", true)]
    [InlineData("a**/c", "ac", true)]
    [InlineData("**", "a/b/c", true)]
    [InlineData("**x", "a/bx", true)]
    [InlineData("**x", "bx", true)]
    [InlineData("**x*", "bx1", false)]
    [InlineData("**x*", "b/x1", true)]
    [InlineData("**/**/x", "a/x", true)]
    [InlineData("a/**/**", "a/x/y", true)]
    [InlineData("[abc].x", "b.x", true)]
    [InlineData("[abc].x", "d.x", false)]
    [InlineData("[^abc].x", "d.x", true)]
    [InlineData("[^abc].x", "a.x", false)]
    [InlineData("[a-c-]", "x", null)]
    [InlineData("[a-z0-9_]x", "7x", true)]
    [InlineData("[*]", "*", true)]
    [InlineData("[*]", "a", false)]
    [InlineData("[\\]]", "]", true)]
    [InlineData("[", "x", null)]
    [InlineData("[]", "x", null)]
    [InlineData("a[", "x", null)]
    [InlineData("[z-a]", "x", null)]
    [InlineData("a\\", "x", null)]
    [InlineData("!", "x", null)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "a", false)]
    [InlineData("\\#a", "#a", true)]
    [InlineData("#a", "#a", false)]
    [InlineData(" #a", "#a", true)]
    [InlineData("  a  ", "a", true)]
    [InlineData("a b", "a b", true)]
    [InlineData("\uFEFFa", "a", true)]
    [InlineData("Ä?", "Äx", true)]
    [InlineData("?", "😀", true)]
    [InlineData("a.c", "abc", false)]
    [InlineData("a(b)+|$c", "a(b)+|$c", true)]
    [InlineData(".", "a", false)]
    [InlineData("/", "a", false)]
    [InlineData("..", "a", false)]
    [InlineData("../a", "a", false)]
    [InlineData("", "a", false)]
    [InlineData("A", "a", false)]
    public void Ignores(string pattern, string path, bool? expected)
    {
        if (expected is null)
        {
            var error = Assert.Throws<DockerfileException>(() => IgnoreFile.Parse("x\n" + pattern, ".dockerignore"));
            Written.Check(error, ".dockerignore");
            Assert.Equal(2, error.Line);
            return;
        }

        var file = IgnoreFile.Parse(pattern, ".dockerignore");
        Assert.Equal(expected, file.IsIgnored(path));
        Assert.Equal(expected, Walk(file, path));
    }

    [Theory]
    [InlineData("*|!a", "a", false)]
    [InlineData("*|!a", "b", true)]
    [InlineData("*|!a", "a/b", false)]
    [InlineData("!a|*", "a", true)]
    [InlineData("*|!a|a/b", "a/b/c", true)]
    [InlineData("*|!a|a/b", "a/c", false)]
    [InlineData("*.md|!README.md", "README.md", false)]
    [InlineData("*.md|!README*.md|README-secret.md", "README-secret.md", true)]
    [InlineData("*.md|README-secret.md|!README*.md", "README-secret.md", false)]
    [InlineData("docs|!docs/a", "docs/a", false)]
    [InlineData("docs|!docs/a", "docs/b", true)]
    [InlineData("**|!src/**/*.c", "src/a/b.c", false)]
    [InlineData("**|!src/**/*.c", "src/a/b.h", true)]
    [InlineData("**|!src", "src/a", false)]
    [InlineData("a|! a/b ", "a/b", false)]
    [InlineData("a|!/a/b", "a/b", false)]
    [InlineData("a|b|!c|a", "a", true)]
    [InlineData("**/x|!**/x/y|**/x/y/z", "d/x/y/z", true)]
    [InlineData("**/x|!**/x/y|**/x/y/z", "d/x/y/w", false)]
    [InlineData("!a", "a", false)]
    public void Lets_the_last_pattern_decide(string patterns, string path, bool expected)
    {
        var file = IgnoreFile.Parse(patterns.Replace('|', '\n'), ".dockerignore");
        Assert.Equal(expected, file.IsIgnored(path));
        Assert.Equal(expected, Walk(file, path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData(".")]
    [InlineData("a/..")]
    [InlineData("../..")]
    public void Never_ignores_the_root(string path) => Assert.False(IgnoreFile.Parse("*\n**\n.", ".dockerignore").IsIgnored(path));

    [Theory]
    [InlineData("*|!a/b", "a", true)]
    [InlineData("*|!a/b", "c", false)]
    [InlineData("*|!a/b", "a/b", false)]
    [InlineData("*|!a*/b", "ab", true)]
    [InlineData("*|!a*/b", "c", false)]
    [InlineData("*|!a*/b", "ab/c", false)]
    [InlineData("*|!**/b", "any/where", true)]
    [InlineData("*|!src/**", "src/x", true)]
    [InlineData("*|!src/**", "lib", false)]
    [InlineData("*", "a", false)]
    public void Says_where_exceptions_can_be(string patterns, string folder, bool expected) =>
        Assert.Equal(expected, IgnoreFile.Parse(patterns.Replace('|', '\n'), ".dockerignore").CanHaveExceptions(folder));

    [Fact]
    public void Agrees_with_itself_on_random_patterns()
    {
        var random = new Random(20260101);
        string[] parts = ["a", "b", "ab", "*", "a*", "*b", "?", "**", "[ab]", "**b", "a**"];
        string[] names = ["a", "b", "ab", "ba", "aab"];
        var ignored = 0;
        for (var round = 0; round < 3000; round++)
        {
            var patterns = Enumerable.Range(0, random.Next(1, 5)).Select(_ => (random.Next(3) == 0 ? "!" : "") + string.Join('/', random.GetItems(parts, random.Next(1, 4))));
            var file = IgnoreFile.Of([.. patterns], Written.Here);
            var path = string.Join('/', random.GetItems(names, random.Next(1, 5)));
            Assert.Equal(file.IsIgnored(path), Walk(file, path));
            ignored += file.IsIgnored(path) ? 1 : 0;

            // What is not ignored in a folder that is, is where exceptions can be.
            for (var slash = path.IndexOf('/'); slash > 0 && !file.IsIgnored(path); slash = path.IndexOf('/', slash + 1))
            {
                if (file.IsIgnored(path[..slash]))
                    Assert.True(file.CanHaveExceptions(path[..slash]), $"{string.Join(' ', file.Patterns)} on {path}");
            }
        }

        Assert.InRange(ignored, 300, 2700);
    }

    [Fact]
    public void Takes_no_longer_for_a_hostile_pattern()
    {
        var file = IgnoreFile.Parse(string.Concat(Enumerable.Repeat("**/*a*", 100)) + "b", ".dockerignore");
        Assert.False(file.IsIgnored(new string('a', 2000)));
        Assert.False(file.IsIgnored(string.Join('/', Enumerable.Repeat("aa", 60))));
    }

    [Theory]
    [InlineData("a", "a", false, null)]
    [InlineData("./a/b/", "a/b", false, null)]
    [InlineData("/a/../../b", "b", false, null)]
    [InlineData("*.c", ".", true, "*.c")]
    [InlineData("src/*.c", "src", true, "*.c")]
    [InlineData("src/*/x/[ab]", "src", true, "*/x/[ab]")]
    [InlineData("a\\*b", "a\\*b", false, null)]
    public void Splits_globs(string source, string folder, bool hasPattern, string? pattern)
    {
        var glob = PathGlob.Parse(source, Written.Here);
        Assert.Equal((folder, pattern), (glob.Folder, glob.Pattern));
        Assert.Equal(hasPattern, glob.Depth > 0);
    }

    [Theory]
    [InlineData("*.c", "a.c", true)]
    [InlineData("*.c", "d/a.c", false)]
    [InlineData("*", ".a", true)]
    [InlineData("*/*.c", "d/a.c", true)]
    [InlineData("**/*.c", "d/a.c", true)]
    [InlineData("**/*.c", "a.c", false)]
    [InlineData("**/*.c", "d/e/a.c", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "a/c", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[^a-c]x", "bx", false)]
    [InlineData("[z-a]x", "bx", false)]
    [InlineData("arr[[]0].txt", "arr[0].txt", true)]
    [InlineData("*\\*", "a*", true)]
    [InlineData("*\\*", "ab", false)]
    [InlineData("a*b*c", "aXbYc", true)]
    [InlineData("a*b*c", "aXcYb", false)]
    [InlineData("*ß", "straß", true)]
    public void Matches_globs(string pattern, string path, bool expected) => Assert.Equal(expected, PathGlob.Parse(pattern, Written.Here).Matches(path));

    [Theory]
    [InlineData("[")]
    [InlineData("*[")]
    [InlineData("[]x")]
    [InlineData("[a-]")]
    [InlineData("[-a]")]
    [InlineData("?\\")]
    [InlineData("d/[a")]
    public void Refuses_globs(string pattern) =>
        Assert.Contains($"'{pattern}'", Assert.Throws<DockerfileException>(() => PathGlob.Parse(pattern, Written.Here)).Message);

    [Theory]
    [InlineData("a/b.txt", ".", "a/b.txt", true)]
    [InlineData("./a/./b/*.txt", "a", "b/*.txt", false)]
    [InlineData("/x/./y", "x", "y", true)]
    [InlineData("src/**/*.c", ".", "src/**/*.c", false)]
    [InlineData("a/./b/./c", "a", "b/c", true)]
    [InlineData("*/./b", "*", "b", false)]
    [InlineData(".", ".", "**", false)]
    [InlineData("/./a", ".", "a", true)]
    [InlineData("../a/./b", "a", "b", true)]
    public void Reads_sources_of_parents(string source, string root, string pattern, bool isRequired)
    {
        var parents = ParentsSource.Parse(source, Written.Here);
        Assert.Equal((root, pattern, isRequired), (parents.Root, parents.Pattern.Text, parents.IsRequired));
    }

    [Theory]
    [InlineData("", ".")]
    [InlineData("/", "/")]
    [InlineData("a/b/", "a/b")]
    [InlineData("a//./b", "a/b")]
    [InlineData("a/../..", "..")]
    [InlineData("/a/../../b", "/b")]
    [InlineData("../../a", "../../a")]
    [InlineData("./", ".")]
    public void Cleans_paths(string path, string expected) => Assert.Equal(expected, CleanPath.Of(path));

    private static bool Walk(IgnoreFile file, string path)
    {
        var place = file.Walk();
        for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
            place = place.Enter(path[..slash]);
        return place.Enter(path).IsIgnored;
    }
}
