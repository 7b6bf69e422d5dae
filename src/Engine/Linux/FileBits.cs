namespace ContainerPS.Engine.Linux;

/// <summary>The bits of a file's mode as unsigned constants (man 7 inode).</summary>
internal static class FileBits
{
    internal const uint S_IFMT = 0xf000;
    internal const uint S_IFSOCK = 0xc000;
    internal const uint S_IFLNK = 0xa000;
    internal const uint S_IFREG = 0x8000;
    internal const uint S_IFBLK = 0x6000;
    internal const uint S_IFDIR = 0x4000;
    internal const uint S_IFCHR = 0x2000;
    internal const uint S_IFIFO = 0x1000;
    internal const uint S_ISUID = 0x800;
    internal const uint S_ISGID = 0x400;
    internal const uint S_ISVTX = 0x200;

    /// <summary>Permission bits with setuid, setgid and sticky.</summary>
    internal const uint Permissions = 0xfff;
}
