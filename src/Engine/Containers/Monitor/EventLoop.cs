using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>Waits for the next of several descriptors (man 7 epoll). One thread, no callbacks: the caller asks what is next and does it.</summary>
internal sealed class EventLoop<TSource> : IDisposable
    where TSource : struct, Enum
{
    private readonly SafeFileHandle _epoll;
    private readonly Dictionary<TSource, (int Descriptor, uint Events)> _watched = [];

    internal EventLoop()
    {
        var fd = Syscall.epoll_create1(Syscall.O_CLOEXEC);
        if (fd < 0) throw new KernelException("epoll_create1", "", -fd);
        _epoll = new SafeFileHandle(fd, true);
    }

    /// <summary>Watches a descriptor for the events from now on; 0 events watch for its other end's closing alone.</summary>
    internal void Watch(TSource source, int descriptor, uint events)
    {
        var operation = _watched.TryGetValue(source, out var known) ? Syscall.EPOLL_CTL_MOD : Syscall.EPOLL_CTL_ADD;
        if (operation == Syscall.EPOLL_CTL_MOD && known == (descriptor, events)) return;
        var result = Syscall.epoll_ctl(_epoll.Number(), operation, descriptor, events, Convert(source));
        if (result < 0) throw new KernelException("epoll_ctl", source.ToString(), -result);
        _watched[source] = (descriptor, events);
    }

    /// <summary>Watches a source's descriptor no longer; called before that is closed.</summary>
    internal void Forget(TSource source)
    {
        if (_watched.Remove(source, out var known)) _ = Syscall.epoll_ctl(_epoll.Number(), Syscall.EPOLL_CTL_DEL, known.Descriptor, 0, 0);
    }

    /// <summary>Waits for the next event.</summary>
    internal (TSource Source, uint Events) Next()
    {
        while (true)
        {
            var result = Syscall.epoll_wait_one(_epoll.Number(), -1, out var events, out var data);
            if (result == 1) return (Unsafe(data), events);
            if (result < 0 && result != -LibC.EINTR) throw new KernelException("epoll_wait", "", -result);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _epoll.Dispose();

    private static long Convert(TSource source) => System.Runtime.CompilerServices.Unsafe.As<TSource, int>(ref source);

    private static TSource Unsafe(long data)
    {
        var value = (int)data;
        return System.Runtime.CompilerServices.Unsafe.As<int, TSource>(ref value);
    }
}
