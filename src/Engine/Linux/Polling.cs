using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Linux;

/// <summary>Waits for descriptors on the calling thread.</summary>
internal static unsafe class Polling
{
    /// <summary>Waits until one is ready: how many are, or 0 at the timeout (in milliseconds, -1 for none).</summary>
    internal static int Wait(Syscall.PollFd* fds, uint count, int timeoutMilliseconds)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var left = timeoutMilliseconds < 0 ? -1 : (int)Math.Max(0, timeoutMilliseconds - watch.ElapsedMilliseconds);
            var ready = Syscall.poll(fds, count, left);
            if (ready >= 0) return ready;
            if (ready != -LibC.EINTR) throw new KernelException("ppoll", "", -ready);
        }
    }

    /// <summary>Waits until the descriptor is readable (a process: has ended). False at the timeout.</summary>
    internal static bool WaitReadable(SafeFileHandle file, TimeSpan? timeout, CancellationToken cancellation)
    {
        using var wake = new CancellationDescriptor(cancellation);
        var fds = stackalloc Syscall.PollFd[2];
        fds[0] = new() { fd = file.Number(), events = Syscall.POLLIN };
        fds[1] = new() { fd = wake.Number, events = Syscall.POLLIN };
        var milliseconds = timeout is { } t ? (int)Math.Clamp(Math.Ceiling(t.TotalMilliseconds), 0, int.MaxValue) : -1;
        var ready = Wait(fds, 2, milliseconds);
        cancellation.ThrowIfCancellationRequested();
        return ready > 0 && fds[0].revents != 0;
    }
}
