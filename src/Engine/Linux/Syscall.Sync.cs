namespace ContainerPS.Engine.Linux;

// Writing back parts of files (man 2 sync_file_range).
internal static unsafe partial class Syscall
{
    internal const int SYNC_FILE_RANGE_WRITE = 2;

    /// <summary>Begins to write back a part of a file, without waiting: 0 or <c>-errno</c>.</summary>
    internal static nint sync_file_range(int fd, long offset, long count, uint flags) => Raw(Number(277, 84), fd, (nint)offset, (nint)count, (nint)flags);
}
