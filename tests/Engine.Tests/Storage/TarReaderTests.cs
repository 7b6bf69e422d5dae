using System.Text;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Tests.Storage;

public class TarReaderTests
{
    private static List<(TarEntry Entry, byte[] Content)> ReadAll(byte[] archive, bool trickle = false)
    {
        Stream source = new MemoryStream(archive);
        using var reader = new TarReader(trickle ? new TrickleStream(source) : source);
        var entries = new List<(TarEntry, byte[])>();
        while (reader.Next() is { } entry)
        {
            var content = new MemoryStream();
            reader.Content.CopyTo(content);
            entries.Add((entry, content.ToArray()));
        }

        return entries;
    }

    private static TarEntry ReadOne(TarBytes archive) => Assert.Single(ReadAll(archive.ToArray())).Entry;

    private static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    [Theory]
    [InlineData('\0', "f", 0)]
    [InlineData('\0', "f/", 5)]
    [InlineData('0', "f", 0)]
    [InlineData('7', "f", 0)]
    [InlineData('1', "f", 1)]
    [InlineData('2', "f", 2)]
    [InlineData('3', "f", 3)]
    [InlineData('4', "f", 4)]
    [InlineData('5', "f", 5)]
    [InlineData('6', "f", 6)]
    public void KindsAreKnown(char type, string name, int expected)
    {
        var entry = ReadOne(new TarBytes().Entry(TarBytes.Latin(name), type, link: "target", mode: 0x9ed, uid: 1000, gid: 50, time: 12345, major: 7, minor: 300));
        Assert.Equal((TarEntryType)expected, entry.Type);
        Assert.Equal(0x9edu, entry.Mode);
        Assert.Equal((1000u, 50u), (entry.Uid, entry.Gid));
        Assert.Equal(new TarTime(12345), entry.ModifiedTime);
        Assert.Equal("target", Text(entry.LinkName));
        Assert.Equal(expected is 3 or 4 ? (7u, 300u) : (0u, 0u), (entry.DeviceMajor, entry.DeviceMinor));
    }

    [Fact]
    public void Version7HeadersHaveNoPrefixAndNoNames()
    {
        var entry = ReadOne(new TarBytes().Entry(TarBytes.Latin("old"), '0', TarBytes.Latin("x"), magic: "", change: b => b.AsSpan(345, 4).Fill((byte)'p')));
        Assert.Equal("old", Text(entry.Name));
        Assert.Empty(entry.UserName);
        Assert.Equal(1, entry.Size);
    }

    [Fact]
    public void PrefixAndNameMakeThePath()
    {
        Assert.Equal("some/dir/file", Text(ReadOne(new TarBytes().Entry(TarBytes.Latin("file"), '0', change: b => TarBytes.Latin("some/dir").CopyTo(b, 345))).Name));
        // GNU headers have times in that place.
        Assert.Equal("file", Text(ReadOne(new TarBytes().Entry(TarBytes.Latin("file"), '0', magic: "ustar  \0", change: b => TarBytes.Latin("1234567").CopyTo(b, 345))).Name));
    }

    [Fact]
    public void ContentIsExactHoweverTheStreamComes()
    {
        var content = new byte[700_001];
        new Random(7).NextBytes(content);
        var archive = new TarBytes().Entry(TarBytes.Latin("a"), '0', content).File("b", "hello").Directory("c").ToArray();
        foreach (var trickle in new[] { false, true })
        {
            var all = ReadAll(archive, trickle);
            Assert.Equal(["a", "b", "c"], all.Select(e => Text(e.Entry.Name)));
            Assert.Equal(content, all[0].Content);
            Assert.Equal("hello", Text(all[1].Content));
        }
    }

    [Fact]
    public void UnreadContentIsSkippedAndOffsetsAreTrue()
    {
        var content = new byte[3_000_000];
        var archive = new TarBytes().Entry(TarBytes.Latin("big"), '0', content).File("b", "hello").ToArray();
        foreach (var source in new Stream[] { new MemoryStream(archive), new TrickleStream(new MemoryStream(archive)) })
        {
            using var reader = new TarReader(source);
            Assert.Equal(512, reader.Next()!.DataOffset);
            var second = reader.Next()!;
            Assert.Equal("hello", Text(archive[(int)second.DataOffset..(int)(second.DataOffset + second.Size)]));
            Assert.Null(reader.Next());
            Assert.Null(reader.Next());
        }
    }

