using System.Text;
using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Storage;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Build;

internal sealed unsafe partial class TreeWriter
{
    /// <summary>Copies an item: the content of a directory into the destination, a file to it or into it.</summary>
    internal void Copy(SourceTree tree, SourceItem item, string destination)
    {
        if (!item.IsDirectory)
        {
            var (directory, name) = Place(destination, item.Name);
            using (directory) CopyEntry(tree, item.Entries[0], directory, Encoding.UTF8.GetBytes(name));
            return;
        }

        using var top = MakeDirectory(destination);
        CopyBelow(tree, item, top);
    }

    /// <summary>Writes a file whose content is at hand.</summary>
    /// <param name="name">Its name in a directory.</param>
    /// <param name="content">Its content.</param>
    /// <param name="mode">Its mode, before --chmod.</param>
    /// <param name="time">Its time; null for now.</param>
    /// <param name="destination">Where it goes.</param>
    internal void Write(string name, Stream content, uint mode, DateTimeOffset? time, string destination)
    {
        var (directory, place) = Place(destination, name);
        using (directory)
        using (var file = Create(directory, Encoding.UTF8.GetBytes(place), mode: 0x180))
        {
            using (var stream = new FileStream(new SafeFileHandle(file.DangerousGetHandle(), ownsHandle: false), FileAccess.Write, bufferSize: 0)) content.CopyTo(stream, 256 * 1024);
            var owner = _owner ?? new FileOwner(0, 0);
            Check(Syscall.fchown(file.Number(), owner.Uid, owner.Gid), "change owner", name);
            Check(Syscall.fchmod(file.Number(), _mode?.Apply(mode, isDirectory: false) ?? mode), "change mode", name);
            if (time is not { } given) return;
            var times = stackalloc Syscall.timespec64[2];
            times[0] = times[1] = new Syscall.timespec64 { tv_sec = given.ToUnixTimeSeconds() };
            Check(Syscall.utimensat(file.Number(), null, times, 0), "set time", name);
        }
    }

    /// <summary>Unpacks an archive into a directory.</summary>
    internal void Unpack(Stream tar, string destination)
    {
        using var directory = RootedDirectory.Of(MakeDirectory(destination), destination);
        LayerExtractor.Extract(tar, directory, new ExtractOptions { Whiteouts = WhiteoutMode.None, IntoExisting = true, Owner = _owner is { } owner ? (owner.Uid, owner.Gid) : null }, _cancellation);
    }

    // Entries come each directory before what is in it: those on the way to the one at hand are open. Their times are set when they are left.
    private void CopyBelow(SourceTree tree, SourceItem item, SafeFileHandle top)
    {
        var open = new Stack<(SourceEntry Entry, SafeFileHandle Directory)>();
        try
        {
            for (var i = 1; i < item.Entries.Count; i++)
            {
                _cancellation.ThrowIfCancellationRequested();
                var entry = item.Entries[i];
                var slash = entry.Below.AsSpan().LastIndexOf((byte)'/');
                while (open.TryPeek(out var last) && !entry.Below.AsSpan(0, Math.Max(0, slash)).SequenceEqual(last.Entry.Below)) Leave(open.Pop());
                var directory = open.TryPeek(out var parent) ? parent.Directory : top;
                var name = entry.Below[(slash + 1)..];
                if (entry.IsDirectory) open.Push((entry, MakeCopy(tree, entry, directory, name)));
                else CopyEntry(tree, entry, directory, name, top);
            }

            while (open.TryPop(out var rest)) Leave(rest);
        }
        finally
        {
            foreach (var (_, directory) in open) directory.Dispose();
        }
    }

    private static void Leave((SourceEntry Entry, SafeFileHandle Directory) directory)
    {
        using (directory.Directory) SetTimes(directory.Directory.Number(), directory.Entry.Status);
    }

