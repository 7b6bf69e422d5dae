using ContainerPS.Engine.Containers;

namespace ContainerPS.Engine.Tests.Containers;

public sealed class CopyRuleTests
{
    /// <summary>The table of docker cp's reference, line by line.</summary>
    [Theory]
    [InlineData(false, false, false, false, false, "InPlace")]
    [InlineData(false, false, false, false, true, "NoDirectory")]
    [InlineData(false, false, true, false, false, "InPlace")]
    [InlineData(false, false, true, false, true, "FileIsNoDirectory")]
    [InlineData(false, false, true, true, false, "Inside")]
    [InlineData(false, false, true, true, true, "Inside")]
    [InlineData(true, false, false, false, false, "InPlace")]
    [InlineData(true, false, false, false, true, "InPlace")]
    [InlineData(true, true, false, false, false, "InPlace")]
    [InlineData(true, false, true, false, false, "DirectoryOverFile")]
    [InlineData(true, true, true, false, false, "DirectoryOverFile")]
    [InlineData(true, false, true, true, false, "Inside")]
    [InlineData(true, true, true, true, false, "Content")]
    public void What_becomes_of_source_and_destination(bool isDirectory, bool isContent, bool exists, bool intoDirectory, bool mustBeDirectory, string form) =>
        Assert.Equal(form, CopyRule.Of(isDirectory, isContent, exists, intoDirectory, mustBeDirectory).ToString());

    [Theory]
    [InlineData("/etc/hosts", "/etc/hosts", false, false)]
    [InlineData("etc/hosts", "/etc/hosts", false, false)]
    [InlineData("/etc/", "/etc", false, true)]
    [InlineData("/etc/.", "/etc", true, true)]
    [InlineData("/etc/./x//y/..", "/etc/x", false, false)]
    [InlineData("/../../etc", "/etc", false, false)]
    [InlineData("/", "/", true, true)]
    [InlineData(".", "/", true, true)]
    [InlineData("/a/..", "/", true, true)]
    [InlineData("/a/...", "/a/...", false, false)]
    [InlineData("/ /\n", "/ /\n", false, false)]
    public void Paths_are_cleaned_and_their_end_is_kept(string path, string full, bool isContent, bool mustBeDirectory) =>
        Assert.Equal(new CopyPath(full, isContent, mustBeDirectory), CopyPath.Parse(path));

    [Fact]
    public void Relative_paths_begin_in_their_folder() => Assert.Equal("/home/me/x", CopyPath.Parse("../me/x", "/home/you").Full);

    [Theory]
    [InlineData("")]
    [InlineData("/a\0b")]
    public void Paths_that_nothing_can_have_are_refused(string path) => Assert.Throws<InvalidSettingException>(() => CopyPath.Parse(path));

    [Theory]
    [InlineData("web:/etc", "web", "/etc")]
    [InlineData("web:etc", "web", "etc")]
    [InlineData("web:/a:b", "web", "/a:b")]
    [InlineData("web:", "web", "")]
    [InlineData("file", null, "file")]
    [InlineData("/a:b", null, "/a:b")]
    [InlineData("./a:b", null, "./a:b")]
    [InlineData("../a:b", null, "../a:b")]
    [InlineData(":x", null, ":x")]
    public void Locations_name_a_container_or_none(string text, string? container, string path) => Assert.Equal(new CopyLocation(container, path), CopyLocation.Parse(text));
}
