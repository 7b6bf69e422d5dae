using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Linux;

/// <summary>Adds up what the files of a tree take; follows no link, and counts a file with several names once.</summary>
internal static unsafe class TreeSize
{
    private const int DeepestOpen = 512;

    /// <summary>Bytes of all files; 0 when there is no such folder. What goes while it is counted is not counted.</summary>
    internal static long Of(string path)
    {
        if (!Directory.Exists(path)) return 0;
        using var folder = FileDescriptors.Open(path, LibC.O_RDONLY | LibC.O_DIRECTORY);
        return Of(folder, [], 0);
    }

    private static long Of(SafeFileHandle folder, HashSet<(ulong, uint, uint)> seen, int depth)
    {
        long size = 0;
        foreach (var name in TreeRemoval.List(folder.Number()))
        {
            fixed (byte* bytes = name)
            {
                Syscall.statx_t status;
                if (Syscall.statx(folder.Number(), bytes, LibC.AT_SYMLINK_NOFOLLOW, Syscall.STATX_BASIC_STATS, &status) < 0) continue;
                if (status.Type == FileBits.S_IFREG)
                {
                    if (status.stx_nlink == 1 || seen.Add((status.stx_ino, status.stx_dev_major, status.stx_dev_minor))) size += (long)status.stx_size;
                }
                else if (status.Type == FileBits.S_IFDIR && depth < DeepestOpen)
                {
                    var fd = Syscall.openat(folder.Number(), bytes, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
                    if (fd < 0) continue;
                    using var inner = new SafeFileHandle(fd, ownsHandle: true);
                    size += Of(inner, seen, depth + 1);
                }
            }
        }

        return size;
    }
}
