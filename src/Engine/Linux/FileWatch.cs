using System.Text;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Linux;

/// <summary>Waits until something happens to a file (man 7 inotify) or a process ends.</summary>
internal sealed unsafe class FileWatch : IDisposable
{
    private readonly SafeFileHandle _inotify;

    private FileWatch(SafeFileHandle inotify) => _inotify = inotify;

    /// <summary>Watches a file for what is written to it.</summary>
    internal static FileWatch OfGrowth(string path) => Watch(path, Syscall.IN_MODIFY) ?? throw new KernelException("inotify_add_watch", path, LibC.ENOENT);

    /// <summary>Watches a file that others append to and, when it is full, rename.</summary>
    internal static FileWatch OfLog(string path) => Watch(path, Syscall.IN_MODIFY | Syscall.IN_MOVE_SELF) ?? throw new KernelException("inotify_add_watch", path, LibC.ENOENT);

    /// <summary>Watches a folder for what is removed from it.</summary>
    internal static FileWatch OfDeletions(string path) => Watch(path, Syscall.IN_DELETE) ?? throw new KernelException("inotify_add_watch", path, LibC.ENOENT);

    /// <summary>True when it has happened, or may have; false when the process has ended.</summary>
    internal bool Wait(SafeFileHandle process, CancellationToken cancellation)
    {
        using var wake = new CancellationDescriptor(cancellation);
        var fds = stackalloc Syscall.PollFd[3];
        fds[0] = new() { fd = _inotify.Number(), events = Syscall.POLLIN };
        fds[1] = new() { fd = process.Number(), events = Syscall.POLLIN };
        fds[2] = new() { fd = wake.Number, events = Syscall.POLLIN };
        Polling.Wait(fds, 3, -1);
        cancellation.ThrowIfCancellationRequested();
        if (fds[1].revents != 0) return false;
        TakeEvents();
        return true;
    }

    /// <summary>True when it has happened, or may have; false at the timeout.</summary>
    internal bool Wait(TimeSpan? timeout, CancellationToken cancellation)
    {
        if (!Polling.WaitReadable(_inotify, timeout, cancellation)) return false;
        TakeEvents();
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _inotify.Dispose();

    private void TakeEvents()
    {
        var events = stackalloc byte[4096];
        while (Syscall.read(_inotify.Number(), events, 4096) > 0)
        {
        }
    }

    private static FileWatch? Watch(string path, uint events)
    {
        var fd = Syscall.inotify_init();
        if (fd < 0) throw new KernelException("inotify_init", path, -fd);
        var inotify = new SafeFileHandle(fd, true);
        int result;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0')) result = Syscall.inotify_add_watch(inotify.Number(), name, events);
        if (result >= 0) return new FileWatch(inotify);
        inotify.Dispose();
        if (result == -LibC.ENOENT) return null;
        throw new KernelException("inotify_add_watch", path, -result);
    }
}
