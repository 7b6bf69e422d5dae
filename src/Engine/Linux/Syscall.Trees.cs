namespace ContainerPS.Engine.Linux;

// Trees of the store: writing them back, listing and moving their entries by descriptor (man 2 syncfs, sync_file_range, getdents64, renameat2).
internal static unsafe partial class Syscall
{
    internal const int SYNC_FILE_RANGE_WRITE = 2;

    /// <summary>Writes back the file system that an open file is on: 0 or <c>-errno</c>.</summary>
    internal static nint syncfs(int fd) => Raw(Number(306, 267), fd);

    /// <summary>Begins to write back a part of a file, without waiting: 0 or <c>-errno</c>.</summary>
    internal static nint sync_file_range(int fd, long offset, long count, uint flags) => Raw(Number(277, 84), fd, (nint)offset, (nint)count, (nint)flags);

    /// <summary>Reads directory entries (man 2 getdents64): bytes read, 0 at the end, or <c>-errno</c>.</summary>
    internal static nint getdents64(int fd, byte* buffer, int size) => Raw(Number(217, 61), fd, (nint)buffer, size);

    /// <summary>Renames across open folders (man 2 renameat2): 0 or <c>-errno</c>.</summary>
    internal static nint renameat2(int oldFolder, byte* oldName, int newFolder, byte* newName, uint flags) =>
        Raw(Number(316, 276), oldFolder, (nint)oldName, newFolder, (nint)newName, (nint)flags);
}
