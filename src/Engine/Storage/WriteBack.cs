using System.Text;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Storage;

/// <summary>Writing back many files at once, before any of them becomes visible.</summary>
internal static class WriteBack
{
    /// <summary>Writes back the whole file system that a folder is on; waits until the disk has it.</summary>
    internal static unsafe void FileSystemOf(string path)
    {
        int fd;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
            fd = LibC.open(name, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
        if (fd < 0) throw new KernelException("open", path, LibC.errno);
        using var folder = new SafeFileHandle(fd, ownsHandle: true);
        var errno = -(int)Syscall.syncfs(fd);
        if (errno == LibC.ENOSPC || errno == LibC.EDQUOT) throw new NoSpaceException(path);
        if (errno != 0) throw new KernelException("syncfs", path, errno);
    }
}
