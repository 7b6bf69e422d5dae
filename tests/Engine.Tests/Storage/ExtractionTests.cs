using System.Text;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Tests.Storage;

public class ExtractionTests
{
    internal static ExtractResult Extract(TestFolder folder, TarBytes archive, ExtractOptions? options = null) =>
        LayerExtractor.Extract(new TrickleStream(new MemoryStream(archive.ToArray())), folder.Target, options ?? new(), default);

    [Fact]
    public void MetadataOfEveryKindIsKept()
    {
        using var folder = new TestFolder();
        var result = Extract(folder, new TarBytes()
            .Entry(TarBytes.Latin("./"), '5', mode: 0x1e8, uid: 1, gid: 2, time: 100)
            .Pax(("mtime", "200.123456789"))
            .Entry(TarBytes.Latin("./dir/"), '5', mode: 0x7ff, uid: 3, gid: 4)
            .Pax(("mtime", "300.000000001"), ("atime", "301.5"))
            .Entry(TarBytes.Latin("./dir/setuid"), '0', TarBytes.Latin("#!"), mode: 0xded, uid: 5, gid: 6)
            .Pax(("mtime", "400.4"))
            .Entry(TarBytes.Latin("dir/link"), '2', link: "../nowhere", uid: 7, gid: 8)
            .Entry(TarBytes.Latin("dir/char"), '3', mode: 0x1b6, uid: 9, gid: 10, time: 500, major: 1, minor: 300)
            .Entry(TarBytes.Latin("dir/block"), '4', mode: 0x1b0, major: 8, minor: 1)
            .Entry(TarBytes.Latin("dir/fifo"), '6', mode: 0x1b6, time: 600)
            .HardLink("hard", "dir/setuid")
            .File("late", "x"));
        Assert.Equal((9L, 3L), (result.Entries, result.Bytes));
        Assert.Empty(result.SkippedXattrs);

        void Check(string path, uint mode, uint uid, uint gid, long seconds, uint nanoseconds)
        {
            var stat = folder.Stat(path);
            Assert.Equal((path, (ushort)mode, uid, gid), (path, stat.stx_mode, stat.stx_uid, stat.stx_gid));
            Assert.Equal((path, seconds, nanoseconds), (path, stat.stx_mtime.tv_sec, stat.stx_mtime.tv_nsec));
        }

        Check("", FileBits.S_IFDIR | 0x1e8, 1, 2, 100, 0);
        Check("dir", FileBits.S_IFDIR | 0x7ff, 3, 4, 200, 123456789);
        Check("dir/setuid", FileBits.S_IFREG | 0xded, 5, 6, 300, 1);
        Check("hard", FileBits.S_IFREG | 0xded, 5, 6, 300, 1);
        Check("dir/link", FileBits.S_IFLNK | 0x1ff, 7, 8, 400, 400000000);
        Check("dir/char", FileBits.S_IFCHR | 0x1b6, 9, 10, 500, 0);
        Check("dir/fifo", FileBits.S_IFIFO | 0x1b6, 0, 0, 600, 0);
        Check("late", FileBits.S_IFREG | 0x1a4, 0, 0, 1_000_000_000, 0);
        Assert.Equal((1u, 300u), (folder.Stat("dir/char").stx_rdev_major, folder.Stat("dir/char").stx_rdev_minor));
        Assert.Equal(301, folder.Stat("dir/setuid").stx_atime.tv_sec);
        Assert.Equal("../nowhere", new FileInfo(folder.At("dir/link")).LinkTarget);
        Assert.Equal(folder.Stat("hard").stx_ino, folder.Stat("dir/setuid").stx_ino);
    }

    [Fact]
    public void ASetgidParentChangesNothing()
    {
        using var folder = new TestFolder();
        Extract(folder, new TarBytes().Entry(TarBytes.Latin("staff/"), '5', mode: 0x5fd, gid: 50).File("staff/f", "x", 0x1ff).Directory("staff/d", 0x1ff).SymbolicLink("staff/l", "f").Directory("w", 0x1ff).File("w/f", "", 0x1b6));
        Assert.Equal((0u, 0x1ffu), (folder.Stat("staff/f").stx_gid, folder.Stat("staff/f").Permissions));
        Assert.Equal((0u, 0x1ffu), (folder.Stat("staff/d").stx_gid, folder.Stat("staff/d").Permissions));
        Assert.Equal(0u, folder.Stat("staff/l").stx_gid);
        Assert.Equal((0x1ffu, 0x1b6u), (folder.Stat("w").Permissions, folder.Stat("w/f").Permissions));
    }

