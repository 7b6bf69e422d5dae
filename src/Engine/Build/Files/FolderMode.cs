using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Build;

/// <summary>Owner and mode of folders and files of the engine's own.</summary>
internal static class FolderMode
{
    /// <summary>Sets both of a socket, which cannot be opened.</summary>
    internal static void SetNode(string path, FileOwner owner, uint mode)
    {
        File.SetUnixFileMode(path, (UnixFileMode)mode);
        int result;
        unsafe
        {
            fixed (byte* name = System.Text.Encoding.UTF8.GetBytes(path + '\0')) result = Syscall.fchownat(LibC.AT_FDCWD, name, owner.Uid, owner.Gid, LibC.AT_SYMLINK_NOFOLLOW);
        }

        if (result < 0) throw new KernelException("change owner", path, -result);
    }

    /// <summary>Sets both to what another folder has.</summary>
    internal static void Copy(string from, string to)
    {
        using var folder = FileDescriptors.Open(from, LibC.O_RDONLY | LibC.O_DIRECTORY);
        var status = EntryStatus.Of(folder);
        Set(to, new FileOwner(status.stx_uid, status.stx_gid), status.Permissions);
    }

    /// <summary>Sets both.</summary>
    internal static void Set(string path, FileOwner owner, uint mode)
    {
        using var file = FileDescriptors.Open(path, LibC.O_RDONLY | LibC.O_NOFOLLOW);
        var result = Syscall.fchown(file.Number(), owner.Uid, owner.Gid);
        if (result >= 0) result = Syscall.fchmod(file.Number(), mode);
        if (result < 0) throw new KernelException("change owner and mode", path, -result);
    }
}