    private SafeFileHandle MakeCopy(SourceTree tree, SourceEntry entry, SafeFileHandle parent, byte[] name)
    {
        fixed (byte* start = (byte[])[.. name, 0])
        {
            var made = Syscall.mkdirat(parent.Number(), start, 0x1c0);
            if (made < 0 && made != -LibC.EEXIST) Check(made, "make directory", Display(name));
            var fd = Syscall.openat(parent.Number(), start, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
            if (fd == -LibC.ENOTDIR || fd == -LibC.ELOOP)
                throw new ContainerEngineException("NotDirectory", ErrorKind.AlreadyExists, $"the directory '{Display(entry.Path)}' cannot be copied over '{Display(name)}', which is no directory", Display(entry.Path));
            var directory = new SafeFileHandle(Check(fd, "open", Display(name)), ownsHandle: true);
            SetAttributes(tree, entry, fd);
            return directory;
        }
    }

    private void CopyEntry(SourceTree tree, SourceEntry entry, SafeFileHandle directory, byte[] name, SafeFileHandle? top = null)
    {
        if (entry.IsFile)
        {
            if (!CopyLink(entry, directory, name, top)) CopyFile(tree, entry, directory, name);
            return;
        }

        var owner = OwnerOf(tree, entry);
        fixed (byte* start = (byte[])[.. name, 0])
        {
            if (entry.Status.Type == FileBits.S_IFLNK)
            {
                var target = FileAttributes.LinkTarget(tree, entry);
                fixed (byte* text = (byte[])[.. target, 0])
                {
                    if (Syscall.symlinkat(text, directory.Number(), start) < 0)
                    {
                        Clear(directory, name, entry);
                        Check(Syscall.symlinkat(text, directory.Number(), start), "make link", Display(name));
                    }
                }
            }
            else
            {
                var device = Syscall.makedev(entry.Status.stx_rdev_major, entry.Status.stx_rdev_minor);
                if (Syscall.mknodat(directory.Number(), start, entry.Status.stx_mode, device) < 0)
                {
                    Clear(directory, name, entry);
                    Check(Syscall.mknodat(directory.Number(), start, entry.Status.stx_mode, device), "make node", Display(name));
                }
            }

            Check(Syscall.fchownat(directory.Number(), start, owner.Uid, owner.Gid, LibC.AT_SYMLINK_NOFOLLOW), "change owner", Display(name));
            if (entry.Status.Type != FileBits.S_IFLNK) SetNodeMode(directory, start, _mode?.Apply(entry.Status.Permissions, isDirectory: false) ?? entry.Status.Permissions, name);
            var times = stackalloc Syscall.timespec64[2];
            Fill(times, entry.Status);
            Check(Syscall.utimensat(directory.Number(), start, times, LibC.AT_SYMLINK_NOFOLLOW), "set time", Display(name));
        }
    }

    // Several names of a file within one item stay one file.
    private bool CopyLink(SourceEntry entry, SafeFileHandle directory, byte[] name, SafeFileHandle? top)
    {
        if (entry.Status.stx_nlink < 2 || top is null) return false;
        var key = (entry.Status.stx_ino, entry.Status.stx_dev_major, entry.Status.stx_dev_minor);
        var path = Encoding.Latin1.GetString(entry.Below);
        if (_links.TryAdd(key, path)) return false;
        fixed (byte* first = Encoding.Latin1.GetBytes(_links[key] + '\0'), start = (byte[])[.. name, 0])
        {
            var result = Syscall.linkat(top.Number(), first, directory.Number(), start, 0);
            if (result == -LibC.EEXIST)
            {
                Clear(directory, name, entry);
                result = Syscall.linkat(top.Number(), first, directory.Number(), start, 0);
            }

            // It is in another item that went elsewhere.
            return result >= 0;
        }
    }

    private void CopyFile(SourceTree tree, SourceEntry entry, SafeFileHandle directory, byte[] name)
    {
        using var source = tree.Open(entry.Path, LibC.O_RDONLY | LibC.O_NOATIME);
        using var target = Create(directory, name, 0x180, entry);
        var result = _content.Copy(source.Number(), target.Number(), (long)entry.Status.stx_size, (long)entry.Status.stx_blocks, out _);
        Check(result, "copy", Display(entry.Path));
        if (!entry.IsUnchanged(EntryStatus.Of(source))) throw tree.Changed(entry.Path);
        SetAttributes(source, tree, entry, target.Number());
        SetTimes(target.Number(), entry.Status);
    }

    private void SetAttributes(SourceTree tree, SourceEntry entry, int directory)
    {
        using var source = tree.Open(entry.Path, LibC.O_RDONLY | LibC.O_DIRECTORY);
        SetAttributes(source, tree, entry, directory);
    }

    // The owner first: a change of owner takes setuid bits and capabilities away.
    private void SetAttributes(SafeFileHandle source, SourceTree tree, SourceEntry entry, int target)
    {
        var owner = OwnerOf(tree, entry);
        Check(Syscall.fchown(target, owner.Uid, owner.Gid), "change owner", Display(entry.Path));
        Check(Syscall.fchmod(target, _mode?.Apply(entry.Status.Permissions, entry.IsDirectory) ?? entry.Status.Permissions), "change mode", Display(entry.Path));
        FileAttributes.Set(target, FileAttributes.Of(source));
    }

    private FileOwner OwnerOf(SourceTree tree, SourceEntry entry) => _owner ?? (tree.IsContext ? new FileOwner(0, 0) : new FileOwner(entry.Status.stx_uid, entry.Status.stx_gid));

    private SafeFileHandle Create(SafeFileHandle directory, byte[] name, uint mode, SourceEntry? entry = null)
    {
        fixed (byte* start = (byte[])[.. name, 0])
        {
            var flags = LibC.O_WRONLY | LibC.O_CREAT | LibC.O_EXCL | LibC.O_NOFOLLOW | LibC.O_CLOEXEC;
            var fd = Syscall.openat(directory.Number(), start, flags, mode);
            if (fd == -LibC.EEXIST)
            {
                Clear(directory, name, entry);
                fd = Syscall.openat(directory.Number(), start, flags, mode);
            }

            return new SafeFileHandle(Check(fd, "make file", Display(name)), ownsHandle: true);
        }
    }

    // What is in the way of a file goes, unless it is a directory.
    private static void Clear(SafeFileHandle directory, byte[] name, SourceEntry? entry)
    {
        fixed (byte* start = (byte[])[.. name, 0])
        {
            var result = Syscall.unlinkat(directory.Number(), start, 0);
            if (result == -LibC.EISDIR)
                throw new ContainerEngineException("IsDirectory", ErrorKind.AlreadyExists, $"the file '{(entry is null ? Display(name) : Display(entry.Path))}' cannot be copied over '{Display(name)}', which is a directory", Display(name));
            if (result < 0 && result != -LibC.ENOENT) Check(result, "remove", Display(name));
        }
    }

    private static void SetNodeMode(SafeFileHandle directory, byte* name, uint mode, byte[] text)
    {
        var fd = Syscall.openat(directory.Number(), name, LibC.O_PATH | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
        using var node = new SafeFileHandle(Check(fd, "open", Display(text)), ownsHandle: true);
        fixed (byte* path = Encoding.ASCII.GetBytes($"/proc/self/fd/{fd}\0")) Check(Syscall.fchmodat(LibC.AT_FDCWD, path, mode), "change mode", Display(text));
    }

    private static void SetTimes(int file, in Syscall.statx_t status)
    {
        var times = stackalloc Syscall.timespec64[2];
        Fill(times, status);
        Check(Syscall.utimensat(file, null, times, 0), "set time", "file");
    }

    private static void Fill(Syscall.timespec64* times, in Syscall.statx_t status) =>
        times[0] = times[1] = new Syscall.timespec64 { tv_sec = status.stx_mtime.tv_sec, tv_nsec = status.stx_mtime.tv_nsec };

    private static string Display(byte[] path) => TarText.Display(path);
}
