using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Storage;

/// <summary>Writing back many files at once, before any of them becomes visible.</summary>
internal static class WriteBack
{
    /// <summary>Writes back the whole file system that a folder is on; waits until the disk has it.</summary>
    internal static void FileSystemOf(string path)
    {
        using var folder = FolderHandle.Open(path);
        var errno = -Syscall.syncfs((int)folder.DangerousGetHandle());
        if (errno == LibC.ENOSPC || errno == LibC.EDQUOT) throw new NoSpaceException(path);
        if (errno != 0) throw new KernelException("syncfs", path, errno);
    }
}
