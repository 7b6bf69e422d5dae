using Tmds.Linux;

namespace ContainerPS.Engine.Linux;

// Files by directory descriptor and byte path. Paths end in NUL; AT_*, O_*, S_* and E* constants are Tmds.LibC's.
internal static unsafe partial class Syscall
{
    internal const ulong RESOLVE_NO_XDEV = 0x01;
    internal const ulong RESOLVE_NO_MAGICLINKS = 0x02;
    internal const ulong RESOLVE_NO_SYMLINKS = 0x04;
    internal const ulong RESOLVE_BENEATH = 0x08;
    internal const ulong RESOLVE_IN_ROOT = 0x10;

    // Far more than renames elsewhere can spoil; whoever holds a lease on a file that is not waited for (man 2 fcntl, F_SETLEASE) is not asked for long.
    private const int MostOpens = 10_000;

    internal const uint RENAME_NOREPLACE = 1;
    internal const uint RENAME_EXCHANGE = 2;
    internal const uint STATX_BASIC_STATS = 0x7ff;

    /// <summary>Opens a path with rules for its resolution (man 2 openat2): descriptor or <c>-errno</c>.</summary>
    internal static int openat2(int directory, byte* path, int flags, uint mode, ulong resolve)
    {
        var how = new open_how { flags = (uint)flags, mode = mode, resolve = resolve };
        var left = MostOpens;
        int fd;

        // EAGAIN: something on this machine was mounted or renamed meanwhile, so the kernel could not vouch for a "..".
        do fd = (int)Raw(SYS_openat2, directory, (nint)path, (nint)(&how), sizeof(open_how));
        while ((fd == -LibC.EAGAIN || fd == -LibC.EINTR) && --left > 0);
        return fd;
    }

    internal static int openat(int directory, byte* path, int flags, uint mode = 0) =>
        (int)Raw(Number(257, 56), directory, (nint)path, flags, (nint)mode);

    internal static nint pwrite(int fd, byte* buffer, nint length, long offset) =>
        Raw(Number(18, 68), fd, (nint)buffer, length, (nint)offset);

    internal static int ftruncate(int fd, long length) => (int)Raw(Number(77, 46), fd, (nint)length);

    internal static int mkdirat(int directory, byte* name, uint mode) => (int)Raw(Number(258, 34), directory, (nint)name, (nint)mode);

    /// <summary>Makes a device, fifo or socket. The device number is made with <see cref="makedev"/>.</summary>
    internal static int mknodat(int directory, byte* name, uint mode, uint device) =>
        (int)Raw(Number(259, 33), directory, (nint)name, (nint)mode, (nint)device);

    internal static int symlinkat(byte* target, int directory, byte* name) => (int)Raw(Number(266, 36), (nint)target, directory, (nint)name);

    internal static int linkat(int fromDirectory, byte* from, int toDirectory, byte* to, int flags) =>
        (int)Raw(Number(265, 37), fromDirectory, (nint)from, toDirectory, (nint)to, flags);

    internal static int unlinkat(int directory, byte* name, int flags) => (int)Raw(Number(263, 35), directory, (nint)name, flags);

    internal static int renameat2(int fromDirectory, byte* from, int toDirectory, byte* to, uint flags) =>
        (int)Raw(Number(316, 276), fromDirectory, (nint)from, toDirectory, (nint)to, (nint)flags);

    internal static int readlinkat(int directory, byte* name, byte* target, nint size) =>
        (int)Raw(Number(267, 78), directory, (nint)name, (nint)target, size);

    internal static int fchownat(int directory, byte* name, uint uid, uint gid, int flags) =>
        (int)Raw(Number(260, 54), directory, (nint)name, (nint)uid, (nint)gid, flags);

    internal static int fchown(int fd, uint uid, uint gid) => (int)Raw(Number(93, 55), fd, (nint)uid, (nint)gid);

    internal static int fchmod(int fd, uint mode) => (int)Raw(Number(91, 52), fd, (nint)mode);