    [Fact]
    public void PaxOverridesTheHeader()
    {
        var path = "long/" + new string('n', 300);
        var entry = ReadOne(new TarBytes()
            .Pax(("path", path), ("linkpath", "t\xc3\xa4"), ("uid", "4000000000"), ("gid", "3000000"), ("mtime", "1350244992.023960108"), ("atime", "-1.5"), ("uname", "u"), ("comment", "ignored"))
            .Entry(TarBytes.Latin("short"), '2', link: "short"));
        Assert.Equal(path, Text(entry.Name));
        Assert.Equal("t\xc3\xa4", Text(entry.LinkName));
        Assert.Equal((4000000000u, 3000000u), (entry.Uid, entry.Gid));
        Assert.Equal(new TarTime(1350244992, 23960108), entry.ModifiedTime);
        Assert.Equal(new TarTime(-2, 500000000), entry.AccessTime);
        Assert.Equal("u", Text(entry.UserName));
    }

    [Fact]
    public void PaxSizeCountsForTheData()
    {
        var all = ReadAll(new TarBytes().Pax(("size", "5")).Entry(TarBytes.Latin("f"), '0', TarBytes.Latin("hello"), size: 0).File("g", "x").ToArray());
        Assert.Equal(["hello", "x"], all.Select(e => Text(e.Content)));
    }

    [Fact]
    public void GlobalRecordsHoldUntilALocalOneSaysOtherwise()
    {
        var all = ReadAll(new TarBytes().GlobalPax(("uid", "7"), ("mtime", "5")).File("a").Pax(("uid", "8")).File("b").Pax(("uid", "")).File("c").GlobalPax(("uid", "9")).File("d").ToArray());
        Assert.Equal([7u, 8u, 0u, 9u], all.Select(e => e.Entry.Uid));
        Assert.All(all, e => Assert.Equal(5, e.Entry.ModifiedTime.Seconds));
    }

    [Fact]
    public void BinaryXattrsAreExact()
    {
        const string value = "\x01\0\0\x02\0\x20\n=\xff\0";
        var entry = ReadOne(new TarBytes().Pax(("SCHILY.xattr.security.capability", value), ("SCHILY.xattr.user.empty", "")).File("f"));
        Assert.Equal(["security.capability", "user.empty"], entry.Xattrs.Select(x => Text(x.Name)));
        Assert.Equal(value, Text(entry.Xattrs[0].Value));
        Assert.Empty(entry.Xattrs[1].Value);
    }

    [Fact]
    public void LibarchiveXattrsAreDecodedAndStarsWin()
    {
        var entry = ReadOne(new TarBytes().Pax(("LIBARCHIVE.xattr.user.a%3Db%25", "AAEC/w"), ("SCHILY.xattr.user.x", "exact"), ("LIBARCHIVE.xattr.user.x", "AAEC")).File("f"));
        Assert.Equal(["user.a=b%", "user.x"], entry.Xattrs.Select(x => Text(x.Name)));
        Assert.Equal([0, 1, 2, 255], entry.Xattrs[0].Value);
        Assert.Equal("exact", Text(entry.Xattrs[1].Value));
    }

    [Fact]
    public void GnuLongNamesAreUsed()
    {
        var name = new string('a', 200);
        var link = new string('b', 3000);
        var entry = ReadOne(new TarBytes().Entry(TarBytes.Latin("././@LongLink"), 'K', TarBytes.Latin(link + '\0')).Entry(TarBytes.Latin("././@LongLink"), 'L', TarBytes.Latin(name + '\0')).SymbolicLink("a", "b"));
        Assert.Equal((name, link), (Text(entry.Name), Text(entry.LinkName)));
    }

    [Fact]
    public void Base256NumbersAreRead()
    {
        var entry = ReadOne(new TarBytes().Entry(TarBytes.Latin("f"), '0', change: b =>
        {
            new byte[] { 0x80, 0, 0, 0, 0xee, 0x6b, 0x28, 0 }.CopyTo(b, 108);
            b.AsSpan(136, 12).Fill(0xff); // -1
        }));
        Assert.Equal(4_000_000_000u, entry.Uid);
        Assert.Equal(-1, entry.ModifiedTime.Seconds);
    }

