using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Storage;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// A tree that is copied from or to: this machine's, or a container's as its processes see it, with its volumes and bind mounts, whether it runs or not.
/// Paths are resolved by the kernel inside it.
/// </summary>
internal sealed unsafe class CopyTree : IDisposable
{
    private readonly IDisposable? _holder;
    private readonly FileLock? _lock;
    private readonly Func<bool>? _isWhole;
    private readonly ulong _devices;

    private CopyTree(RootedDirectory root, string? container, IDisposable? holder, FileLock? held, Func<bool>? isWhole)
    {
        Root = root;
        Container = container;
        _holder = holder;
        _lock = held;
        _isWhole = isWhole;
        _devices = container is null ? 0 : MountOf("/dev\0"u8);
    }

    /// <summary>The root.</summary>
    internal RootedDirectory Root { get; }

    /// <summary>The container's name; null for this machine.</summary>
    internal string? Container { get; }

    /// <summary>This machine's files.</summary>
    internal static CopyTree OfMachine() => new(RootedDirectory.Open("/"), null, null, null, null);

    /// <summary>The files of a container that runs.</summary>
    internal static CopyTree OfProcess(string container, int pid, ulong startTime)
    {
        var path = $"/proc/{pid}/root";
        SafeFileHandle root;
        try
        {
            root = FileDescriptors.Open(path, LibC.O_PATH | LibC.O_DIRECTORY);
        }
        catch (KernelException e) when (e.Errno == LibC.ENOENT || e.Errno == LibC.ESRCH)
        {
            throw Ended(container);
        }

        var tree = new CopyTree(RootedDirectory.Of(root, path), container, null, null, () => ProcessIdentity.StartTime(pid) == startTime);
        try
        {
            tree.CheckWhole();
            return tree;
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }

    /// <summary>The files of a container that does not run, and cannot be started until this is disposed of.</summary>
    internal static CopyTree OfMounts(string container, PrivateMounts mounts, FileLock held) =>
        new(RootedDirectory.Of(mounts.Root, container), container, mounts, held, null);

    /// <summary>The files of a container to be read, without what is mounted in it.</summary>
    internal static CopyTree OfView(string container, SafeFileHandle root) => new(RootedDirectory.Of(root, container), container, null, null, null);

    /// <summary>True when a directory that is met on the way down is copied with what is in it: not the kernel's file systems, and not a container's devices.</summary>
    /// <param name="fd">The directory.</param>
    /// <param name="status">What it is.</param>
    /// <param name="mount">The mount of the directory that it is in.</param>
    internal bool Enters(int fd, in Syscall.statx_t status, ulong mount) =>
        Container is null || status.stx_mnt_id == mount || (status.stx_mnt_id != _devices && !KernelFileSystems.Has(fd));

    /// <summary>Opens the file that a path leads to, as a thing that cannot change any more (O_PATH); null when there is none.</summary>
    internal SafeFileHandle? TryOpen(string path, bool followLast)
    {
        int fd;
        fixed (byte* name = CopyPath.Bytes(path)) fd = Root.TryOpen(name, LibC.O_PATH | (followLast ? 0 : LibC.O_NOFOLLOW));
        if (fd == -LibC.ENOENT) return null;
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw new KernelException("open", Display(path), -fd);
    }

    /// <summary>Refuses what lies on a file system of the kernel.</summary>
    internal void CheckFileSystem(SafeFileHandle file, string path)
    {
        if (Container is null || !KernelFileSystems.Has(file.Number())) return;
        throw new ContainerEngineException(
            "KernelFile", ErrorKind.InvalidArgument, $"'{Display(path)}' is one of the kernel's own files and is not copied. Read it with Invoke-ContainerExec {Container} cat {path}.", Display(path));
    }

    /// <summary>Makes sure that everything was there until now: the mounts of a container go when it ends.</summary>
    internal void CheckWhole()
    {
        if (_isWhole is { } isWhole && !isWhole()) throw Ended(Container!);
    }

    /// <summary>A path with its container, for messages.</summary>
    internal string Display(string path) => Container is null ? path : $"{Container}:{path}";

    /// <inheritdoc/>
    public void Dispose()
    {
        Root.Dispose();
        _holder?.Dispose();
        _lock?.Dispose();
    }

    private static InvalidContainerStateException Ended(string container) =>
        new(container, $"The container '{container}' ended while it was copied from or to, so not everything may be there. Copy again.");

    private ulong MountOf(ReadOnlySpan<byte> path)
    {
        int fd;
        fixed (byte* name = path) fd = Root.TryOpen(name, LibC.O_PATH | LibC.O_DIRECTORY);
        if (fd < 0) return 0;
        using var directory = new SafeFileHandle(fd, ownsHandle: true);
        var mount = EntryStatus.Of(directory).stx_mnt_id;
        using var root = TryOpen("/", followLast: true);
        return mount == EntryStatus.Of(root!).stx_mnt_id ? 0 : mount;
    }
}