    /// <summary>Changes the mode of a path; follows symbolic links, so the path is one of /proc/self/fd.</summary>
    internal static int fchmodat(int directory, byte* name, uint mode) => (int)Raw(Number(268, 53), directory, (nint)name, (nint)mode);

    /// <summary>Sets access and modification time; a null name means the open file itself.</summary>
    internal static int utimensat(int directory, byte* name, timespec64* times, int flags) =>
        (int)Raw(Number(280, 88), directory, (nint)name, (nint)times, flags);

    internal static int statx(int directory, byte* name, int flags, uint mask, statx_t* result) =>
        (int)Raw(Number(332, 291), directory, (nint)name, flags, (nint)mask, (nint)result);

    internal static int getdents64(int fd, byte* buffer, int size) => (int)Raw(Number(217, 61), fd, (nint)buffer, size);

    internal static int fsetxattr(int fd, byte* name, byte* value, nint size, int flags) =>
        (int)Raw(Number(190, 7), fd, (nint)name, (nint)value, size, flags);

    internal static int lsetxattr(byte* path, byte* name, byte* value, nint size, int flags) =>
        (int)Raw(Number(189, 6), (nint)path, (nint)name, (nint)value, size, flags);

    internal static int fgetxattr(int fd, byte* name, byte* value, nint size) =>
        (int)Raw(Number(193, 10), fd, (nint)name, (nint)value, size);

    internal static int lgetxattr(byte* path, byte* name, byte* value, nint size) =>
        (int)Raw(Number(192, 9), (nint)path, (nint)name, (nint)value, size);

    internal static int flistxattr(int fd, byte* list, nint size) => (int)Raw(Number(196, 13), fd, (nint)list, size);

    internal static int llistxattr(byte* path, byte* list, nint size) => (int)Raw(Number(195, 12), (nint)path, (nint)list, size);

    internal static int fremovexattr(int fd, byte* name) => (int)Raw(Number(199, 16), fd, (nint)name);

    internal static int fsync(int fd) => (int)Raw(Number(74, 82), fd);

    internal static int syncfs(int fd) => (int)Raw(Number(306, 267), fd);

    /// <summary>A device number as mknod wants it (linux/kdev_t.h, new_encode_dev).</summary>
    internal static uint makedev(uint major, uint minor) => (minor & 0xff) | (major << 8) | ((minor & ~0xffu) << 12);

    /// <summary>Argument of openat2 (linux/openat2.h).</summary>
    internal struct open_how
    {
        internal ulong flags;
        internal ulong mode;
        internal ulong resolve;
    }

    /// <summary>Seconds and nanoseconds since 1970.</summary>
    internal struct timespec64
    {
        internal long tv_sec;
        internal long tv_nsec;
    }

    /// <summary>A time as statx gives it.</summary>
    internal struct statx_timestamp
    {
        internal long tv_sec;
        internal uint tv_nsec;
        internal int reserved;
    }

    /// <summary>Result of statx (linux/stat.h): the same on all processors, unlike struct stat.</summary>
    internal struct statx_t
    {
        internal uint stx_mask;
        internal uint stx_blksize;
        internal ulong stx_attributes;
        internal uint stx_nlink;
        internal uint stx_uid;
        internal uint stx_gid;
        internal ushort stx_mode;
        private fixed ushort _pad1[1];
        internal ulong stx_ino;
        internal ulong stx_size;
        internal ulong stx_blocks;
        internal ulong stx_attributes_mask;
        internal statx_timestamp stx_atime;
        internal statx_timestamp stx_btime;
        internal statx_timestamp stx_ctime;
        internal statx_timestamp stx_mtime;
        internal uint stx_rdev_major;
        internal uint stx_rdev_minor;
        internal uint stx_dev_major;
        internal uint stx_dev_minor;
        internal ulong stx_mnt_id;
        private fixed ulong _spare[13];

        /// <summary>The file's type: one of S_IFREG, S_IFDIR ….</summary>
        internal readonly uint Type => stx_mode & FileBits.S_IFMT;

        /// <summary>The permission bits, with setuid, setgid and sticky.</summary>
        internal readonly uint Permissions => stx_mode & FileBits.Permissions;
    }
}
