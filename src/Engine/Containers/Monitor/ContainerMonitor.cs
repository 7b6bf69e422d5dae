using ContainerPS.Engine.Cgroups;
using ContainerPS.Engine.Events;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// What keeps a running container company: the parent of its PID 1, one thread around one epoll. It holds the container's pipes or terminal, writes the
/// log, serves the shells that are attached, checks the container's health, and when PID 1 ends it records how, and cleans up or waits to start it again.
/// </summary>
internal sealed unsafe class ContainerMonitor : IDisposable
{
    private readonly EventLoop _events = new();
    private readonly SafeFileHandle _signals;
    private readonly ClientList _clients;
    private readonly MonitoredRun _run;
    private readonly InputRelay _input;
    private readonly OutputRelay _output;
    private readonly OneShotTimer _timer = new();
    private readonly OomWatch? _oom;
    private readonly HealthWatch? _health;
    private readonly MonitorNetworking? _networking;
    private int? _exitCode;
    private RunEnding _ending;

    /// <param name="paths">The store.</param>
    /// <param name="run">The container that has been started.</param>
    /// <param name="signals">The process's signals.</param>
    /// <param name="starter">The shell that started it, or null when that was the restart policy.</param>
    internal ContainerMonitor(StorePaths paths, MonitoredRun run, SafeFileHandle signals, MonitorClient? starter)
    {
        _run = run;
        _signals = signals;
        _clients = new ClientList(_events);
        if (starter is not null) _clients.Add(starter);
        _input = new InputRelay(_events, run.Streams, once: starter is { IsInput: true });
        _output = new OutputRelay(_events, run.Streams, run.Log, _clients);
        _clients.Listen(Path.Combine(paths.RunOf(run.Record.Id), RunFiles.AttachSocket), run.Init.Pid, _input.Receive);
        _oom = run.Init.Cgroup.WatchOom();
        _networking = MonitorNetworking.Begin(_events, paths, run);
        _health = HealthWatch.Begin(_events, paths, run, EndForRestart);
        _events.Watch(run.Init.PidFd, Syscall.EPOLLIN, () => _exitCode = run.TakeExitCode());
        _events.Watch(signals, Syscall.EPOLLIN, ForwardSignals);
        _events.Watch(_timer.File, Syscall.EPOLLIN, KillInit);
        if (_oom is not null) _events.Watch(_oom.ToPoll().fd, (uint)(ushort)_oom.ToPoll().events, TellOom);
    }

    /// <summary>Serves until PID 1 has ended and its output has been read. Returns the exit code.</summary>
    internal int Attend()
    {
        while (_exitCode is null)
        {
            // Input is taken only while the container has room for it, output is read only while the shell that started it has.
            if (_clients.Watch(wantsInput: _input.WantsMore)) _input.InputIsGone();
            _input.Watch();
            _output.Watch();
            _events.Turn();
        }

        _output.ReadRest();
        _health?.End();
        _networking?.Dispose();
        if (_oom is not null)
        {
            // It may have been the lack of memory that ended PID 1, and the kernel tells of the two in any order.
            TellOom();
            _events.Forget(_oom.ToPoll().fd);
        }

        foreach (var file in (ReadOnlySpan<SafeFileHandle?>)[_run.Init.PidFd, _timer.File, _signals, _run.Streams.Stdin]) _events.Forget(file);
        return _exitCode.Value;
    }

    /// <summary>Records the end.</summary>
    /// <returns>How the container is started again, or null when it is not.</returns>
    internal RestartState? Finish() => _run.Finish(_exitCode!.Value, _ending);

    /// <summary>Tells all shells of the end; only shells that read slowly, or are stopped, keep this process.</summary>
    internal void SendRest()
    {
        _clients.SendExited(_exitCode!.Value);
        while (_clients.AreWaiting)
        {
            _clients.Watch(wantsInput: false);
            _events.Turn();
        }
    }

    /// <summary>Waits until it is time to start the container again, and the shell that started it has read all. False when somebody does not want that any more.</summary>
    internal bool WaitToRestart(TimeSpan delay)
    {
        var (isTime, isAsked) = (false, false);
        _clients.SendExited(_exitCode!.Value);
        using var timer = new OneShotTimer();
        timer.Set(delay);
        _events.Watch(timer.File, Syscall.EPOLLIN, () => isTime |= timer.Take());
        _events.Watch(_signals, Syscall.EPOLLIN, () => isAsked |= TakeEndSignal());
        while (!isAsked && !(isTime && !_clients.HoldBack))
        {
            _clients.Watch(wantsInput: false);
            _events.Turn();
        }

        return !isAsked;
    }

    /// <summary>True when the process has been sent a signal that asks it to end.</summary>
    internal static bool TakeEndSignal(SafeFileHandle signals) => TakeSignals(signals, out _);

    private static bool TakeSignals(SafeFileHandle signals, out bool networksChanged)
    {
        networksChanged = false;
        const int size = 128;
        var info = stackalloc byte[size];
        var found = false;
        while (Syscall.read(signals.Number(), info, size) == size)
        {
            var signal = *(int*)info;
            networksChanged |= signal == MonitorNetworking.ChangeSignal;
            found |= signal == LibC.SIGTERM || signal == LibC.SIGINT || signal == LibC.SIGQUIT;
        }

        return found;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _health?.Dispose();
        _oom?.Dispose();
        _timer.Dispose();
        _output.Dispose();
        _clients.Dispose();
        _events.Dispose();
    }

    private bool TakeEndSignal() => TakeEndSignal(_signals);

    // The host is shutting down, or somebody wants the monitor gone: its container is asked to stop, and the monitor goes with it.
    private void ForwardSignals()
    {
        var isAsked = TakeSignals(_signals, out var networksChanged);
        if (networksChanged) _networking?.Look();
        if (isAsked) AskToStop(RunEnding.WithMonitor);
    }

    private void EndForRestart()
    {
        if (_ending == RunEnding.Normal) AskToStop(RunEnding.ForRestart);
    }

    // As Stop-Container asks: who does not obey is killed.
    private void AskToStop(RunEnding ending)
    {
        _ending = ending;
        _run.Init.Signal(StopSignal.Of(_run.Record));
        _timer.Set(StopSignal.Timeout(_run.Record));
    }

    private void KillInit()
    {
        if (_timer.Take()) _run.Init.Signal(LibC.SIGKILL);
    }

    private void TellOom()
    {
        if (_oom!.Take()) _run.Tell(EventAction.Oom);
    }
}
