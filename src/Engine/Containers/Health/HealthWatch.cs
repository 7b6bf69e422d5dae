using ContainerPS.Engine.Events;
using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>Checks a running container's health again and again, beside what else its monitor does: checks are processes of their own.</summary>
internal sealed class HealthWatch : IDisposable
{
    private readonly EventLoop _events;
    private readonly StorePaths _paths;
    private readonly MonitoredRun _run;
    private readonly HealthCheck _check;
    private readonly Action? _whenUnhealthy;
    private readonly OneShotTimer _timer = new();
    private readonly HealthRecord _record = new();
    private HealthProbe? _probe;

    private HealthWatch(EventLoop events, StorePaths paths, MonitoredRun run, HealthCheck check, Action? whenUnhealthy)
    {
        (_events, _paths, _run, _check, _whenUnhealthy) = (events, paths, run, check, whenUnhealthy);
        _record.Write(paths, run.Record.Id);
        _events.Watch(_timer.File, Syscall.EPOLLIN, OnTime);
        WaitForNext();
    }

    /// <summary>Begins with a container that has just been started; null when it has no health check.</summary>
    /// <param name="events">The monitor's loop.</param>
    /// <param name="paths">The store.</param>
    /// <param name="run">The container.</param>
    /// <param name="restart">Called when it has become unhealthy and is to be restarted then.</param>
    internal static HealthWatch? Begin(EventLoop events, StorePaths paths, MonitoredRun run, Action restart) =>
        HealthCheck.Of(run.Record.Settings, run.Record.ImageConfig) is { } check
            ? new HealthWatch(events, paths, run, check, run.Record.Settings.OnUnhealthy == UnhealthyAction.Restart ? restart : null)
            : null;

    /// <summary>The container has ended.</summary>
    internal void End()
    {
        _events.Forget(_timer.File);
        EndProbe();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        EndProbe();
        _timer.Dispose();
    }

    private void WaitForNext() => _timer.Set(_check.NextAfter(_record.Status, _run.Age));

    private void OnTime()
    {
        if (!_timer.Take()) return;
        if (_probe is not null)
        {
            Take(_probe.GiveUp(_check.Timeout));
        }
        else if (_run.Init.Cgroup.IsFrozen)
        {
            // Nothing can be run in it, and nothing is wrong with it.
            WaitForNext();
        }
        else
        {
            Begin();
        }
    }

    private void Begin()
    {
        try
        {
            _probe = HealthProbe.Start(_paths, _run.Record.Id, _check.Command, _run.Age);
        }
        catch (KernelException e)
        {
            var now = DateTimeOffset.UtcNow;
            Add(new HealthCheckResult { Start = now, End = now, ExitCode = -1, Output = e.Message }, _run.Age);
            return;
        }

        _events.Watch(_probe.Process, Syscall.EPOLLIN, () => Take(_probe!.Finish()));
        _events.Watch(_probe.Output, Syscall.EPOLLIN, ReadOutput);
        _timer.Set(_check.Timeout);
    }

    private void ReadOutput()
    {
        if (!_probe!.ReadOutput()) _events.Forget(_probe.Output);
    }

    private void Take(HealthCheckResult result)
    {
        var age = _probe!.AgeAtStart;
        EndProbe();
        Add(result, age);
    }

    private void Add(HealthCheckResult result, TimeSpan ageAtStart)
    {
        var changed = _record.Add(_check, result, ageAtStart);
        try
        {
            _record.Write(_paths, _run.Record.Id);
        }
        catch (NoSpaceException)
        {
            // It is known here, and asked again.
        }

        WaitForNext();
        if (changed)
        {
            _run.Tell(EventAction.HealthStatus, ("status", _record.Status.ToString().ToLowerInvariant()));
            if (_record.Status == ContainerHealth.Unhealthy) _whenUnhealthy?.Invoke();
        }

        // A check leaves garbage, and there may be hundreds of monitors.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private void EndProbe()
    {
        if (_probe is null) return;
        _events.Forget(_probe.Process);
        _events.Forget(_probe.Output);
        _probe.Dispose();
        _probe = null;
    }
}
