using System.Globalization;
using System.Text;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// A container's root file system for reading files of it, running or not: through PID 1's root, or through an overlay that is mounted nowhere
/// (it exists by its descriptor alone). Paths are resolved inside it, links included.
/// </summary>
internal sealed unsafe class RootView : IDisposable
{
    // A file like /etc/passwd that is larger than this is no such file.
    private const int MostOfFile = 16 * 1024 * 1024;

    private readonly SafeFileHandle _root;

    private RootView(SafeFileHandle root) => _root = root;

    /// <summary>The root of a running container.</summary>
    internal static RootView OfProcess(int pid) =>
        new(FileDescriptors.Open($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/root", LibC.O_PATH | LibC.O_DIRECTORY));

    /// <summary>The root made of directories laid over each other, uppermost first: an image's layers, under what a container has changed.</summary>
    internal static RootView OfLayers(IReadOnlyList<string> directories)
    {
        if (directories.Count == 1) return new(FileDescriptors.Open(directories[0], LibC.O_PATH | LibC.O_DIRECTORY));
        using var context = new SafeFileHandle(Check(FsOpen("overlay\0"u8), "fsopen", "overlay"), true);
        foreach (var directory in directories) AddLower(context, directory);
        Check(Syscall.fsconfig(context.Number(), Syscall.FSCONFIG_CMD_CREATE, null, null), "mount overlay", directories[0]);
        const ulong attributes = Syscall.MOUNT_ATTR_RDONLY | Syscall.MOUNT_ATTR_NODEV | Syscall.MOUNT_ATTR_NOSUID;
        return new RootView(new SafeFileHandle(Check(Syscall.fsmount(context.Number(), Syscall.FSMOUNT_CLOEXEC, attributes), "fsmount", directories[0]), true));
    }

    /// <summary>The content of a regular file, or null when there is none.</summary>
    internal byte[]? ReadFile(string path)
    {
        int fd;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
            fd = (int)Syscall.OpenInRoot(_root.Number(), name, LibC.O_RDONLY | LibC.O_NONBLOCK | LibC.O_CLOEXEC);
        if (fd < 0) return null;
        using var file = new SafeFileHandle(fd, true);
        if (!IsRegular(fd)) return null;
        var length = RandomAccess.GetLength(file);
        if (length > MostOfFile) throw new InvalidContentException($"The file '{path}' of the image has {length} bytes; at most {MostOfFile} are read.", path);
        var content = new byte[length];
        var read = 0;
        int n;
        while (read < content.Length && (n = RandomAccess.Read(file, content.AsSpan(read), read)) > 0) read += n;
        return content[..read];
    }

    /// <summary>A directory inside, open for reading; null when nothing is there.</summary>
    /// <exception cref="KernelException">It cannot be opened: what is there is no directory (ENOTDIR).</exception>
    internal SafeFileHandle? OpenDirectory(string path)
    {
        int fd;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
            fd = (int)Syscall.OpenInRoot(_root.Number(), name, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
        if (fd == -LibC.ENOENT) return null;
        return fd >= 0 ? new SafeFileHandle(fd, true) : throw new KernelException("open", path, -fd);
    }

    /// <inheritdoc/>
    public void Dispose() => _root.Dispose();

    private static bool IsRegular(int fd)
    {
        // struct statx: stx_mode at 28.
        const int AT_EMPTY_PATH = 0x1000;
        const int STATX_TYPE = 1;
        var statx = stackalloc byte[256];
        byte empty = 0;
        return Syscall.Raw(Syscall.Number(332, 291), fd, (nint)(&empty), AT_EMPTY_PATH, STATX_TYPE, (nint)statx) == 0 && (*(ushort*)(statx + 28) & 0xf000) == 0x8000;
    }

    private static void AddLower(SafeFileHandle context, string directory)
    {
        fixed (byte* key = "lowerdir+\0"u8)
        fixed (byte* value = Encoding.UTF8.GetBytes(directory + '\0'))
            Check(Syscall.fsconfig(context.Number(), Syscall.FSCONFIG_SET_STRING, key, value), "mount overlay", directory);
    }

    private static nint FsOpen(ReadOnlySpan<byte> type)
    {
        fixed (byte* p = type) return Syscall.fsopen(p, Syscall.FSOPEN_CLOEXEC);
    }

    private static nint Check(nint result, string call, string subject) =>
        result >= 0 ? result : throw new KernelException(call, subject, (int)-result);
}
