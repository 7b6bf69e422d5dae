using System.Globalization;
using ContainerPS.Engine.Events;
using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>Asks the program to stop, and kills it when it has not after the timeout; the restart policy does not start it again. Nothing happens when it does not run.</summary>
    /// <param name="id">The container.</param>
    /// <param name="signal">How it is asked; null for what its settings or its image say, else SIGTERM.</param>
    /// <param name="timeout">Time until SIGKILL; null for what its settings or its image say, else 10 s.</param>
    /// <param name="cancellation">Ends the wait; the container has been asked.</param>
    public void Stop(string id, string? signal, TimeSpan? timeout, CancellationToken cancellation)
    {
        var record = ReadRecord(id);
        var number = signal is null ? StopSignal.Of(record) : SignalName.Parse(signal, "Signal");
        if (End(record.Id, number, timeout ?? StopSignal.Timeout(record), cancellation)) _events.Write(EventAction.Stop, record);
    }

    /// <summary>Sends a signal to PID 1. One that ends it keeps the restart policy from starting it again.</summary>
    /// <exception cref="InvalidContainerStateException">It does not run.</exception>
    public void Kill(string id, string signal)
    {
        var number = SignalName.Parse(signal, "Signal");
        var record = ReadRecord(id);
        var ends = number == LibC.SIGKILL || number == StopSignal.Of(record);
        if (ends && _kernel.Read(record.Id).IsRestarting)
        {
            End(record.Id, number, TimeSpan.Zero, CancellationToken.None);
            return;
        }

        var monitor = RunningMonitor(record);
        if (ends) StopMark.TrySet(_paths, record.Id);
        using var init = ProcessIdentity.Open(monitor.InitPid, monitor.InitStartTime);
        if (init is null || !ProcessIdentity.Signal(init, number)) return;
        if (number == LibC.SIGKILL) Thaw(record.Id);
        _events.Write(EventAction.Kill, record, ("signal", number.ToString(CultureInfo.InvariantCulture)));
    }

    // Returns when the container has ended and is cleaned up; false when it did not run, nor was to be started again.
    private bool End(string id, int signal, TimeSpan patience, CancellationToken cancellation)
    {
        while (_kernel.Read(id) is { Monitor: { } monitor, IsMonitored: true } state)
        {
            var wasAtWork = state.IsRunning || state.IsRestarting;

            // Marked first: whoever sees the end from now on knows that it was wanted. It may have ended just now, and its policy not been asked yet.
            if (!StopMark.TrySet(_paths, id)) return false;
            if (state.IsRunning)
            {
                using var init = ProcessIdentity.Open(monitor.InitPid, monitor.InitStartTime);
                if (init is not null && ProcessIdentity.Signal(init, signal))
                {
                    Thaw(id);
                    if (!Polling.WaitReadable(init, patience, cancellation) && ProcessIdentity.Signal(init, LibC.SIGKILL)) Thaw(id);
                }
            }

            if (!EndRestart(id)) continue;
            WaitForMonitor(id, monitor, cancellation);
            return wasAtWork;
        }

        return false;
    }

    // Has a monitor that waits to start its container again give up. False when it has started it meanwhile. It starts it under the container's lock.
    private bool EndRestart(string id)
    {
        if (_kernel.Read(id) is not { IsRestarting: true } && !MayRestart(id)) return true;
        using var held = _records.Lock(id);
        var state = _kernel.Read(id);
        if (state.IsRunning) return false;
        if (!state.IsMonitored) return true;

        // Also while its end waits for this lock to be recorded: the monitor finds the signal when it would wait.
        using var process = ProcessIdentity.Open(state.Monitor!.MonitorPid, state.Monitor.MonitorStartTime);
        if (process is not null) ProcessIdentity.Signal(process, LibC.SIGTERM);
        return true;
    }

    private bool MayRestart(string id) => _records.Read(id)?.Settings is { Restart.Mode: not RestartMode.No } or { OnUnhealthy: not UnhealthyAction.None };

    private MonitorRecord RunningMonitor(ContainerRecord record) =>
        _kernel.Read(record.Id) is { Monitor: { } monitor, IsRunning: true }
            ? monitor
            : throw NotRunning(record);

    // The monitor removes the run folder last, when the container's end is recorded and everything of it is cleaned up. It may stay longer itself, for a
    // shell that has not read all output, and its connections then keep the folder alive for the kernel: what is watched is the folder above it.
    private void WaitForMonitor(string id, MonitorRecord monitor, CancellationToken cancellation)
    {
        using var process = ProcessIdentity.Open(monitor.MonitorPid, monitor.MonitorStartTime);
        if (process is null) return;
        using var folders = FileWatch.OfDeletions(_paths.Run);
        while (IsThere() && folders.Wait(process, cancellation))
        {
        }

        // Not that of a next start.
        bool IsThere() => Directory.Exists(_paths.RunOf(id)) && !(_kernel.Read(id).Monitor is { } now && (now.MonitorPid, now.MonitorStartTime) != (monitor.MonitorPid, monitor.MonitorStartTime));
    }
}
