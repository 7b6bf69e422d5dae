using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Storage;

/// <summary>Files, folders, links and devices of this machine as entries of an archive.</summary>
internal static unsafe class FileEntry
{
    private const int LongestPath = 4096;

    /// <summary>The entry of one.</summary>
    /// <param name="status">What the kernel says of it.</param>
    /// <param name="path">The path that the archive is to have.</param>
    /// <param name="type">What it is to be there.</param>
    /// <param name="time">When it was changed.</param>
    /// <param name="attributes">Its extended attributes.</param>
    /// <param name="link">The target of a link.</param>
    internal static TarEntry Of(in Syscall.statx_t status, byte[] path, TarEntryType type, TarTime time, IReadOnlyList<TarXattr> attributes, byte[]? link = null) => new()
    {
        Name = path,
        Type = type,
        LinkName = link ?? [],
        Mode = status.Permissions,
        Uid = status.stx_uid,
        Gid = status.stx_gid,
        Size = type == TarEntryType.File ? (long)status.stx_size : 0,
        ModifiedTime = time,
        DeviceMajor = status.stx_rdev_major,
        DeviceMinor = status.stx_rdev_minor,
        Xattrs = attributes,
    };

    /// <summary>What a link, a device or a pipe is in an archive.</summary>
    internal static TarEntryType TypeOf(uint type) => type switch
    {
        FileBits.S_IFLNK => TarEntryType.SymbolicLink,
        FileBits.S_IFCHR => TarEntryType.CharacterDevice,
        FileBits.S_IFBLK => TarEntryType.BlockDevice,
        _ => TarEntryType.Fifo,
    };

    /// <summary>Where a symbolic link leads that is open by <c>O_PATH</c>.</summary>
    internal static byte[] LinkTarget(int file, byte[] path)
    {
        var text = stackalloc byte[LongestPath];
        byte empty = 0;
        var length = Syscall.readlinkat(file, &empty, text, LongestPath);
        return length >= 0 ? new ReadOnlySpan<byte>(text, length).ToArray() : throw new KernelException("read link", TarText.Display(path), -length);
    }
}
