using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Linux;

/// <summary>
/// Reaps children of this process that outlive the call that started them (the monitors), so that a shell that stays open collects no zombies.
/// One background thread, made with the first child.
/// </summary>
internal sealed unsafe class ChildReaper
{
    private readonly ConcurrentDictionary<int, SafeFileHandle> _children = new();
    private readonly Lazy<SafeFileHandle> _epoll;

    internal ChildReaper() => _epoll = new Lazy<SafeFileHandle>(Begin);

    /// <summary>The one of this process: children belong to the process, not to an engine.</summary>
    internal static ChildReaper OfProcess { get; } = new();

    /// <summary>Takes charge of a child.</summary>
    internal void Add(int pid)
    {
        var pidfd = (int)Syscall.pidfd_open(pid);
        if (pidfd < 0) return;
        _children[pid] = new SafeFileHandle(pidfd, true);
        _ = Syscall.epoll_ctl(_epoll.Value.Number(), Syscall.EPOLL_CTL_ADD, pidfd, Syscall.EPOLLIN, pid);
    }

    private SafeFileHandle Begin()
    {
        var epoll = new SafeFileHandle(Syscall.epoll_create1(Syscall.O_CLOEXEC), true);
        new Thread(() => Reap(epoll)) { IsBackground = true, Name = "ContainerPS child reaper" }.Start();
        return epoll;
    }

    private void Reap(SafeFileHandle epoll)
    {
        while (true)
        {
            var result = Syscall.epoll_wait_one(epoll.Number(), -1, out _, out var pid);
            if (result == -LibC.EINTR) continue;
            if (result < 0) return;
            if (!_children.TryRemove((int)pid, out var pidfd)) continue;
            _ = ExitStatus.TryReap(pidfd);
            pidfd.Dispose();
        }
    }
}