    [Fact]
    public void MissingParentsAreMadeAndLaterEntriesWin()
    {
        using var folder = new TestFolder();
        Extract(folder, new TarBytes()
            .File("a/b/c/f", "first")
            .File("a/b/c/f", "second")
            .Directory("x").File("x/inside", "1").Directory("x/deep").File("x/deep/er", "2")
            .File("x", "now a file")
            .File("y", "file").Directory("y", 0x1c0).File("y/inside", "dir")
            .SymbolicLink("s", "a").File("s", "not through the link")
            .Directory("d", 0x1c0).File("d/kept", "kept").Directory("d", 0x1ff)
            .SymbolicLink("a/b/c/f2", "f").SymbolicLink("a/b/c/f2", "g"));
        Assert.Equal(0x1edu, folder.Stat("a/b/c").Permissions);
        Assert.Equal("second", File.ReadAllText(folder.At("a/b/c/f")));
        Assert.Equal("now a file", File.ReadAllText(folder.At("x")));
        Assert.Equal("dir", File.ReadAllText(folder.At("y/inside")));
        Assert.Equal("not through the link", File.ReadAllText(folder.At("s")));
        Assert.Equal((0x1ffu, true), (folder.Stat("d").Permissions, folder.Exists("d/kept")));
        Assert.Equal("g", new FileInfo(folder.At("a/b/c/f2")).LinkTarget);
    }

    [Fact]
    public void NamesAreBytes()
    {
        using var folder = new TestFolder();
        Extract(folder, new TarBytes().File("new\nline", "1").File("\xff\xfe\x80", "2").File(" ", "3").Pax(("path", "p\xff/\x01")).File("x", "4"));
        foreach (var name in new[] { "new\nline", "\xff\xfe\x80", " ", "p\xff/\x01" }) Assert.True(folder.Exists(name), name);
    }

    [Fact]
    public void SparseFilesStaySparse()
    {
        using var folder = new TestFolder();
        var result = Extract(folder, new TarBytes().Pax(("GNU.sparse.name", "s"), ("GNU.sparse.size", "1000000000"), ("GNU.sparse.map", "500000000,5,1000000000,0")).Entry(TarBytes.Latin("x"), '0', TarBytes.Latin("hello")), new() { MaxBytes = 100 });
        Assert.Equal(1_000_000_000, result.Bytes);
        var stat = folder.Stat("s");
        Assert.Equal(1_000_000_000ul, stat.stx_size);
        Assert.True(stat.stx_blocks < 100);
        using var file = File.OpenRead(folder.At("s"));
        file.Position = 500_000_000;
        Assert.Equal('h', file.ReadByte());
    }

    [Fact]
    public void XattrsAreSetAndTrustedOnesAreNot()
    {
        using var folder = new TestFolder();
        const string capability = "\x01\0\0\x02\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
        var result = Extract(folder, new TarBytes()
            .Pax(("SCHILY.xattr.security.capability", capability), ("SCHILY.xattr.user.x", "a\0\nb"), ("SCHILY.xattr.trusted.overlay.redirect", "/etc"), ("SCHILY.xattr.user.overlay.opaque", "y"), ("SCHILY.xattr.nonsense.x", "y"))
            .Entry(TarBytes.Latin("f"), '0', TarBytes.Latin("x"), uid: 1000)
            .Pax(("SCHILY.xattr.user.x", "y")).SymbolicLink("l", "f")
            .Pax(("SCHILY.xattr.user.d", "z")).Directory("d"));
        Assert.Equal(TarBytes.Latin(capability), folder.Xattr("f", "security.capability"));
        Assert.Equal(TarBytes.Latin("a\0\nb"), folder.Xattr("f", "user.x"));
        Assert.Equal(TarBytes.Latin("z"), folder.Xattr("d", "user.d"));
        Assert.Null(folder.Xattr("f", "trusted.overlay.redirect"));
        Assert.Equal(["nonsense.x", "trusted.overlay.redirect", "user.overlay.opaque", "user.x"], result.SkippedXattrs);
    }

    [Fact]
    public void ACapabilityThatCannotBeSetIsAnError()
    {
        using var folder = new TestFolder();
        Assert.Throws<InvalidContentException>(() => Extract(folder, new TarBytes().Pax(("SCHILY.xattr.security.capability", "garbage")).File("f")));
    }

