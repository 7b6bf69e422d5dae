using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Linux;

/// <summary>Looks at open files, and opens for reading what was opened as a thing alone.</summary>
internal static unsafe class EntryStatus
{
    private const uint Asked = Syscall.STATX_BASIC_STATS | 0x1000; // STATX_MNT_ID

    /// <summary>What an open file is.</summary>
    internal static Syscall.statx_t Of(SafeFileHandle file) => Of(file.Number());

    /// <inheritdoc cref="Of(SafeFileHandle)"/>
    internal static Syscall.statx_t Of(int fd)
    {
        Syscall.statx_t status;
        byte empty = 0;
        var result = Syscall.statx(fd, &empty, LibC.AT_EMPTY_PATH, Asked, &status);
        return result >= 0 ? status : throw new KernelException("inspect", "file", -result);
    }

    /// <summary>What a name in a directory is, links themselves; false when there is none.</summary>
    internal static bool TryGet(int directory, byte* name, out Syscall.statx_t status)
    {
        fixed (Syscall.statx_t* result = &status)
            return Syscall.statx(directory, name, LibC.AT_SYMLINK_NOFOLLOW, Asked, result) >= 0;
    }

    /// <summary>
    /// Opens what a descriptor of O_PATH stands for: a descriptor, or <c>-errno</c>. That it is a regular file or a directory has been seen by then, so that no
    /// device or fifo is ever opened, whatever its name has been exchanged for meanwhile.
    /// </summary>
    internal static int Reopen(int fd, int flags)
    {
        // "/proc/self/fd/" and ten digits
        var path = stackalloc byte[32];
        "/proc/self/fd/"u8.CopyTo(new Span<byte>(path, 32));
        _ = System.Buffers.Text.Utf8Formatter.TryFormat(fd, new Span<byte>(path + 14, 17), out var length);
        path[14 + length] = 0;
        var result = Syscall.openat(LibC.AT_FDCWD, path, flags | LibC.O_NONBLOCK | LibC.O_CLOEXEC);
        return result == -LibC.EPERM && (flags & LibC.O_NOATIME) != 0 ? Syscall.openat(LibC.AT_FDCWD, path, (flags & ~LibC.O_NOATIME) | LibC.O_NONBLOCK | LibC.O_CLOEXEC) : result;
    }
}
