using System.Text;
using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>Tells with one number for several files whether any of them has been replaced or written to (inode, times and size), without allocating.</summary>
internal sealed unsafe class FileStamps
{
    private byte[][] _paths = [];

    /// <summary>Names the files, in place of those before; a file may be missing.</summary>
    internal void Watch(IEnumerable<string> paths) => _paths = [.. paths.Select(path => Encoding.UTF8.GetBytes(path + '\0'))];

    /// <summary>The number now.</summary>
    internal long Current()
    {
        var stamp = unchecked((long)0xcbf29ce484222325);
        foreach (var path in _paths)
        {
            Syscall.statx_t status;
            int result;
            fixed (byte* p = path) result = Syscall.statx(LibC.AT_FDCWD, p, 0, Syscall.STATX_BASIC_STATS, &status);
            if (result < 0)
            {
                stamp = Mix(stamp, result);
                continue;
            }

            stamp = Mix(stamp, (long)status.stx_ino);
            stamp = Mix(stamp, (long)status.stx_size);
            stamp = Mix(stamp, status.stx_mtime.tv_sec * 1_000_000_000 + status.stx_mtime.tv_nsec);
            stamp = Mix(stamp, status.stx_ctime.tv_sec * 1_000_000_000 + status.stx_ctime.tv_nsec);
        }

        return stamp;
    }

    private static long Mix(long stamp, long value) => unchecked((long)ShortHash.Mix((ulong)stamp * 0x9e3779b97f4a7c15 + (ulong)value));
}
