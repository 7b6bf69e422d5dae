using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Tests.Storage;

public class TarReaderDamageTests
{
    private static int Count(byte[] archive)
    {
        using var reader = new TarReader(new TrickleStream(new MemoryStream(archive)));
        var count = 0;
        while (reader.Next() is not null) count++;
        reader.Drain();
        return count;
    }

    private static InvalidContentException Refuses(TarBytes archive) => Refuses(archive.ToArray());

    private static InvalidContentException Refuses(byte[] archive) => Assert.Throws<InvalidContentException>(() => Count(archive));

    [Fact]
    public void EveryCutInsideAnEntryIsFound()
    {
        var archive = new TarBytes().Pax(("path", "renamed")).File("a", new string('x', 700)).Directory("d").File("b", "y").ToArrayWithoutEnd();
        Assert.Equal(3, Count(archive));
        for (var cut = 0; cut < archive.Length; cut++)
        {
            // Whole entries end there; an end mark may be missing, so those cuts cannot be known.
            if (cut is 0 || cut == 512 * 5 || cut == 512 * 6) Assert.True(Count(archive[..cut]) < 3);
            else Assert.Contains("ends", Refuses(archive[..cut]).Message);
        }
    }

    [Fact]
    public void MessagesNameEntryAndOffset()
    {
        var archive = new TarBytes().File("first", "x").File("dir/sec\nond", new string('y', 1000)).ToArrayWithoutEnd();
        var message = Refuses(archive[..1800]).Message;
        Assert.Contains(@"dir/sec\x0aond", message);
        Assert.Contains("byte 1800", message);
    }

    [Fact]
    public void AChangedHeaderIsFound()
    {
        var archive = new TarBytes().File("a", "x").File("b", "x").ToArray();
        archive[1024 + 110] ^= 1;
        Assert.Contains("byte 1024", Refuses(archive).Message);
    }

    [Fact]
    public void OneEmptyBlockIsNoEnd() => Refuses([.. new TarBytes().File("a").ToArrayWithoutEnd(), .. new byte[512], .. new TarBytes().File("b").ToArray()]);

    [Theory]
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    [InlineData("x")]
    [InlineData("9223372036854775807")]
    public void AbsurdPaxSizesAreRefused(string size) => Refuses(new TarBytes().Pax(("size", size)).File("f", "x"));

    [Fact]
    public void AbsurdHeaderNumbersAreRefused()
    {
        Refuses(new TarBytes().Entry(TarBytes.Latin("f"), '0', change: b => b.AsSpan(124, 12).Fill(0xff))); // size -1
        Refuses(new TarBytes().Entry(TarBytes.Latin("f"), '0', change: b => b[124] = (byte)'9'));
        Refuses(new TarBytes().Entry(TarBytes.Latin("f"), '0', change: b => new byte[] { 0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }.CopyTo(b, 124)));
        Refuses(new TarBytes().Entry(TarBytes.Latin("f"), '0', change: b => new byte[] { 0x80, 0, 0, 1, 0, 0, 0, 0 }.CopyTo(b, 108)));
        Refuses(new TarBytes().Entry(TarBytes.Latin("f"), '0', change: b => new byte[] { 0x80, 0, 0, 0, 0xff, 0xff, 0xff, 0xff }.CopyTo(b, 116))); // -1 means "as it is"
        Refuses(new TarBytes().Entry(TarBytes.Latin("f"), '3', major: 4096));
        Refuses(new TarBytes().Entry(TarBytes.Latin("f"), '0', size: 1L << 32)); // says more than there is
    }

    [Fact]
    public void ExtendedHeadersAreLimited()
    {
        Refuses(new TarBytes().Entry(TarBytes.Latin("x"), 'x', size: 2 << 20));
        Refuses(new TarBytes().Entry(TarBytes.Latin("x"), 'L', size: 1L << 33));
        Refuses(new TarBytes().Pax([.. Enumerable.Range(0, 2000).Select(i => ($"SCHILY.xattr.user.{i}", "v"))]).File("f"));
        var global = new TarBytes();
        for (var i = 0; i < 3; i++) global.GlobalPax(($"SCHILY.xattr.user.{i}", new string('v', 400_000)));
        Refuses(global.File("f"));
        Refuses(new TarBytes().Pax(("path", new string('a', 4096))).File("f"));
        Refuses(new TarBytes().Entry(TarBytes.Latin("x"), 'K', TarBytes.Latin(new string('a', 5000))).SymbolicLink("f", "g"));
        Assert.Equal(1, Count(new TarBytes().Pax(("path", new string('a', 4095)), ("SCHILY.xattr.user.big", new string('v', 900_000))).File("f").ToArray()));
    }

