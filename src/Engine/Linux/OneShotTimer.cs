using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Linux;

/// <summary>A descriptor that becomes readable once, at a set time from now; changes of the machine's clock do not matter (man 2 timerfd_create).</summary>
internal sealed unsafe class OneShotTimer : IDisposable
{
    private const int CLOCK_MONOTONIC = 1;

    internal OneShotTimer()
    {
        var fd = (int)Syscall.Raw(Syscall.Number(283, 85) /* timerfd_create */, CLOCK_MONOTONIC, Syscall.O_CLOEXEC | Syscall.O_NONBLOCK);
        if (fd < 0) throw new KernelException("timerfd_create", "", -fd);
        File = new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>Readable when the time has come.</summary>
    internal SafeFileHandle File { get; }

    /// <summary>Sets the time, in place of one that was set before.</summary>
    internal void Set(TimeSpan time)
    {
        // struct itimerspec: no interval; a time of zero would switch it off
        var times = stackalloc long[4];
        var ticks = Math.Max(1, time.Ticks);
        times[0] = times[1] = 0;
        times[2] = ticks / TimeSpan.TicksPerSecond;
        times[3] = ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick;
        SetTime(times);
    }

    /// <summary>No time is set any more.</summary>
    internal void Stop()
    {
        var times = stackalloc long[4];
        new Span<long>(times, 4).Clear();
        SetTime(times);
    }

    /// <summary>True when the time has come since this was asked last.</summary>
    internal bool Take()
    {
        ulong passed;
        return Syscall.read(File.Number(), &passed, sizeof(ulong)) == sizeof(ulong);
    }

    /// <inheritdoc/>
    public void Dispose() => File.Dispose();

    private void SetTime(long* times)
    {
        var result = Syscall.Raw(Syscall.Number(286, 86) /* timerfd_settime */, File.Number(), 0, (nint)times);
        if (result < 0) throw new KernelException("timerfd_settime", "", (int)-result);
    }
}