    [Fact]
    public void ADefaultAclIsNotInheritedByTheArchivesOwnFiles()
    {
        using var folder = new TestFolder();
        // version 2; user::rwx, user:1000:rwx, group::r-x, mask::rwx, other::r-x
        var acl = Encoding.Latin1.GetString([2, 0, 0, 0, 1, 0, 7, 0, 255, 255, 255, 255, 2, 0, 7, 0, 232, 3, 0, 0, 4, 0, 5, 0, 255, 255, 255, 255, 16, 0, 7, 0, 255, 255, 255, 255, 32, 0, 5, 0, 255, 255, 255, 255]);
        Extract(folder, new TarBytes().Pax(("SCHILY.xattr.system.posix_acl_default", acl), ("SCHILY.xattr.system.posix_acl_access", acl)).Directory("d").File("d/f", "x", 0x180));
        Assert.Equal(TarBytes.Latin(acl), folder.Xattr("d", "system.posix_acl_default"));
        Assert.Equal(TarBytes.Latin(acl), folder.Xattr("d", "system.posix_acl_access"));
        Assert.Null(folder.Xattr("d/f", "system.posix_acl_access"));
        Assert.Equal(0x180u, folder.Stat("d/f").Permissions);
        Assert.Equal(1_000_000_000, folder.Stat("d").stx_mtime.tv_sec);
    }

    [Fact]
    public void HardLinksReachTheSameFileByAnySpelling()
    {
        using var folder = new TestFolder();
        Extract(folder, new TarBytes().File("d/f", "x").HardLink("h1", "d/f").HardLink("h2", "/d/f").HardLink("h3", "./d/../d/f").HardLink("d/f", "d/f")
            .SymbolicLink("dl", "d").HardLink("h4", "dl/f").SymbolicLink("l", "gone").HardLink("h5", "l").File("h6", "old").HardLink("h6", "d/f"));
        foreach (var name in new[] { "h1", "h2", "h3", "h4", "h6" }) Assert.Equal(folder.Stat("d/f").stx_ino, folder.Stat(name).stx_ino);
        Assert.Equal("gone", new FileInfo(folder.At("h5")).LinkTarget);
    }

    [Fact]
    public void LimitsAreKept()
    {
        using var folder = new TestFolder();
        var archive = new TarBytes().File("a", "12345").File("b", "12345");
        Extract(folder, archive, new() { MaxBytes = 10, MaxEntries = 2 });
        Assert.Contains("9 bytes", Assert.Throws<InvalidContentException>(() => Extract(folder, archive, new() { MaxBytes = 9 })).Message);
        Assert.Contains("1 entries", Assert.Throws<InvalidContentException>(() => Extract(folder, archive, new() { MaxEntries = 1 })).Message);
    }

    [Fact]
    public void TheStreamIsReadToItsEnd()
    {
        using var folder = new TestFolder();
        var bytes = new TarBytes().File("a", "x").ToArray();
        using var source = new MemoryStream([.. bytes, .. new byte[8192]]);
        LayerExtractor.Extract(source, folder.Target, new(), default);
        Assert.Equal(source.Length, source.Position);
    }

    [Fact]
    public void CancellationStopsIt()
    {
        using var folder = new TestFolder();
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => LayerExtractor.Extract(new MemoryStream(new TarBytes().File("a").ToArray()), folder.Target, new(), cancelled.Token));
    }

    [Fact]
    public void NoDescriptorIsLeftOpen()
    {
        using var folder = new TestFolder();
        var archive = new TarBytes();
        for (var i = 0; i < 100; i++) archive.Directory($"d{i}").File($"d{i}/f", "x").File($"m{i}/n/o", "x");
        Extract(folder, archive);
        Assert.Throws<InvalidContentException>(() => Extract(folder, archive.File("../x")));
        Assert.DoesNotContain(Directory.GetFiles("/proc/self/fd"), fd => new FileInfo(fd).LinkTarget?.StartsWith(folder.Root, StringComparison.Ordinal) == true);
    }

    [Fact]
    public void AFullDiskIsSaid()
    {
        using var folder = new TestFolder();
        TestFolder.Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.Target);
        try
        {
            Assert.Throws<NoSpaceException>(() => Extract(folder, new TarBytes().File("big", new string('x', 3_000_000))));
        }
        finally
        {
            TestFolder.Run("umount", "--lazy", folder.Target);
        }
    }

    [Fact]
    public void WhatGnuTarExtractsIsTheSame()
    {
        using var folder = new TestFolder();
        var source = Path.Combine(folder.Root, "source");
        Directory.CreateDirectory(source);
        TestFolder.Run("cp", "-a", "/etc", "/usr/share/doc/bash", source);
        var archive = Path.Combine(folder.Root, "a.tar");
        TestFolder.Run("tar", "-c", "--format=pax", "--pax-option=delete=atime,delete=ctime", "-f", archive, "-C", source, ".");
        using (var file = File.OpenRead(archive)) LayerExtractor.Extract(file, folder.Target, new(), default);
        string List(string of) => TestFolder.Run("sh", "-c", "cd \"$0\" && find . -printf '%P %y %m %U %G %s %T@ %l\\n' | sed 's/ d \\([^ ]* [^ ]* [^ ]*\\) [^ ]*/ d \\1/' | sort", of);
        Assert.Equal(List(source), List(folder.Target));
        TestFolder.Run("diff", "-r", "--no-dereference", source, folder.Target);
    }
}
