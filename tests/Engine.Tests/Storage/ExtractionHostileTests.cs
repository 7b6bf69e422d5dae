using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Tests.Storage;

public class ExtractionHostileTests
{
    /// <summary>Extracts, and checks that nothing beside the target has changed, whether it was refused or not.</summary>
    private static Exception? Attack(TestFolder folder, TarBytes archive, ExtractOptions? options = null)
    {
        var before = folder.CanaryState();
        var error = Record.Exception(() => ExtractionTests.Extract(folder, archive, options));
        Assert.Equal(before, folder.CanaryState());
        return error;
    }

    private static void IsRefused(TarBytes archive, ExtractOptions? options = null)
    {
        using var folder = new TestFolder();
        Assert.IsType<InvalidContentException>(Attack(folder, archive, options));
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("../canary/f")]
    [InlineData("a/../../canary/f")]
    [InlineData("/../canary/f")]
    [InlineData("..")]
    [InlineData("./..")]
    [InlineData("a/b/../../../canary/f")]
    [InlineData("../target/../canary/f")]
    public void NamesThatLeadOutAreRefused(string name)
    {
        using var folder = new TestFolder();
        foreach (var archive in new[] { new TarBytes().File(name, "evil"), new TarBytes().Directory(name), new TarBytes().SymbolicLink(name, "x"), new TarBytes().File("x").HardLink(name, "x"), new TarBytes().Pax(("path", name)).File("x", "evil") })
            Assert.Contains("leads out", Assert.IsType<InvalidContentException>(Attack(folder, archive)).Message);
    }

