using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Linux;

/// <summary>
/// Copies what is in one directory to another: contents, owners, modes, times, extended attributes, links and device nodes. Goes by
/// descriptors and follows no link, so the source may be a container's tree.
/// </summary>
internal static unsafe class TreeCopy
{
    private const int EntriesSize = 32 * 1024;

    /// <summary>Copies the entries of <paramref name="from"/> and then the directory's own owner, mode and times.</summary>
    /// <param name="from">An open directory.</param>
    /// <param name="to">An open directory, empty.</param>
    internal static void Copy(SafeFileHandle from, SafeFileHandle to) => CopyDirectory(from.Number(), to.Number(), 0);

    private static void CopyDirectory(int from, int to, int depth)
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

    private static void CopyEntry(int from, int to, byte* name, int depth)
    {
        Syscall.statx_t status;
        Check(Syscall.statx(from, name, LibC.AT_SYMLINK_NOFOLLOW, Syscall.STATX_BASIC_STATS, &status), "inspect", name);
        if (status.Type == FileBits.S_IFDIR)
        {
            using var source = Open(from, name, LibC.O_RDONLY | LibC.O_DIRECTORY);
            Check(Syscall.mkdirat(to, name, 0x1C0 /* 0700 */), "make directory", name);
            using var target = Open(to, name, LibC.O_RDONLY | LibC.O_DIRECTORY);
            CopyDirectory(source.Number(), target.Number(), depth + 1);
        }
        else if (status.Type == FileBits.S_IFREG)
        {
            using var source = Open(from, name, LibC.O_RDONLY);
            using var target = Open(to, name, LibC.O_WRONLY | LibC.O_CREAT | LibC.O_EXCL);
            CopyContent(source, target);
            CopyAttributes(source.Number(), target.Number());
        }
        else
        {
            if (status.Type == FileBits.S_IFLNK) CopyLink(from, to, name);
            else Check(Syscall.mknodat(to, name, status.stx_mode, Syscall.makedev(status.stx_rdev_major, status.stx_rdev_minor)), "make node", name);
            Check(Syscall.fchownat(to, name, status.stx_uid, status.stx_gid, LibC.AT_SYMLINK_NOFOLLOW), "change owner", name);
            SetTimes(to, name, &status, LibC.AT_SYMLINK_NOFOLLOW);
        }
    }

    private static void CopyContent(SafeFileHandle from, SafeFileHandle to)
    {
        var buffer = new byte[64 * 1024];
        for (long offset = 0; ;)
        {
            var read = RandomAccess.Read(from, buffer, offset);
            if (read == 0) return;
            RandomAccess.Write(to, buffer.AsSpan(0, read), offset);
            offset += read;
        }
    }

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
