using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Linux.Netlink;

/// <summary>Does things in another process's network namespace: sockets that are made there stay there, and its files in /proc/sys/net are that namespace's (man 7 network_namespaces).</summary>
internal static class NetworkNamespace
{
    /// <summary>A process's network namespace.</summary>
    internal static SafeFileHandle Of(int pid) => FileDescriptors.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/net"), LibC.O_RDONLY);

    /// <summary>The thread's own network namespace.</summary>
    internal static SafeFileHandle Current() => FileDescriptors.Open("/proc/thread-self/ns/net", LibC.O_RDONLY);

    /// <summary>Does something there and comes back; for a process of one thread.</summary>
    internal static void Visit(SafeFileHandle target, Action action)
    {
        using var own = Current();
        Enter(target);
        try
        {
            action();
        }
        finally
        {
            Enter(own);
        }
    }

    /// <summary>Has a thread of its own do something there, which ends then: no other thread is ever there.</summary>
    internal static void VisitByThread(SafeFileHandle target, Action action) => PassingThread.Run(() =>
    {
        Enter(target);
        action();
    });

    /// <summary>Has the thread be there from now on.</summary>
    internal static void Enter(SafeFileHandle target)
    {
        var result = Syscall.setns(target.Number(), Syscall.CLONE_NEWNET);
        if (result < 0) throw new KernelException("setns", "network namespace", (int)-result);
    }
}