    [Theory]
    [InlineData("4 a=\n")]
    [InlineData("8 path=x\n")]
    [InlineData("99 path=x\n")]
    [InlineData("path=x\n")]
    [InlineData("11 path=x\0y\n")]
    [InlineData("10 path=xyz")]
    [InlineData("7 =val\n")]
    [InlineData("-1 a=b\n")]
    [InlineData("99999999999999999999999 a=b\n")]
    [InlineData("12 mtime=x.y\n")]
    [InlineData("35 LIBARCHIVE.xattr.user.a=not base64\n")]
    [InlineData("26 GNU.sparse.numbytes=5\n")]
    [InlineData("24 GNU.sparse.map=1,2,3\n")]
    [InlineData("22 GNU.sparse.major=2\n22 GNU.sparse.minor=0\n")]
    public void DamagedPaxRecordsAreRefused(string records) =>
        Refuses(new TarBytes().Entry(TarBytes.Latin("x"), 'x', TarBytes.Latin(records)).File("f", "12345"));

    [Fact]
    public void AnExtendedHeaderNeedsAnEntry()
    {
        Refuses(new TarBytes().Pax(("path", "x")));
        Refuses(new TarBytes().Pax(("path", "x")).ToArrayWithoutEnd());
        Refuses(new TarBytes().Entry(TarBytes.Latin("x"), 'L', TarBytes.Latin("\0")).File("f"));
    }

    [Theory]
    [InlineData(100, 5, 100, 5)] // overlaps
    [InlineData(200, 5, 100, 5)] // goes back
    [InlineData(0, 5, 9_999_999, 5)] // beyond the end
    [InlineData(0, 5, 10, 6)] // longer than what is stored
    public void DamagedSparseMapsAreRefused(int offset1, int length1, int offset2, int length2)
    {
        var data = TarBytes.Latin("1234567890");
        Refuses(new TarBytes().Pax(("GNU.sparse.size", "1000"), ("GNU.sparse.map", $"{offset1},{length1},{offset2},{length2}")).Entry(TarBytes.Latin("s"), '0', data));
        var map = new byte[512];
        TarBytes.Latin($"2\n{offset1}\n{length1}\n{offset2}\n{length2}\n").CopyTo(map, 0);
        Refuses(new TarBytes().Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.realsize", "1000")).Entry(TarBytes.Latin("s"), '0', [.. map, .. data]));
        Refuses(new TarBytes().Entry(TarBytes.Latin("s"), 'S', data, magic: "ustar  \0", change: b =>
        {
            TarBytes.Octal(b, 386, 12, offset1);
            TarBytes.Octal(b, 398, 12, length1);
            TarBytes.Octal(b, 410, 12, offset2);
            TarBytes.Octal(b, 422, 12, length2);
            TarBytes.Octal(b, 483, 12, 1000);
        }));
    }

    [Fact]
    public void ASparseMapWithoutEndIsRefused()
    {
        Refuses(new TarBytes().Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.realsize", "1000")).Entry(TarBytes.Latin("s"), '0', TarBytes.Latin("99999999\n" + new string('1', 503))));
        var more = new byte[512];
        more[504] = 1;
        var archive = new TarBytes().Entry(TarBytes.Latin("s"), 'S', magic: "ustar  \0", change: b => b[482] = 1);
        for (var i = 0; i < 10; i++) archive.Raw(more);
        Refuses(archive.ToArrayWithoutEnd());
    }

    [Fact]
    public void UnknownKindsAreRefused() => Assert.Contains("0x51", Refuses(new TarBytes().Entry(TarBytes.Latin("f"), 'Q')).Message);
}