    [Fact]
    public void OldGnuSparseIsExpanded()
    {
        var extra = new byte[512];
        TarBytes.Octal(extra, 0, 12, 1_000_000);
        TarBytes.Octal(extra, 12, 12, 2);
        var archive = new TarBytes().Entry(TarBytes.Latin("s"), 'S', size: 12, magic: "ustar  \0", change: b =>
        {
            for (var i = 0; i < 4; i++)
            {
                TarBytes.Octal(b, 386 + i * 24, 12, 100 + i * 100);
                TarBytes.Octal(b, 398 + i * 24, 12, i == 3 ? 1 : 3);
            }

            b[482] = 1;
            TarBytes.Octal(b, 483, 12, 1_000_100);
        }).Raw(extra).Raw(TarBytes.Latin("aaabbbcccdee")).Pad().File("next", "n").ToArray();
        var all = ReadAll(archive, trickle: true);
        var expected = new byte[1_000_100];
        TarBytes.Latin("aaa").CopyTo(expected, 100);
        TarBytes.Latin("bbb").CopyTo(expected, 200);
        TarBytes.Latin("ccc").CopyTo(expected, 300);
        expected[400] = (byte)'d';
        TarBytes.Latin("ee").CopyTo(expected, 1_000_000);
        Assert.Equal(expected, all[0].Content);
        Assert.Equal("n", Text(all[1].Content));
    }

    [Theory]
    [InlineData("0.0")]
    [InlineData("0.1")]
    [InlineData("1.0")]
    [InlineData("gnu")]
    public void WhatGnuTarStoresSparselyIsReadBack(string format)
    {
        using var folder = new TestFolder();
        var expected = new byte[5_000_000];
        using (var file = File.Create(folder.At("sparse")))
        {
            file.SetLength(expected.Length);
            for (var i = 0; i < 30; i++)
            {
                // Whole blocks with holes between, more pieces than fit into one header.
                expected.AsSpan(i * 131_072 + 4096, 4096).Fill((byte)(i + 1));
                file.Position = i * 131_072 + 4096;
                file.Write(expected, i * 131_072 + 4096, 4096);
            }
        }

        var archive = Path.Combine(folder.Root, "a.tar");
        string[] how = format == "gnu" ? ["--format=gnu"] : ["--format=pax", $"--sparse-version={format}"];
        TestFolder.Run("tar", ["-c", "--sparse", .. how, "-f", archive, "-C", folder.Target, "sparse"]);
        Assert.True(new FileInfo(archive).Length < 400_000);
        var (entry, content) = Assert.Single(ReadAll(File.ReadAllBytes(archive)));
        Assert.Equal("sparse", Text(entry.Name));
        Assert.Equal(expected, content);
        Assert.True(entry.Sparse!.Count >= 30);
    }

    [Theory]
    [InlineData("v7")]
    [InlineData("ustar")]
    [InlineData("oldgnu")]
    [InlineData("gnu")]
    [InlineData("pax")]
    public void EveryFormatOfGnuTarIsRead(string format)
    {
        using var folder = new TestFolder();
        var longName = format == "v7" ? "short" : $"{new string('d', 90)}/{new string('f', 90)}";
        Directory.CreateDirectory(Path.GetDirectoryName(folder.At(longName))!);
        File.WriteAllText(folder.At(longName), "content");
        File.CreateSymbolicLink(folder.At("link"), "target");
        TestFolder.Run("ln", folder.At(longName), folder.At("a-hard"));
        var archive = Path.Combine(folder.Root, "a.tar");
        TestFolder.Run("tar", "-c", "--format=" + format, "--sort=name", "-f", archive, "-C", folder.Target, ".");
        var all = ReadAll(File.ReadAllBytes(archive), trickle: true);
        Assert.Contains(all, e => Text(e.Entry.Name) == "./link" && e.Entry.Type == TarEntryType.SymbolicLink && Text(e.Entry.LinkName) == "target");
        Assert.Contains(all, e => Text(e.Content) == "content");
        Assert.Contains(all, e => e.Entry.Type == TarEntryType.HardLink);
        Assert.Contains(all, e => Text(e.Entry.Name) == "./" + longName);
        Assert.Contains(all, e => Text(e.Entry.Name) == "./" && e.Entry.Type == TarEntryType.Directory);
    }

    [Fact]
    public void AnArchiveMayEndWithoutItsMarkAndWhatFollowsTheMarkIsNotRead()
    {
        Assert.Single(ReadAll(new TarBytes().File("a", "x").ToArrayWithoutEnd()));
        Assert.Single(ReadAll([.. new TarBytes().File("a", "x").ToArrayWithoutEnd(), .. new byte[512]]));
        Assert.Single(ReadAll([.. new TarBytes().File("a", "x").ToArray(), .. "junk"u8]));
        Assert.Empty(ReadAll([]));
    }

    [Fact]
    public void ChecksumsOfSignedBytesAreAccepted()
    {
        var archive = new TarBytes().File("\xe4\xf6\xfc").ToArray();
        var sum = archive[..512].Select((b, i) => i is >= 148 and < 156 ? 32 : (int)(sbyte)b).Sum();
        TarBytes.Octal(archive, 148, 7, sum);
        Assert.Single(ReadAll(archive));
    }
}
