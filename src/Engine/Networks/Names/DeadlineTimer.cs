using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// One timer for many deadlines. It is set when a deadline comes before the one it is set for, and left alone when what had a deadline is done in time: going
/// off once for nothing costs less than being set for each query.
/// </summary>
internal sealed class DeadlineTimer : IDisposable
{
    private readonly EventLoop _events;
    private readonly OneShotTimer _timer = new();
    private readonly Action<long> _expire;
    private long _setFor = long.MaxValue;

    /// <param name="events">What waits for it.</param>
    /// <param name="expire">Called with the time, when it is some deadline; those that lie ahead are to be told again.</param>
    internal DeadlineTimer(EventLoop events, Action<long> expire)
    {
        (_events, _expire) = (events, expire);
        events.Watch(_timer.File, Syscall.EPOLLIN, Expire);
    }

    /// <summary>Now, in milliseconds.</summary>
    internal static long Now => Environment.TickCount64;

    /// <summary>Tells of a deadline.</summary>
    internal void Need(long deadline)
    {
        if (deadline >= _setFor) return;
        _setFor = deadline;
        _timer.Set(TimeSpan.FromMilliseconds(Math.Max(1, deadline - Now)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _events.Forget(_timer.File);
        _timer.Dispose();
    }

    private void Expire()
    {
        if (!_timer.Take()) return;
        _setFor = long.MaxValue;
        _expire(Now);
    }
}
