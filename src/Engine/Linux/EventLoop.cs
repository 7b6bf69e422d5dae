using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Linux;

/// <summary>
/// Waits for the next of several descriptors and calls who watches it (man 7 epoll), one at a time, on the one thread that turns it. Callers keep their
/// callbacks, so that turning allocates nothing.
/// </summary>
internal sealed class EventLoop : IDisposable
{
    private readonly SafeFileHandle _epoll;
    private readonly Dictionary<int, (uint Events, Action Ready)> _watched = [];

    internal EventLoop()
    {
        var fd = Syscall.epoll_create1(Syscall.O_CLOEXEC);
        if (fd < 0) throw new KernelException("epoll_create1", "", -fd);
        _epoll = new SafeFileHandle(fd, true);
    }

    /// <summary>Watches a descriptor for the events from now on, also for its other end's closing.</summary>
    internal void Watch(SafeFileHandle file, uint events, Action ready) => Watch(file.Number(), events, ready);

    /// <inheritdoc cref="Watch(SafeFileHandle, uint, Action)"/>
    internal void Watch(int descriptor, uint events, Action ready)
    {
        var operation = Syscall.EPOLL_CTL_ADD;
        if (_watched.TryGetValue(descriptor, out var known))
        {
            if (known.Events == events) return;
            operation = Syscall.EPOLL_CTL_MOD;
        }

        var result = Syscall.epoll_ctl(_epoll.Number(), operation, descriptor, events, descriptor);
        if (result < 0) throw new KernelException("epoll_ctl", "", -result);
        _watched[descriptor] = (events, ready);
    }

    /// <summary>Watches a descriptor no longer; called before it is closed.</summary>
    internal void Forget(SafeFileHandle? file)
    {
        if (file is { IsClosed: false }) Forget(file.Number());
    }

    /// <inheritdoc cref="Forget(SafeFileHandle)"/>
    internal void Forget(int descriptor)
    {
        if (_watched.Remove(descriptor)) _ = Syscall.epoll_ctl(_epoll.Number(), Syscall.EPOLL_CTL_DEL, descriptor, 0, 0);
    }

    /// <summary>Waits for the next event and has it dealt with.</summary>
    internal void Turn()
    {
        int result;
        long descriptor;
        do result = Syscall.epoll_wait_one(_epoll.Number(), -1, out _, out descriptor);
        while (result == -LibC.EINTR);
        if (result < 0) throw new KernelException("epoll_wait", "", -result);
        _watched[(int)descriptor].Ready();
    }

    /// <inheritdoc/>
    public void Dispose() => _epoll.Dispose();
}
