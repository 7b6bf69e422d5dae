using System.Runtime.InteropServices;

namespace ContainerPS.Engine.Linux;

// Mounts (man 2 mount, fsopen, open_tree, move_mount, mount_setattr, pivot_root) and what is done to files while mounting, all by descriptor.
internal static unsafe partial class Syscall
{
    internal const uint FSOPEN_CLOEXEC = 1;
    internal const uint FSCONFIG_SET_FLAG = 0;
    internal const uint FSCONFIG_SET_STRING = 1;
    internal const uint FSCONFIG_CMD_CREATE = 6;
    internal const uint FSMOUNT_CLOEXEC = 1;

    internal const uint MOVE_MOUNT_F_EMPTY_PATH = 0x04;
    internal const uint MOVE_MOUNT_T_SYMLINKS = 0x10;
    internal const uint MOVE_MOUNT_T_EMPTY_PATH = 0x40;

    internal const uint OPEN_TREE_CLONE = 1;
    internal const uint OPEN_TREE_CLOEXEC = 0x80000;
    internal const uint AT_RECURSIVE = 0x8000;
    internal const uint AT_EMPTY_PATH = 0x1000;

    internal const ulong MOUNT_ATTR_RDONLY = 0x01;
    internal const ulong MOUNT_ATTR_NOSUID = 0x02;
    internal const ulong MOUNT_ATTR_NODEV = 0x04;
    internal const ulong MOUNT_ATTR_NOEXEC = 0x08;
    internal const ulong MOUNT_ATTR__ATIME = 0x70;
    internal const ulong MOUNT_ATTR_RELATIME = 0x00;
    internal const ulong MOUNT_ATTR_NOATIME = 0x10;
    internal const ulong MOUNT_ATTR_STRICTATIME = 0x20;
    internal const ulong MOUNT_ATTR_NODIRATIME = 0x80;
    internal const ulong MOUNT_ATTR_IDMAP = 0x100000;
    internal const ulong MOUNT_ATTR_NOSYMFOLLOW = 0x200000;

    internal const ulong MS_MOVE = 0x2000;
    internal const ulong MS_REC = 0x4000;
    internal const ulong MS_UNBINDABLE = 1 << 17;
    internal const ulong MS_PRIVATE = 1 << 18;
    internal const ulong MS_SLAVE = 1 << 19;
    internal const ulong MS_SHARED = 1 << 20;
    internal const int MNT_DETACH = 2;

    internal const long PROC_SUPER_MAGIC = 0x9fa0;
    internal const long DEVPTS_SUPER_MAGIC = 0x1cd1;
    internal const long ST_RDONLY = 1;

    /// <summary>Argument of mount_setattr (linux/mount.h).</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct mount_attr
    {
        internal ulong attr_set, attr_clr, propagation, userns_fd;
    }

    internal static nint mount(byte* source, byte* target, byte* type, ulong flags, void* data) =>
        Raw(Number(165, 40), (nint)source, (nint)target, (nint)type, (nint)flags, (nint)data);

    internal static nint umount2(byte* target, int flags) => Raw(Number(166, 39), (nint)target, flags);

    internal static nint pivot_root(byte* newRoot, byte* oldRoot) => Raw(Number(155, 41), (nint)newRoot, (nint)oldRoot);

    internal static nint fsopen(byte* type, uint flags) => Raw(SYS_fsopen, (nint)type, (nint)flags);

    internal static nint fsconfig(int fd, uint command, byte* key, byte* value, int aux = 0) =>
        Raw(SYS_fsconfig, fd, (nint)command, (nint)key, (nint)value, aux);

    internal static nint fsmount(int fd, uint flags, ulong attributes) => Raw(SYS_fsmount, fd, (nint)flags, (nint)attributes);

    internal static nint move_mount(int from, byte* fromPath, int to, byte* toPath, uint flags) =>
        Raw(SYS_move_mount, from, (nint)fromPath, to, (nint)toPath, (nint)flags);

    internal static nint open_tree(int directory, byte* path, uint flags) => Raw(SYS_open_tree, directory, (nint)path, (nint)flags);

    internal static nint mount_setattr(int directory, byte* path, uint flags, mount_attr* attributes) =>
        Raw(SYS_mount_setattr, directory, (nint)path, (nint)flags, (nint)attributes, sizeof(mount_attr));

    /// <summary>Opens a path as if <paramref name="root"/> were the root directory: no link and no <c>..</c> leaves it (RESOLVE_IN_ROOT).</summary>
    /// <param name="root">The directory.</param>
    /// <param name="path">The path; a leading slash is allowed.</param>
    /// <param name="flags">As of open.</param>
    /// <param name="noLinks">True to follow no symbolic link at all.</param>
    internal static nint OpenInRoot(int root, byte* path, int flags, bool noLinks = false) =>
        openat2(root, path, flags, 0, noLinks ? RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS : RESOLVE_IN_ROOT);

    /// <summary>Opens a path below a directory of one file system, through no link of any kind (RESOLVE_BENEATH, NO_SYMLINKS, NO_XDEV).</summary>
    internal static nint OpenBeneath(int directory, byte* path, int flags) => openat2(directory, path, flags, 0, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV);

    /// <summary>Magic number and mount flags of the file system an open file is on, or <c>-errno</c>.</summary>
    internal static nint FileSystemOf(int fd, out long magic, out long flags)
    {
        // struct statfs64 is 120 bytes on both processors: f_type at 0, f_flags at 80.
        var buffer = stackalloc long[16];
        var result = Raw(Number(138, 44), fd, (nint)buffer);
        magic = buffer[0];
        flags = buffer[10];
        return result;
    }
}
