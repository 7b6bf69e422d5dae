using System.Runtime.ExceptionServices;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>What is mounted into the root of a container that does not run.</summary>
/// <param name="Source">Folder or file of this machine.</param>
/// <param name="Inside">Path below that folder, through whose links nothing outside of it is reached; empty for the folder itself.</param>
/// <param name="Target">Absolute path inside the container.</param>
/// <param name="ReadOnly">True when it cannot be written.</param>
internal sealed record StoppedMount(string Source, string Inside, string Target, bool ReadOnly)
{
    /// <summary>Mounts what has to be mounted on the source first: the thread alone sees that, too.</summary>
    internal Action? Prepare { get; init; }
}

/// <summary>
/// The mounts of a container that does not run, in a mount namespace that one thread of this process has to itself: the kernel then resolves paths across them
/// as it does in a container that runs. The machine sees none of it, and the thread sees the machine's files, so that nothing is ever loaded from the container.
/// Everything is gone when this is disposed of, or this process ends.
/// </summary>
internal sealed unsafe class PrivateMounts : IDisposable
{
    private readonly ManualResetEventSlim _ready = new();
    private readonly ManualResetEventSlim _end = new();
    private readonly Thread _thread;
    private SafeFileHandle? _root;
    private ExceptionDispatchInfo? _error;

    /// <summary>Mounts.</summary>
    /// <param name="open">Opens the root, a mount that is attached nowhere.</param>
    /// <param name="mounts">What is mounted below, in this order; where a target is missing, it is left out.</param>
    /// <param name="folder">A folder of the engine's, on which the thread alone will see the root.</param>
    internal PrivateMounts(Func<SafeFileHandle> open, IReadOnlyList<StoppedMount> mounts, string folder)
    {
        _thread = new Thread(() => Hold(open, mounts, folder), 256 * 1024) { IsBackground = true, Name = "container-mounts" };
        _thread.Start();
        _ready.Wait();
        _error?.Throw();
    }

    /// <summary>The root.</summary>
    internal SafeFileHandle Root => _root!;

    /// <inheritdoc/>
    public void Dispose()
    {
        _root?.Dispose();
        _end.Set();
        _thread.Join();
        _ready.Dispose();
        _end.Dispose();
    }

    private void Hold(Func<SafeFileHandle> open, IReadOnlyList<StoppedMount> mounts, string folder)
    {
        try
        {
            Enter();
            var root = open();
            _root = root;
            Attach(root, folder);
            foreach (var mount in mounts) Add(root, mount);
        }
        catch (Exception e)
        {
            _root?.Dispose();
            _error = ExceptionDispatchInfo.Capture(e);
        }

        var failed = _error is not null;
        _ready.Set();
        if (!failed) _end.Wait();
    }

    // What is unmounted on the machine meanwhile goes here, too; nothing goes the other way.
    private static void Enter()
    {
        Check(Syscall.unshare(Syscall.CLONE_NEWNS), "unshare", "mount namespace");
        fixed (byte* slash = "/\0"u8) Check(Syscall.mount(null, slash, null, Syscall.MS_REC | Syscall.MS_SLAVE, null), "change propagation", "/");
    }

    private static void Attach(SafeFileHandle mount, string folder)
    {
        using var target = FileDescriptors.Open(folder, LibC.O_PATH | LibC.O_DIRECTORY);
        byte empty = 0;
        Check(Syscall.move_mount(mount.Number(), &empty, target.Number(), &empty, Syscall.MOVE_MOUNT_F_EMPTY_PATH | Syscall.MOVE_MOUNT_T_EMPTY_PATH), "mount", folder);
    }

    private static void Add(SafeFileHandle root, StoppedMount mount)
    {
        nint target;
        fixed (byte* path = CopyPath.Bytes(mount.Target)) target = Syscall.OpenInRoot(root.Number(), path, LibC.O_PATH | LibC.O_CLOEXEC);

        // It is made when the container is started.
        if (target == -LibC.ENOENT || target == -LibC.ENOTDIR) return;
        using var place = new SafeFileHandle(Check(target, "open", mount.Target), ownsHandle: true);
        byte empty = 0;
        using var source = OpenSource(mount);
        if (source is null) return;
        var tree = Syscall.open_tree(source.Number(), &empty, Syscall.OPEN_TREE_CLONE | Syscall.OPEN_TREE_CLOEXEC | Syscall.AT_RECURSIVE | Syscall.AT_EMPTY_PATH);
        using var clone = new SafeFileHandle(Check(tree, "bind", mount.Target), ownsHandle: true);
        if (mount.ReadOnly)
        {
            var attributes = new Syscall.mount_attr { attr_set = Syscall.MOUNT_ATTR_RDONLY };
            Check(Syscall.mount_setattr(clone.Number(), &empty, Syscall.AT_EMPTY_PATH, &attributes), "set mount attributes", mount.Target);
        }

        var result = Syscall.move_mount(clone.Number(), &empty, place.Number(), &empty, Syscall.MOVE_MOUNT_F_EMPTY_PATH | Syscall.MOVE_MOUNT_T_EMPTY_PATH);

        // A folder cannot be mounted on a file, nor the other way round: such a container cannot start, either.
        if (result != -LibC.ENOTDIR) Check(result, "mount", mount.Target);
    }

    // Opened here: only what this namespace has can be mounted in it. What is missing is made, or refused, when the container is started.
    private static SafeFileHandle? OpenSource(StoppedMount mount)
    {
        mount.Prepare?.Invoke();
        if (!Path.Exists(mount.Source)) return null;
        var source = FileDescriptors.Open(mount.Source, LibC.O_PATH);
        if (mount.Inside.Length == 0) return source;
        using (source)
        {
            nint fd;
            fixed (byte* path = CopyPath.Bytes(mount.Inside)) fd = Syscall.OpenInRoot(source.Number(), path, LibC.O_PATH | LibC.O_CLOEXEC);
            return fd == -LibC.ENOENT ? null : new SafeFileHandle(Check(fd, "open", mount.Inside), ownsHandle: true);
        }
    }

    private static nint Check(nint result, string call, string subject) => result >= 0 ? result : throw new KernelException(call, subject, (int)-result);
}
