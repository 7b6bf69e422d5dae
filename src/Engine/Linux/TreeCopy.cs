using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Linux;

/// <summary>
/// Copies what is in one directory to another: contents with their holes, owners, modes, times, extended attributes, links of both sorts and device nodes. Goes
/// by descriptors and follows no symbolic link, so the source may be a container's tree.
/// </summary>
internal sealed unsafe class TreeCopy
{
    private const int EntriesSize = 32 * 1024;
    private const int ContentSize = 128 * 1024;

    private readonly int _top;
    private readonly List<byte[]> _path = [];
    private readonly Dictionary<(ulong Inode, uint Major, uint Minor), (byte[] Path, ulong Inode)> _links = [];
    private byte[]? _content;

    private TreeCopy(int top) => _top = top;

    /// <summary>Copies the entries of <paramref name="from"/> and then the directory's own owner, mode and times.</summary>
    /// <param name="from">An open directory.</param>
    /// <param name="to">An open directory, empty.</param>
    internal static void Copy(SafeFileHandle from, SafeFileHandle to) => new TreeCopy(to.Number()).CopyDirectory(from.Number(), to.Number(), 0);

    private void CopyDirectory(int from, int to, int depth)
    {
        if (depth > 512) throw new KernelException("copy", "directory", LibC.ELOOP);
        var buffer = new byte[EntriesSize];
        fixed (byte* entries = buffer)
        {
            int length;
            while ((length = Check(Syscall.getdents64(from, entries, EntriesSize), "read directory")) > 0)
            {
                // struct linux_dirent64: d_reclen at 16, d_name at 19
                for (var at = 0; at < length; at += *(ushort*)(entries + at + 16))
                {
                    var name = entries + at + 19;
                    if (!IsDot(name)) CopyEntry(from, to, name, depth);
                }
            }
        }

        CopyAttributes(from, to);
    }

    private void CopyEntry(int from, int to, byte* name, int depth)
    {
        Syscall.statx_t status;
        Check(Syscall.statx(from, name, LibC.AT_SYMLINK_NOFOLLOW, Syscall.STATX_BASIC_STATS, &status), "inspect", name);
        if (status.Type == FileBits.S_IFDIR)
        {
            using var source = Open(from, name, LibC.O_RDONLY | LibC.O_DIRECTORY);
            Check(Syscall.mkdirat(to, name, 0x1C0 /* 0700 */), "make directory", name);
            using var target = Open(to, name, LibC.O_RDONLY | LibC.O_DIRECTORY);
            _path.Add(NameOf(name));
            CopyDirectory(source.Number(), target.Number(), depth + 1);
            _path.RemoveAt(_path.Count - 1);
        }
        else if (status.Type == FileBits.S_IFREG)
        {
            if (status.stx_nlink > 1 && TryLink(in status, to, name)) return;
            using var source = Open(from, name, LibC.O_RDONLY);
            using var target = Open(to, name, LibC.O_WRONLY | LibC.O_CREAT | LibC.O_EXCL);
            CopyContent(source, target, (long)status.stx_size);
            CopyAttributes(source.Number(), target.Number());
            if (status.stx_nlink > 1) Remember(in status, target, name);
        }
        else
        {
            if (status.Type == FileBits.S_IFLNK) CopyLink(from, to, name);
            else Check(Syscall.mknodat(to, name, status.stx_mode, Syscall.makedev(status.stx_rdev_major, status.stx_rdev_minor)), "make node", name);
            Check(Syscall.fchownat(to, name, status.stx_uid, status.stx_gid, LibC.AT_SYMLINK_NOFOLLOW), "change owner", name);
            SetTimes(to, name, &status, LibC.AT_SYMLINK_NOFOLLOW);
        }
    }

    private void CopyContent(SafeFileHandle from, SafeFileHandle to, long size)
    {
        for (long at = 0; at < size;)
        {
            // A file system that knows nothing of holes says that all is data.
            var data = Syscall.lseek(from.Number(), at, Syscall.SEEK_DATA);
            if (data == -LibC.ENXIO) break;
            var hole = data < 0 ? -1 : Syscall.lseek(from.Number(), data, Syscall.SEEK_HOLE);
            var end = hole > data ? hole : long.MaxValue;
            if (!CopyRange(from, to, Math.Max(at, data), end, out at)) return;
        }

        Check(Syscall.ftruncate(to.Number(), size), "set size");
    }

    // False when the file has ended before.
    private bool CopyRange(SafeFileHandle from, SafeFileHandle to, long start, long end, out long at)
    {
        _content ??= new byte[ContentSize];
        for (at = start; at < end;)
        {
            var read = RandomAccess.Read(from, _content.AsSpan(0, (int)Math.Min(ContentSize, end - at)), at);
            if (read == 0) return false;
            RandomAccess.Write(to, _content.AsSpan(0, read), at);
            at += read;
        }

        return true;
    }

