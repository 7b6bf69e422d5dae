using System.Text;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Linux;

/// <summary>
/// A directory taken as the root of a tree that isn't trusted (a container's or an image's): every path is resolved by the kernel
/// as if in a chroot (man 2 openat2, RESOLVE_IN_ROOT), so that no <c>..</c> and no symbolic link leaves it.
/// </summary>
internal sealed unsafe class RootedDirectory : IDisposable
{
    private const ulong Resolution = Syscall.RESOLVE_IN_ROOT | Syscall.RESOLVE_NO_MAGICLINKS;

    private readonly SafeFileHandle _root;

    private RootedDirectory(SafeFileHandle root, string path)
    {
        _root = root;
        Path = path;
    }

    /// <summary>The directory as it was opened, for messages.</summary>
    internal string Path { get; }

    /// <summary>Its descriptor, valid until disposed.</summary>
    internal int Fd => (int)_root.DangerousGetHandle();

    /// <summary>Opens a directory; the path itself is the engine's own and may lead through links.</summary>
    internal static RootedDirectory Open(string path)
    {
        int fd;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
            fd = LibC.open(name, LibC.O_PATH | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
        if (fd < 0) throw new KernelException("open", path, LibC.errno);
        return new RootedDirectory(new SafeFileHandle(fd, ownsHandle: true), path);
    }

    /// <summary>Takes a directory that is open already, and owns its descriptor.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="name">Its name, for messages.</param>
    internal static RootedDirectory Of(SafeFileHandle directory, string name) => new(directory, name);

    /// <summary>Opens a path inside; gives a descriptor, or <c>-errno</c>.</summary>
    /// <param name="path">Ends in NUL; absolute or relative means the same, and "." is the root.</param>
    /// <param name="flags">O_* flags; O_CLOEXEC is added. O_NOFOLLOW concerns the last component alone.</param>
    /// <param name="mode">Mode for O_CREAT.</param>
    internal int TryOpen(byte* path, int flags, uint mode = 0) => Syscall.openat2(Fd, path, flags | LibC.O_CLOEXEC, mode, Resolution);

    /// <summary>Opens a path inside.</summary>
    /// <exception cref="KernelException">It cannot be opened.</exception>
    internal SafeFileHandle OpenFile(ReadOnlySpan<byte> path, int flags, uint mode = 0)
    {
        int fd;
        fixed (byte* name = Terminated(path))
            fd = TryOpen(name, flags, mode);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw new KernelException("open", Encoding.UTF8.GetString(path), -fd);
    }

    /// <summary>Opens a directory inside (O_PATH), making it and those above it that are missing; a link that leads nowhere gets its target made.</summary>
    /// <param name="path">Components separated by slashes.</param>
    /// <param name="mode">Mode of what is made, before the umask.</param>
    /// <param name="made">Told of each directory made: the descriptor of its parent, and its name ending in NUL.</param>
    /// <exception cref="KernelException">Something on the way is no directory, or the kernel refuses.</exception>
    internal SafeFileHandle OpenOrCreateDirectory(ReadOnlySpan<byte> path, uint mode, DirectoryMade? made = null)
    {
        var fd = Walk(path, mode, made, 0);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw new KernelException("mkdir", Encoding.UTF8.GetString(path), -fd);
    }

    /// <summary>Told of a directory that was made.</summary>
    internal delegate void DirectoryMade(int parent, byte* name);

    /// <inheritdoc/>
    public void Dispose() => _root.Dispose();

    // Goes down one component at a time. What may be a link or is ".." is resolved by the kernel from the root, with all that precedes it.
    private int Walk(ReadOnlySpan<byte> path, uint mode, DirectoryMade? made, int links)
    {
        fixed (byte* start = Terminated(path))
        {
            var whole = TryOpen(*start == 0 ? Dot : start, DirectoryFlags);
            if (whole != -LibC.ENOENT) return whole;
            var parent = TryOpen(Dot, DirectoryFlags);
            for (var at = 0; parent >= 0;)
            {
                while (start[at] == '/') at++;
                if (start[at] == 0) return parent;
                var name = at;
                while (start[at] is not ((byte)'/' or 0)) at++;
                var separator = start[at];
                start[at] = 0;
                var next = Step(parent, start, name, mode, made, links);
                LibC.close(parent);
                parent = next;
                start[at] = separator;
            }

            return parent;
        }
    }

    private int Step(int parent, byte* path, int name, uint mode, DirectoryMade? made, int links)
    {
        const int MostLinks = 40; // as the kernel's own limit
        var upwards = path[name] == '.' && path[name + 1] == '.' && path[name + 2] == 0;
        if (!upwards)
        {
            var next = Syscall.openat(parent, path + name, DirectoryFlags | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
            if (next >= 0) return next;
            if (next == -LibC.ENOENT)
            {
                var result = Syscall.mkdirat(parent, path + name, mode);
                if (result == 0) made?.Invoke(parent, path + name);
                if (result < 0 && result != -LibC.EEXIST) return result;
            }
        }

        var resolved = TryOpen(path, DirectoryFlags);
        return resolved == -LibC.ENOENT && !upwards && links < MostLinks ? FollowMissing(parent, path, name, mode, made, links) : resolved;
    }

    // The name is a link whose target is missing: the target is made instead.
    private int FollowMissing(int parent, byte* path, int name, uint mode, DirectoryMade? made, int links)
    {
        var target = stackalloc byte[4096];
        var length = Syscall.readlinkat(parent, path + name, target, 4096);
        if (length < 0) return -LibC.ENOENT;
        ReadOnlySpan<byte> resolved = target[0] == '/'
            ? new ReadOnlySpan<byte>(target, length)
            : [.. new ReadOnlySpan<byte>(path, name), .. new ReadOnlySpan<byte>(target, length)];
        return resolved.Length > 4095 ? -LibC.ENAMETOOLONG : Walk(resolved, mode, made, links + 1);
    }

    private static int DirectoryFlags => LibC.O_PATH | LibC.O_DIRECTORY;

    private static byte* Dot
    {
        get
        {
            // Constant data of the assembly, which never moves.
            fixed (byte* dot = ".\0"u8) return dot;
        }
    }

    private static byte[] Terminated(ReadOnlySpan<byte> path) => [.. path, 0];
}
