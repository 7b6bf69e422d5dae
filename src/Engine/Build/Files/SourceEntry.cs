using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Build;

/// <summary>A file, directory, link or device to be copied, as it was when it was looked at.</summary>
/// <param name="Path">Its path below the tree's root, in bytes.</param>
/// <param name="Below">Its path below the item that it belongs to; empty for the item itself.</param>
/// <param name="Status">What it is.</param>
internal sealed record SourceEntry(byte[] Path, byte[] Below, Syscall.statx_t Status)
{
    /// <summary>True for a directory.</summary>
    internal bool IsDirectory => Status.Type == FileBits.S_IFDIR;

    /// <summary>True for a regular file.</summary>
    internal bool IsFile => Status.Type == FileBits.S_IFREG;

    /// <summary>sha256 of a file's content and extended attributes, once it is known.</summary>
    internal byte[]? Digest { get; set; }

    /// <summary>True when an open file is still the same, with the same content.</summary>
    internal bool IsUnchanged(in Syscall.statx_t now) =>
        now.stx_ino == Status.stx_ino && now.stx_dev_major == Status.stx_dev_major && now.stx_dev_minor == Status.stx_dev_minor && now.stx_size == Status.stx_size
        && now.stx_mtime.tv_sec == Status.stx_mtime.tv_sec && now.stx_mtime.tv_nsec == Status.stx_mtime.tv_nsec
        && now.stx_ctime.tv_sec == Status.stx_ctime.tv_sec && now.stx_ctime.tv_nsec == Status.stx_ctime.tv_nsec;
}
