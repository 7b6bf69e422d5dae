namespace ContainerPS.Engine.Linux;

// Content of files from one to another (man 2 lseek, ioctl_ficlone, copy_file_range).
internal static unsafe partial class Syscall
{
    internal const int SEEK_DATA = 3;
    internal const int SEEK_HOLE = 4;

    internal static long lseek(int fd, long offset, int whence) => Raw(Number(8, 62), fd, (nint)offset, whence);

    internal static nint pread(int fd, byte* buffer, nint length, long offset) => Raw(Number(17, 67), fd, (nint)buffer, length, (nint)offset);

    /// <summary>Lets a file share the blocks of another: 0 or <c>-errno</c> (EOPNOTSUPP, EXDEV, EINVAL where that cannot be).</summary>
    internal static nint ficlone(int to, int from) => Raw(Number(16, 29), to, 0x40049409 /* FICLONE */, from);

    /// <summary>Copies between two files inside the kernel, moving both offsets: how many bytes, or <c>-errno</c>.</summary>
    internal static nint copy_file_range(int from, long* fromOffset, int to, long* toOffset, nint length) =>
        Raw(Number(326, 285), from, (nint)fromOffset, to, (nint)toOffset, length);
}
