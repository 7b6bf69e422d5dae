namespace ContainerPS.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>Waits until the container has ended and gives what is known then. One that has ended already is given at once.</summary>
    public Container Wait(string id, CancellationToken cancellation)
    {
        var record = ReadRecord(id);
        if (_kernel.Read(record.Id).Monitor is { } monitor) WaitForMonitor(record.Id, monitor, cancellation);

        // A container that is removed when it ends is gone now: its last record serves, how it ended is not kept.
        return Snapshot(_records.Read(record.Id) ?? record with { LastRun = new RunRecord { FinishedAt = DateTimeOffset.UtcNow } });
    }
}
