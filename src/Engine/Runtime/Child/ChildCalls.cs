using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>The ordinary file calls as a child may use them: raw, <c>-errno</c> on failure, nothing bound on first use.</summary>
internal static unsafe class ChildCalls
{
    internal const int AT_FDCWD = -100;
    internal const int O_RDONLY = 0;
    internal const int O_WRONLY = 1;
    internal const int O_RDWR = 2;
    internal const int O_CREAT = 0x40;
    internal const int O_EXCL = 0x80;
    internal const int O_NOCTTY = 0x100;
    internal const int O_CLOEXEC = 0x80000;
    internal const int O_PATH = 0x200000;
    internal const int S_IFMT = 0xF000;
    internal const int S_IFDIR = 0x4000;
    internal const int S_IFCHR = 0x2000;
    internal const int AT_EMPTY_PATH = 0x1000;
    internal const int AT_SYMLINK_NOFOLLOW = 0x100;

    // These two differ between x86-64 and arm64.
    internal static int O_DIRECTORY => (int)Syscall.Number(0x10000, 0x4000);

    internal static int O_NOFOLLOW => (int)Syscall.Number(0x20000, 0x8000);

    internal static nint openat(int directory, byte* path, int flags, uint mode = 0) => Syscall.Raw(Syscall.Number(257, 56), directory, (nint)path, flags | O_CLOEXEC, (nint)mode);

    internal static nint close(int fd) => Syscall.Raw(Syscall.Number(3, 57), fd);

    internal static nint mkdirat(int directory, byte* path, uint mode) => Syscall.Raw(Syscall.Number(258, 34), directory, (nint)path, (nint)mode);

    internal static nint mknodat(int directory, byte* path, uint mode, uint device) => Syscall.Raw(Syscall.Number(259, 33), directory, (nint)path, (nint)mode, (nint)device);

    internal static nint unlinkat(int directory, byte* path) => Syscall.Raw(Syscall.Number(263, 35), directory, (nint)path);

    internal static nint symlinkat(byte* target, int directory, byte* path) => Syscall.Raw(Syscall.Number(266, 36), (nint)target, directory, (nint)path);

    internal static nint fchownat(int directory, byte* path, uint uid, uint gid, int flags) =>
        Syscall.Raw(Syscall.Number(260, 54), directory, (nint)path, (nint)uid, (nint)gid, flags);

    internal static nint dup3(int from, int to) => Syscall.Raw(Syscall.Number(292, 24), from, to);

    internal static nint clear_cloexec(int fd) => Syscall.Raw(Syscall.Number(72, 25), fd, 2 /* F_SETFD */, 0);

    internal static nint ioctl(int fd, uint request, void* argument) => Syscall.Raw(Syscall.Number(16, 29), fd, (nint)request, (nint)argument);

    internal static nint fcntl(int fd, int command, nint argument) => Syscall.Raw(Syscall.Number(72, 25), fd, command, argument);

    /// <summary>Puts a file's position to its start.</summary>
    internal static nint rewind(int fd) => Syscall.Raw(Syscall.Number(8, 62) /* lseek */, fd, 0, 0);

    internal static nint fchdir(int fd) => Syscall.Raw(Syscall.Number(81, 50), fd);

    internal static nint chdir(byte* path) => Syscall.Raw(Syscall.Number(80, 49), (nint)path);

    /// <summary>faccessat2 by the effective ids; kernels before 5.8 do not have it.</summary>
    internal static nint may_execute(byte* path) => Syscall.Raw(439, AT_FDCWD, (nint)path, 1 /* X_OK */, 0x200 /* AT_EACCESS */);

    internal static nint chroot(byte* path) => Syscall.Raw(Syscall.Number(161, 51), (nint)path);

    internal static nint getcwd(byte* buffer, nint size) => Syscall.Raw(Syscall.Number(79, 17), (nint)buffer, size);

    internal static nint sendmsg(int socket, void* message) => Syscall.Raw(Syscall.Number(46, 211), socket, (nint)message, Syscall.MSG_NOSIGNAL);

    internal static nint recvmsg(int socket, void* message, int flags) => Syscall.Raw(Syscall.Number(47, 212), socket, (nint)message, flags);

    /// <summary>A socket of no protocol family that a kernel may lack.</summary>
    internal static nint unix_socket() => Syscall.Raw(Syscall.Number(41, 198) /* socket */, 1 /* AF_UNIX */, 2 /* SOCK_DGRAM */ | O_CLOEXEC, 0);

    internal static nint accept4(int socket, int flags) => Syscall.Raw(Syscall.Number(288, 242), socket, 0, 0, flags);

    internal static nint fstat(int fd, out uint mode, out ulong device)
    {
        byte empty = 0;
        return fstatat(fd, &empty, AT_EMPTY_PATH, out mode, out device);
    }

    /// <summary>Type and permissions of a file, and the device number it is or 0 (statx: one layout on all processors).</summary>
    internal static nint fstatat(int directory, byte* path, int flags, out uint mode, out ulong device)
    {
        // struct statx: stx_mode at 28, stx_rdev_major at 128, stx_rdev_minor at 132
        var buffer = stackalloc byte[256];
        var result = Syscall.Raw(Syscall.Number(332, 291), directory, (nint)path, flags, 3 /* STATX_TYPE | STATX_MODE */, (nint)buffer);
        mode = *(ushort*)(buffer + 28);
        device = ((ulong)*(uint*)(buffer + 128) << 32) | *(uint*)(buffer + 132);
        return result;
    }

    /// <summary>A device number as mknod takes it.</summary>
    internal static uint DeviceNumber(ulong major, ulong minor) => (uint)((minor & 0xff) | (major << 8) | ((minor & ~0xffUL) << 12));
}
