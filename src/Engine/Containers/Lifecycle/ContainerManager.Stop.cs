using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>Asks the program to stop, and kills it when it has not after the timeout. Nothing happens when it does not run.</summary>
    /// <param name="id">The container.</param>
    /// <param name="signal">How it is asked; null for what its settings or its image say, else SIGTERM.</param>
    /// <param name="timeout">Time until SIGKILL; null for what its settings or its image say, else 10 s.</param>
    /// <param name="cancellation">Ends the wait; the container has been asked.</param>
    public void Stop(string id, string? signal, TimeSpan? timeout, CancellationToken cancellation)
    {
        var record = ReadRecord(id);
        var number = signal is null ? StopSignal.Of(record) : SignalName.Parse(signal, "Signal");
        var patience = timeout ?? StopSignal.Timeout(record);
        if (_kernel.Read(record.Id) is not { Monitor: { } monitor, IsRunning: true }) return;
        using (var init = ProcessIdentity.Open(monitor.InitPid, monitor.InitStartTime))
        {
            if (init is not null && ProcessIdentity.Signal(init, number))
            {
                Thaw(record.Id);
                if (!Polling.WaitReadable(init, patience, cancellation) && ProcessIdentity.Signal(init, LibC.SIGKILL)) Thaw(record.Id);
            }
        }

        WaitForMonitor(record.Id, monitor, cancellation);
    }

    /// <summary>Sends a signal to PID 1.</summary>
    /// <exception cref="InvalidContainerStateException">It does not run.</exception>
    public void Kill(string id, string signal)
    {
        var number = SignalName.Parse(signal, "Signal");
        var record = ReadRecord(id);
        var monitor = RunningMonitor(record);
        using var init = ProcessIdentity.Open(monitor.InitPid, monitor.InitStartTime);
        if (init is not null && ProcessIdentity.Signal(init, number) && number == LibC.SIGKILL) Thaw(record.Id);
    }

    private MonitorRecord RunningMonitor(ContainerRecord record) =>
        _kernel.Read(record.Id) is { Monitor: { } monitor, IsRunning: true }
            ? monitor
            : throw NotRunning(record);

    // The monitor removes the run folder last, when the container's end is recorded and everything of it is cleaned up. It may stay longer itself, for a
    // shell that has not read all output.
    private void WaitForMonitor(string id, MonitorRecord monitor, CancellationToken cancellation)
    {
        using var process = ProcessIdentity.Open(monitor.MonitorPid, monitor.MonitorStartTime);
        if (process is null) return;
        using var folder = FileWatch.OfRemoval(_paths.RunOf(id));
        folder?.Wait(process, cancellation);
    }
}
