using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Linux;

/// <summary>A descriptor that becomes readable once in every interval (man 2 timerfd_create).</summary>
internal sealed unsafe class IntervalTimer : IDisposable
{
    private const int CLOCK_MONOTONIC = 1;
    private readonly SafeFileHandle _file;

    private IntervalTimer(SafeFileHandle file) => _file = file;

    /// <summary>Starts; the first time comes after one interval.</summary>
    internal static IntervalTimer Start(TimeSpan interval)
    {
        var fd = (int)Syscall.Raw(Syscall.Number(283, 85) /* timerfd_create */, CLOCK_MONOTONIC, Syscall.O_CLOEXEC | Syscall.O_NONBLOCK);
        if (fd < 0) throw new KernelException("timerfd_create", "", -fd);
        var timer = new IntervalTimer(new SafeFileHandle(fd, ownsHandle: true));

        // struct itimerspec: the interval and the first time, in seconds and nanoseconds
        var times = stackalloc long[4];
        times[0] = times[2] = interval.Ticks / TimeSpan.TicksPerSecond;
        times[1] = times[3] = interval.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick;
        var result = Syscall.Raw(Syscall.Number(286, 86) /* timerfd_settime */, fd, 0, (nint)times);
        if (result >= 0) return timer;
        timer.Dispose();
        throw new KernelException("timerfd_settime", interval.ToString(), (int)-result);
    }

    /// <summary>What poll is asked for.</summary>
    internal Syscall.PollFd ToPoll() => new() { fd = _file.Number(), events = Syscall.POLLIN };

    /// <summary>True when an interval has passed since this was asked last.</summary>
    internal bool Take()
    {
        ulong passed;
        return Syscall.read(_file.Number(), &passed, sizeof(ulong)) == sizeof(ulong);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
