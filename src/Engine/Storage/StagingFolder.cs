using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Storage;

/// <summary>
/// A folder for what is not whole yet. Its owner holds a lock on it (man 2 flock) as long as the owner lives; a folder whose lock is free
/// was left behind by a dead process, and the next one to stage anything beside it removes it.
/// </summary>
internal sealed class StagingFolder : IDisposable
{
    private readonly SafeFileHandle _lock;
    private int _count;

    private StagingFolder(string path, SafeFileHandle held)
    {
        Path = path;
        _lock = held;
    }

    /// <summary>The folder, mode 0700.</summary>
    internal string Path { get; }

    /// <summary>Makes a folder of one's own, and removes what the dead have left beside it.</summary>
    /// <param name="parent">Folder of staging folders, on the file system where the content is to rest; made when it does not exist.</param>
    internal static StagingFolder Create(string parent)
    {
        Directory.CreateDirectory(parent, PrivateMode);
        Sweep(parent);
        while (true)
        {
            var path = System.IO.Path.Combine(parent, $"{Environment.ProcessId}-{Guid.NewGuid():n}");
            Directory.CreateDirectory(path, PrivateMode);
            // Another process may sweep between the two calls: then the folder is gone, or locked for a moment, and a new one is made.
            if (TryLock(path) is not { } held) continue;
            if (Directory.Exists(path)) return new StagingFolder(path, held);
            held.Dispose();
        }
    }

    internal const UnixFileMode PrivateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>A path in the folder that nothing has yet.</summary>
    internal string NewPath() => System.IO.Path.Combine(Path, Interlocked.Increment(ref _count).ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Removes the folders of dead owners.</summary>
    internal static void Sweep(string parent)
    {
        foreach (var path in Directory.EnumerateDirectories(parent))
        {
            using var held = TryLock(path);
            if (held is not null) TreeRemover.Remove(path);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_lock.IsClosed) return;
        try
        {
            TreeRemover.Remove(Path);
        }
        finally
        {
            _lock.Dispose();
        }
    }

    private static SafeFileHandle? TryLock(string path)
    {
        if (FolderHandle.TryOpen(path) is not { } folder) return null;
        var errno = -(int)Syscall.flock((int)folder.DangerousGetHandle(), Syscall.LOCK_EX | Syscall.LOCK_NB);
        if (errno == 0) return folder;
        folder.Dispose();
        return errno == LibC.EAGAIN ? null : throw new KernelException("flock", path, errno);
    }
}
