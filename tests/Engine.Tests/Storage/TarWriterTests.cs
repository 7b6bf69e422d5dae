using System.Text;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Tests.Storage;

public class TarWriterTests
{
    // Version 2, effective; the rights' bits happen to be a line feed, an equals sign and a NUL.
    private static byte[] Capability => Latin("\x01\0\0\x02\n=\0\0\0\0\0\0\0\0\0\0\0\0\0\0");

    private static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);

    private static string Repeat(char c, int count) => new(c, count);

    private static List<(TarEntry Entry, byte[] Content)> Samples() =>
    [
        (new TarEntry { Name = Latin("dir/"), Type = TarEntryType.Directory, Mode = 0x3ff, ModifiedTime = new TarTime(1_000_000_000) }, []),
        (new TarEntry { Name = Latin("dir/file"), Mode = 0x9ed, Uid = 1000, Gid = 50, UserName = Latin("someone"), GroupName = Latin("staff"), Size = 5, ModifiedTime = new TarTime(1_234_567_890, 123_456_789) }, Latin("hello")),
        (new TarEntry { Name = Latin($"{Repeat('d', 90)}/{Repeat('f', 90)}"), Size = 512 }, new byte[512]),
        (new TarEntry { Name = Latin(Repeat('n', 101)), Size = 1 }, Latin("x")),
        (new TarEntry { Name = Latin(string.Join('/', Enumerable.Repeat(Repeat('c', 200), 20))) }, []),
        (new TarEntry { Name = Encoding.UTF8.GetBytes("dir/ümlaut €"), Size = 3 }, Latin("abc")),
        (new TarEntry { Name = Latin("dir/\xff\xfe\n") }, []),
        (new TarEntry { Name = Latin(Repeat('\xff', 200)) }, []),
        (new TarEntry { Name = Latin("dir/link"), Type = TarEntryType.SymbolicLink, LinkName = Latin("../" + Repeat('t', 500)), Mode = 0x1ff }, []),
        (new TarEntry { Name = Latin("dir/hard"), Type = TarEntryType.HardLink, LinkName = Latin("dir/file") }, []),
        (new TarEntry { Name = Latin("dir/char"), Type = TarEntryType.CharacterDevice, DeviceMajor = 4095, DeviceMinor = 1_048_575 }, []),
        (new TarEntry { Name = Latin("dir/block"), Type = TarEntryType.BlockDevice, DeviceMajor = 8, DeviceMinor = 1 }, []),
        (new TarEntry { Name = Latin("dir/fifo"), Type = TarEntryType.Fifo }, []),
        (new TarEntry { Name = Latin("owner"), Uid = 4_000_000_000, Gid = 2_097_152 }, []),
        (new TarEntry { Name = Latin("old"), ModifiedTime = new TarTime(-2, 500_000_000) }, []),
        (new TarEntry { Name = Latin("late"), ModifiedTime = new TarTime(1L << 33, 1), AccessTime = new TarTime(5, 6) }, []),
        (new TarEntry { Name = Latin("caps"), Xattrs = [new(Latin("security.capability"), Capability), new(Latin("user.a=b%"), Latin("\0\x01\x02\xff")), new(Latin("user.empty"), [])] }, []),
    ];

    private static byte[] WriteAll(bool nanoseconds = true)
    {
        var archive = new MemoryStream();
        var writer = new TarWriter(archive) { Nanoseconds = nanoseconds };
        foreach (var (entry, content) in Samples())
        {
            if (content.Length % 2 == 1) writer.Write(entry, new MemoryStream(content));
            else writer.Write(entry, content);
        }

        writer.Finish();
        Assert.Equal(archive.Length, writer.Position);
        return archive.ToArray();
    }

    [Fact]
    public void WhatIsWrittenIsReadBack()
    {
        using var reader = new TarReader(new MemoryStream(WriteAll()));
        foreach (var (expected, content) in Samples())
        {
            var entry = reader.Next()!;
            Assert.Equal(expected.Name, entry.Name);
            Assert.Equal(expected.Type, entry.Type);
            Assert.Equal(expected.LinkName, entry.LinkName);
            Assert.Equal((expected.Mode, expected.Uid, expected.Gid, expected.Size), (entry.Mode, entry.Uid, entry.Gid, entry.Size));
            Assert.Equal((expected.ModifiedTime, expected.AccessTime), (entry.ModifiedTime, entry.AccessTime));
            Assert.Equal((expected.DeviceMajor, expected.DeviceMinor), (entry.DeviceMajor, entry.DeviceMinor));
            Assert.Equal(expected.UserName, entry.UserName);
            Assert.Equal(expected.GroupName, entry.GroupName);
            Assert.Equal(expected.Xattrs.OrderBy(x => Encoding.Latin1.GetString(x.Name)).Select(x => (Convert.ToHexString(x.Name), Convert.ToHexString(x.Value))), entry.Xattrs.OrderBy(x => Encoding.Latin1.GetString(x.Name)).Select(x => (Convert.ToHexString(x.Name), Convert.ToHexString(x.Value))));
            var read = new MemoryStream();
            reader.Content.CopyTo(read);
            Assert.Equal(content, read.ToArray());
        }

        Assert.Null(reader.Next());
    }

    [Fact]
    public void TheSameEntriesGiveTheSameBytes() => Assert.Equal(WriteAll(), WriteAll());

    [Fact]
    public void PlainEntriesArePlainUstar()
    {
        var archive = new MemoryStream();
        var writer = new TarWriter(archive);
        writer.Write(new TarEntry { Name = Latin("etc/passwd"), Size = 1, ModifiedTime = new TarTime(1_700_000_000, 5) }, Latin("x"));
        writer.Finish();
        Assert.Equal(512 + 512 + 1024, archive.Length);
    }

    [Fact]
    public void GnuTarReadsWhatIsWritten()
    {
        using var folder = new TestFolder();
        var archive = Path.Combine(folder.Root, "a.tar");
        File.WriteAllBytes(archive, WriteAll());
        TestFolder.Run("tar", "-x", "--xattrs", "--xattrs-include=*", "--numeric-owner", "-f", archive, "-C", folder.Target);
        Assert.Equal("hello", File.ReadAllText(folder.At("dir/file")));
        var file = folder.Stat("dir/file");
        Assert.Equal((0x9edu, 1000u, 50u, 123_456_789u, 2u), (file.Permissions, file.stx_uid, file.stx_gid, file.stx_mtime.tv_nsec, file.stx_nlink));
        Assert.True(folder.Exists("dir/\xff\xfe\n"));
        Assert.True(folder.Exists(Repeat('\xff', 200)));
        Assert.True(File.Exists(folder.At("dir/ümlaut €")));
        Assert.Equal((4095u, 1_048_575u), (folder.Stat("dir/char").stx_rdev_major, folder.Stat("dir/char").stx_rdev_minor));
        Assert.Equal((4_000_000_000u, 2_097_152u), (folder.Stat("owner").stx_uid, folder.Stat("owner").stx_gid));
        Assert.Equal((-2L, 500_000_000u), (folder.Stat("old").stx_mtime.tv_sec, folder.Stat("old").stx_mtime.tv_nsec));
        Assert.Equal(Capability, folder.Xattr("caps", "security.capability"));
        Assert.Equal("", TestFolder.Run("tar", "--compare", "--numeric-owner", "-f", archive, "-C", folder.Target));
    }

    [FactIf("python3")]
    public void PythonReadsWhatIsWritten()
    {
        using var folder = new TestFolder();
        var archive = Path.Combine(folder.Root, "a.tar");
        File.WriteAllBytes(archive, WriteAll());
        var listing = TestFolder.Run("python3", "-c", "import tarfile,sys\nfor m in tarfile.open(sys.argv[1]): print(ascii(m.name), m.type.decode(), m.size, m.uid, m.gid, oct(m.mode), m.mtime)", archive).Split('\n');
        Assert.Equal(Samples().Count, listing.Length - 1);
        Assert.Contains("'dir/file' 0 5 1000 50 0o4755 1234567890.1234567", listing[1]);
        Assert.Contains("'owner' 0 0 4000000000 2097152 0o644", listing[13]);
    }

    [FactIf("bsdtar")]
    public void LibarchiveReadsWhatIsWritten()
    {
        using var folder = new TestFolder();
        var archive = Path.Combine(folder.Root, "a.tar");
        File.WriteAllBytes(archive, WriteAll());
        Assert.Equal(Samples().Count, TestFolder.Run("bsdtar", "-tf", archive).Count(c => c == '\n'));
        TestFolder.Run("bsdtar", "-xp", "-f", archive, "-C", folder.Target, "dir/file", "owner");
        Assert.Equal("hello", File.ReadAllText(folder.At("dir/file")));
        Assert.Equal(4_000_000_000u, folder.Stat("owner").stx_uid);
    }

    [FactIf("bsdtar")]
    public void WhatLibarchiveWritesIsRead()
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder.At("f"), "hello");
        File.WriteAllText(folder.At(new string('l', 150)), "long");
        TestFolder.Run("setfattr", "-n", "user.x", "-v", "0x00ff0a3d", folder.At("f"));
        var archive = Path.Combine(folder.Root, "a.tar");
        TestFolder.Run("bsdtar", "-c", "--format", "pax", "--xattrs", "-f", archive, "-C", folder.Target, "f", new string('l', 150));
        using var reader = new TarReader(File.OpenRead(archive));
        var entry = reader.Next()!;
        Assert.Equal("00FF0A3D", Convert.ToHexString(Assert.Single(entry.Xattrs, x => x.Name.AsSpan().SequenceEqual("user.x"u8)).Value));
        Assert.Equal(new string('l', 150), Encoding.Latin1.GetString(reader.Next()!.Name));
    }

    [Fact]
    public void WhiteoutsAreWrittenAsImagesHaveThem()
    {
        var archive = new MemoryStream();
        var writer = new TarWriter(archive);
        writer.WriteWhiteout("a/b"u8);
        writer.WriteWhiteout("top"u8);
        writer.WriteOpaque("dir/"u8);
        writer.WriteOpaque(""u8);
        writer.Finish();
        archive.Position = 0;
        using var reader = new TarReader(archive);
        Assert.Equal(["a/.wh.b", ".wh.top", "dir/.wh..wh..opq", ".wh..wh..opq"], Enumerable.Range(0, 4).Select(_ => reader.Next()!.DisplayName));
    }

    [Fact]
    public void AFileThatShrinksIsReported()
    {
        var writer = new TarWriter(new MemoryStream());
        Assert.Throws<InvalidContentException>(() => writer.Write(new TarEntry { Name = Latin("f"), Size = 10 }, new MemoryStream(new byte[9])));
    }
}
