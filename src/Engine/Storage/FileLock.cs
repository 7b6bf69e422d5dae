using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Storage;

/// <summary>
/// An advisory lock on one object (man 2 flock), held until disposed or until its process is gone, however it goes.
/// A container's lock is taken before those of its networks (NetworkStore), all of them before those of images.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private readonly SafeFileHandle _file;
    private bool _isShared;

    private FileLock(SafeFileHandle file) => _file = file;

    /// <summary>Waits for the lock and takes it, for writing.</summary>
    /// <param name="path">The lock file; made when it does not exist, never deleted while others may wait for it.</param>
    internal static FileLock Exclusive(string path) => Take(path, Syscall.LOCK_EX) ?? throw new KernelException("flock", path, LibC.EAGAIN);

    /// <summary>Waits for the lock and takes it, for reading, together with others that read.</summary>
    internal static FileLock Shared(string path) => Take(path, Syscall.LOCK_SH) ?? throw new KernelException("flock", path, LibC.EAGAIN);

    /// <summary>Takes the lock for writing, or gives null at once when somebody holds it.</summary>
    internal static FileLock? TryExclusive(string path) => Take(path, Syscall.LOCK_EX | Syscall.LOCK_NB);

    /// <summary>Takes the lock for reading, or gives null at once when somebody holds it for writing.</summary>
    internal static FileLock? TryShared(string path) => Take(path, Syscall.LOCK_SH | Syscall.LOCK_NB);

    /// <summary>The open file that holds the lock.</summary>
    internal SafeFileHandle File => _file;

    /// <summary>That, for a process that inherits it and so holds the lock, too, from now on.</summary>
    internal SafeFileHandle Share()
    {
        _isShared = true;
        return _file;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Closing is not enough: a process that is just being started has this file, too, until it runs its program.
        if (!_isShared && !_file.IsClosed) _ = Syscall.flock(_file.Number(), Syscall.LOCK_UN);
        _file.Dispose();
    }

    private static FileLock? Take(string path, int operation)
    {
        var file = FileDescriptors.Open(path, LibC.O_RDWR | LibC.O_CREAT);
        int errno;
        while ((errno = -(int)Syscall.flock(file.Number(), operation)) != 0)
        {
            if (errno == LibC.EINTR) continue;
            file.Dispose();
            if (errno == LibC.EAGAIN) return null;
            throw new KernelException("flock", path, errno);
        }

        return new FileLock(file);
    }
}
