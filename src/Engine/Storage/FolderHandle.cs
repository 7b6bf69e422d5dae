using System.Text;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Storage;

/// <summary>Descriptors of the store's folders, for the calls that want one.</summary>
internal static class FolderHandle
{
    /// <summary>Opens a folder; null when it does not exist.</summary>
    internal static unsafe SafeFileHandle? TryOpen(string path)
    {
        int fd;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
            fd = LibC.open(name, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
        if (fd >= 0) return new SafeFileHandle(fd, ownsHandle: true);
        return LibC.errno == LibC.ENOENT ? null : throw new KernelException("open", path, LibC.errno);
    }

    /// <summary>Opens a folder that exists.</summary>
    internal static SafeFileHandle Open(string path) => TryOpen(path) ?? throw new KernelException("open", path, LibC.ENOENT);
}