    [Fact]
    public void DotsThatStayInsideAndAbsoluteNamesAreTakenFromTheRoot()
    {
        using var folder = new TestFolder();
        Assert.Null(Attack(folder, new TarBytes().File($"{folder.Canary}/f", "inside").File("a/../b", "b").File("/etc/passwd", "mine").File("//./c//d", "d")));
        Assert.Equal("inside", File.ReadAllText(folder.At(folder.Canary.TrimStart('/') + "/f")));
        Assert.Equal("b", File.ReadAllText(folder.At("b")));
        Assert.Equal("mine", File.ReadAllText(folder.At("etc/passwd")));
        Assert.Equal("d", File.ReadAllText(folder.At("c/d")));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".", '0')]
    [InlineData("/", '2')]
    [InlineData("a/..", '1')]
    public void TheRootCannotBeReplaced(string name, char type = '0') => IsRefused(new TarBytes().File("x").Entry(TarBytes.Latin(name), type, link: "x"));

    [Fact]
    public void FilesThroughLinksStayInside()
    {
        using var folder = new TestFolder();
        foreach (var target in new[] { folder.Canary, "../canary", "../../../../../../../.." + folder.Canary, "/proc/self/root" + folder.Canary, "/proc/self/cwd" })
        {
            var error = Attack(folder, new TarBytes().SymbolicLink("a", target).File("a/f", "evil").Directory("a/d").HardLink("a/h", "a/f").SymbolicLink("a/l", "f").Entry(TarBytes.Latin("a/p"), '6'));
            Assert.True(error is null or InvalidContentException, error?.ToString());
            TestFolder.Run("sh", "-c", "rm -rf \"$0\"/*", folder.Target);
        }

        // A link that leads nowhere is led inside, and what is behind it is made.
        Assert.Null(Attack(folder, new TarBytes().SymbolicLink("a", folder.Canary).File("a/f", "inside")));
        Assert.Equal("inside", File.ReadAllText(folder.At(folder.Canary.TrimStart('/') + "/f")));
    }

    [Fact]
    public void FilesAreNotWrittenThroughLinksOfTheirOwnName()
    {
        using var folder = new TestFolder();
        Assert.Null(Attack(folder, new TarBytes().SymbolicLink("a", $"{folder.Canary}/f").File("a", "evil").SymbolicLink("d", folder.Canary).Directory("d", 0x1c0).File("d/f", "evil")));
        Assert.Equal("evil", File.ReadAllText(folder.At("a")));
        Assert.Equal(FileBits.S_IFDIR, folder.Stat("d").Type);
    }

    [Fact]
    public void LinksInARingAndFilesAsParentsAreRefused()
    {
        IsRefused(new TarBytes().SymbolicLink("a", "b").SymbolicLink("b", "a").File("a/f"));
        IsRefused(new TarBytes().SymbolicLink("a", "a/x").File("a/f"));
        IsRefused(new TarBytes().File("a").File("a/f"));
        IsRefused(new TarBytes().File("a").File("a/b/c/f"));
        IsRefused(new TarBytes().File("f").SymbolicLink("l", "f").File("l/x"));
    }

    [Fact]
    public void HardLinksReachNothingOutside()
    {
        using var folder = new TestFolder();
        string[] targets = [$"{folder.Canary}/f", "../canary/f", "a/f", "up/f", "proc/f", "gone", "d", ".", "", "/", "..", "d/../../canary/f", "f/x"];
        foreach (var target in targets)
        {
            var archive = new TarBytes().SymbolicLink("a", folder.Canary).SymbolicLink("up", "../canary").SymbolicLink("proc", "/proc/self/root" + folder.Canary).Directory("d").File("f").HardLink("h", target);
            var error = Attack(folder, archive);
            Assert.True(error is InvalidContentException, $"{target}: {error}");
            Assert.False(folder.Exists("h"));
        }
    }

    [Fact]
    public void DevicesAreMadeOnlyWhereAllowed()
    {
        var no = new ExtractOptions { AllowDevices = false };
        IsRefused(new TarBytes().Entry(TarBytes.Latin("disk"), '4', major: 254, minor: 0), no);
        IsRefused(new TarBytes().Entry(TarBytes.Latin("mem"), '3', major: 1, minor: 1), no);
        using var folder = new TestFolder();
        Assert.Null(Attack(folder, new TarBytes().Entry(TarBytes.Latin("fifo"), '6').File(".wh.x"), no));
    }

    [Fact]
    public void LongNamesAreRefused()
    {
        IsRefused(new TarBytes().Pax(("path", new string('n', 256))).File("x"));
        IsRefused(new TarBytes().Pax(("path", string.Concat(Enumerable.Repeat("d/", 2048)))).File("x"));
        using var folder = new TestFolder();
        Assert.Null(Attack(folder, new TarBytes().Pax(("path", string.Concat(Enumerable.Repeat("d/", 2040)) + "f")).File("x", "deep").SymbolicLink("l", new string('t', 99))));
    }

    [Fact]
    public void AnEmptyLinkTargetIsRefused() => IsRefused(new TarBytes().SymbolicLink("l", ""));

    [Fact]
    public void AHoleBeyondTheFileSystemsLimitIsRefused() =>
        IsRefused(new TarBytes().Pax(("GNU.sparse.size", "9000000000000000000"), ("GNU.sparse.map", "0,0")).Entry(TarBytes.Latin("s"), '0', size: 0));

    [Fact]
    public void TenGigabytesOfZerosInAFewKilobytesStop()
    {
        using var folder = new TestFolder();
        var bomb = ZstdBomb(new TarBytes().Entry(TarBytes.Latin("zeros"), '0', size: 10_000_000_000).ToArrayWithoutEnd());
        Assert.True(bomb.Length < 310_000);
        var before = folder.CanaryState();
        using var stream = Compression.OpenDecompressed(new MemoryStream(bomb), new ExpansionLimit(1100, 1 << 24), out _);
        Assert.Contains("1100 times", Assert.Throws<InvalidContentException>(() => LayerExtractor.Extract(stream, folder.Target, new(), default)).Message);
        Assert.True(folder.Stat("zeros").stx_size < 200_000_000);
        using var again = Compression.OpenDecompressed(new MemoryStream(bomb), null, out _);
        Assert.Contains("1000000 bytes", Assert.Throws<InvalidContentException>(() => LayerExtractor.Extract(again, folder.Target, new() { MaxBytes = 1_000_000 }, default)).Message);
        Assert.Equal(before, folder.CanaryState());
    }

    // RFC 8878, 3.1.1: a frame with one raw block and then blocks that say "131,072 times this byte".
    private static byte[] ZstdBomb(byte[] start)
    {
        var frame = new MemoryStream();
        frame.Write([0x28, 0xb5, 0x2f, 0xfd, 0, 0x38]);
        WriteBlockHeader(0, start.Length, last: false);
        frame.Write(start);
        for (var i = 0; i < 76_294; i++)
        {
            WriteBlockHeader(1, 131_072, last: i == 76_293);
            frame.WriteByte(0);
        }

        return frame.ToArray();

        void WriteBlockHeader(int type, int size, bool last)
        {
            var header = (last ? 1 : 0) | type << 1 | size << 3;
            frame.Write([(byte)header, (byte)(header >> 8), (byte)(header >> 16)]);
        }
    }
}