    private void Remember(in Syscall.statx_t source, SafeFileHandle target, byte* name)
    {
        Syscall.statx_t status;
        byte empty = 0;
        Check(Syscall.statx(target.Number(), &empty, LibC.AT_EMPTY_PATH, Syscall.STATX_BASIC_STATS, &status), "inspect", name);
        _links[(source.stx_ino, source.stx_dev_major, source.stx_dev_minor)] = ([.. _path.SelectMany(static folder => folder.Append((byte)'/')), .. NameOf(name), 0], status.stx_ino);
    }

    // Whoever changes the copy meanwhile can only have the file copied once more.
    private bool TryLink(in Syscall.statx_t source, int to, byte* name)
    {
        if (!_links.TryGetValue((source.stx_ino, source.stx_dev_major, source.stx_dev_minor), out var known)) return false;
        int fd;
        fixed (byte* path = known.Path)
            fd = Syscall.openat2(_top, path, LibC.O_PATH | LibC.O_NOFOLLOW | LibC.O_CLOEXEC, 0, Syscall.RESOLVE_BENEATH | Syscall.RESOLVE_NO_SYMLINKS);
        if (fd < 0) return false;
        using var file = new SafeFileHandle(fd, ownsHandle: true);
        Syscall.statx_t status;
        byte empty = 0;
        return Syscall.statx(fd, &empty, LibC.AT_EMPTY_PATH, Syscall.STATX_BASIC_STATS, &status) >= 0
            && status.stx_ino == known.Inode
            && Syscall.linkat(fd, &empty, to, name, LibC.AT_EMPTY_PATH) >= 0;
    }

    private static byte[] NameOf(byte* name) => System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name).ToArray();

    private static void CopyLink(int from, int to, byte* name)
    {
        var target = stackalloc byte[4097];
        var length = Check(Syscall.readlinkat(from, name, target, 4096), "read link", name);
        target[length] = 0;
        Check(Syscall.symlinkat(target, to, name), "make link", name);
    }

    private static void CopyAttributes(int from, int to)
    {
        Syscall.statx_t status;
        byte empty = 0;
        Check(Syscall.statx(from, &empty, LibC.AT_EMPTY_PATH, Syscall.STATX_BASIC_STATS, &status), "inspect");
        Check(Syscall.fchown(to, status.stx_uid, status.stx_gid), "change owner");
        Check(Syscall.fchmod(to, status.Permissions), "change mode");
        CopyExtended(from, to);
        SetTimes(to, null, &status, 0);
    }

    /// <summary>A change of owner drops capabilities of a file, so these come after it.</summary>
    private static void CopyExtended(int from, int to)
    {
        var names = new byte[Math.Max(0, Syscall.flistxattr(from, null, 0))];
        if (names.Length == 0) return;
        var value = new byte[64 * 1024];
        fixed (byte* list = names)
        fixed (byte* data = value)
        {
            var length = Syscall.flistxattr(from, list, names.Length);
            for (var at = 0; at < length; at++)
            {
                var size = Syscall.fgetxattr(from, list + at, data, value.Length);
                var result = size < 0 ? size : Syscall.fsetxattr(to, list + at, data, size, 0);

                // An attribute that the other file system does not keep is one it does not act upon.
                if (result != -LibC.EOPNOTSUPP && result != -LibC.ENODATA) Check(result, "copy attribute", list + at);
                while (list[at] != 0) at++;
            }
        }
    }

    private static void SetTimes(int file, byte* name, Syscall.statx_t* status, int flags)
    {
        var times = stackalloc Syscall.timespec64[2];
        times[0] = new() { tv_sec = status->stx_atime.tv_sec, tv_nsec = status->stx_atime.tv_nsec };
        times[1] = new() { tv_sec = status->stx_mtime.tv_sec, tv_nsec = status->stx_mtime.tv_nsec };
        Check(Syscall.utimensat(file, name, times, flags), "set times", name);
    }

    private static SafeFileHandle Open(int directory, byte* name, int flags) =>
        new(Check(Syscall.openat(directory, name, flags | LibC.O_NOFOLLOW | LibC.O_NONBLOCK | LibC.O_CLOEXEC, 0x180 /* 0600 */), "open", name), ownsHandle: true);

    private static bool IsDot(byte* name) => name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));

    private static int Check(int result, string call, byte* name = null) =>
        result >= 0 ? result : throw new KernelException(call, name == null ? "" : System.Runtime.InteropServices.Marshal.PtrToStringUTF8((nint)name) ?? "", -result);
}
