using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Tests.Storage;

public class ExtractionWhiteoutTests
{
    private static readonly ExtractOptions s_remove = new() { Whiteouts = WhiteoutMode.Remove };

    private static void Extract(TestFolder folder, TarBytes archive, ExtractOptions? options = null) => ExtractionTests.Extract(folder, archive, options);

    private static bool IsWhiteout(TestFolder folder, string path)
    {
        var stat = folder.Stat(path);
        return stat.Type == FileBits.S_IFCHR && stat.stx_rdev_major == 0 && stat.stx_rdev_minor == 0;
    }

    private static bool IsOpaque(TestFolder folder, string path) => folder.Xattr(path, "trusted.overlay.opaque") is [(byte)'y'];

    [Fact]
    public void OverlayfsHidesWhatTheLayerHides()
    {
        using var folder = new TestFolder();
        var lower = Path.Combine(folder.Root, "lower");
        var merged = Path.Combine(folder.Root, "merged");
        Directory.CreateDirectory(lower);
        Directory.CreateDirectory(merged);
        foreach (var f in new[] { "gone", "kept", "dir/gone", "dir/kept", "opaque/old", "goneDir/f", "again/old", "late/old" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(lower, f))!);
            File.WriteAllText(Path.Combine(lower, f), f);
        }

        Extract(folder, new TarBytes().File(".wh.gone").File("dir/.wh.gone").File(".wh.goneDir").Directory("opaque").File("opaque/new").File("opaque/.wh..wh..opq")
            .File(".wh.again").Directory("again").File("again/new").Directory("late").File("late/new").File(".wh.late").File("kept2").File(".wh.kept2"));
        Assert.True(IsWhiteout(folder, "gone"));
        Assert.True(IsOpaque(folder, "opaque"));
        Assert.False(IsWhiteout(folder, "kept2"));
        TestFolder.Run("mount", "-t", "overlay", "overlay", "-o", $"lowerdir={folder.Target}:{lower}", merged);
        try
        {
            var seen = Directory.GetFiles(merged, "*", SearchOption.AllDirectories).Select(f => f[(merged.Length + 1)..]).Order(StringComparer.Ordinal);
            Assert.Equal(["again/new", "dir/kept", "kept", "kept2", "late/new", "opaque/new"], seen);
        }
        finally
        {
            TestFolder.Run("umount", "--lazy", merged);
        }
    }

    [Fact]
    public void AnOpaqueRootIsReported()
    {
        using var folder = new TestFolder();
        Assert.True(ExtractionTests.Extract(folder, new TarBytes().File("f").File(".wh..wh..opq")).HidesLower);
        Assert.False(ExtractionTests.Extract(folder, new TarBytes().File("d/.wh..wh..opq")).HidesLower);
    }

    [Fact]
    public void AufsMetadataIsPassedOver()
    {
        using var folder = new TestFolder();
        Extract(folder, new TarBytes().Directory(".wh..wh.plnk").File(".wh..wh.plnk/12.34", "x").File(".wh..wh.aufs").File("d/.wh..wh.orph/x").File("f"));
        Assert.Equal(["f"], Directory.GetFileSystemEntries(folder.Target).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(".wh.")]
    [InlineData(".wh..")]
    [InlineData(".wh...")]
    [InlineData("d/.wh.")]
    [InlineData("d/.wh...")]
    public void WhiteoutsOfNoNameAreRefused(string name)
    {
        using var folder = new TestFolder();
        var before = folder.CanaryState();
        Assert.Throws<InvalidContentException>(() => Extract(folder, new TarBytes().Directory("d").File(name)));
        Assert.Throws<InvalidContentException>(() => Extract(folder, new TarBytes().Directory("d").File(name), s_remove));
        Assert.Equal(before, folder.CanaryState());
        Assert.True(folder.Exists("d"));
    }

    [Fact]
    public void RemovingTakesAwayTheLowerAndLeavesTheLayersOwn()
    {
        using var folder = new TestFolder();
        Extract(folder, new TarBytes().File("gone").File("d/gone").File("d/kept").File("o/old").File("o/sub/old").File("tree/a/b/c").File("w/old"));
        Extract(folder, new TarBytes()
            .File(".wh.gone").File("d/.wh.gone").File(".wh.absent").File("nodir/.wh.absent")
            .File("o/sub/new").File("o/.wh..wh..opq")
            .File(".wh.tree")
            .File("w/new").File(".wh.w"), s_remove);
        var seen = Directory.GetFiles(folder.Target, "*", SearchOption.AllDirectories).Select(f => f[(folder.Target.Length + 1)..]).Order(StringComparer.Ordinal);
        Assert.Equal(["d/kept", "o/sub/new", "w/new"], seen);
        Assert.False(folder.Exists("tree"));
        Assert.False(folder.Exists("nodir"));
    }

    [Fact]
    public void WhiteoutsThroughLinksStayInside()
    {
        using var folder = new TestFolder();
        var before = folder.CanaryState();
        var link = new TarBytes().SymbolicLink("out", folder.Canary).SymbolicLink("up", "../canary");
        foreach (var options in new[] { new ExtractOptions(), s_remove })
        {
            Extract(folder, link.File("out/.wh.f").File("up/.wh.f").File("out/.wh..wh..opq").File("up/.wh..wh..opq"), options);
            Extract(folder, new TarBytes().File(".wh.out").File(".wh.up"), options);
            Assert.Equal(before, folder.CanaryState());
        }
    }

    [Fact]
    public void DeepTreesAreRemoved()
    {
        using var folder = new TestFolder();
        var path = string.Join('/', Enumerable.Repeat("d", 1500));
        Extract(folder, new TarBytes().Pax(("path", path + "/f")).File("x").File("keep"));
        Extract(folder, new TarBytes().File("d", "now a file"));
        Assert.Equal(["d", "keep"], Directory.GetFileSystemEntries(folder.Target).Select(Path.GetFileName).Order());
        Extract(folder, new TarBytes().File(".wh.d"), s_remove);
        Assert.False(folder.Exists("d"));
    }

    [Fact]
    public void TakenLiterallyWhiteoutsAreFiles()
    {
        using var folder = new TestFolder();
        Extract(folder, new TarBytes().File(".wh.x", "content").File(".wh..wh..opq"), new() { Whiteouts = WhiteoutMode.None });
        Assert.Equal("content", File.ReadAllText(folder.At(".wh.x")));
        Assert.True(folder.Exists(".wh..wh..opq"));
    }
}
