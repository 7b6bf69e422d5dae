using System.Text;
using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Storage;

/// <summary>Several names of one file (man 2 link).</summary>
internal static unsafe class HardLink
{
    /// <summary>Gives a file a second name, which nothing has yet.</summary>
    internal static void Make(string path, string name)
    {
        fixed (byte* from = Encoding.UTF8.GetBytes(path + '\0'), to = Encoding.UTF8.GetBytes(name + '\0'))
        {
            var result = Syscall.linkat(LibC.AT_FDCWD, from, LibC.AT_FDCWD, to, 0);
            if (result == -LibC.ENOSPC || result == -LibC.EDQUOT) throw new NoSpaceException(name, null);
            if (result < 0) throw new KernelException("linkat", name, -result);
        }
    }

    /// <summary>How many names a file has.</summary>
    internal static int Count(string path)
    {
        Syscall.statx_t stat;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            var result = Syscall.statx(LibC.AT_FDCWD, name, LibC.AT_SYMLINK_NOFOLLOW, Syscall.STATX_BASIC_STATS, &stat);
            if (result < 0) throw new KernelException("statx", path, -result);
        }

        return (int)stat.stx_nlink;
    }
}
