using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>Removes a container with all that it has written.</summary>
    /// <param name="id">The container.</param>
    /// <param name="force">True to kill it when it runs.</param>
    /// <param name="cancellation">Ends the wait for a killed container's end.</param>
    /// <param name="volumes">True to remove its anonymous volumes, too, unless others share them.</param>
    /// <exception cref="InvalidContainerStateException">It runs and <paramref name="force"/> is false.</exception>
    public void Remove(string id, bool force, CancellationToken cancellation, bool volumes = false)
    {
        var record = ReadRecord(id);
        while (true)
        {
            EndForRemoval(record, force, cancellation);

            // The monitor takes the lock to record the end, so it is not held while waiting for that.
            using var held = _records.Lock(record.Id);
            if (_records.Read(record.Id) is not { } current) return;
            if (_kernel.Read(record.Id) is { IsRunning: true } or { IsMonitored: true }) continue;
            Reconcile(current);
            if (_records.Read(record.Id) is { } left) _records.Delete(left);
            _records.ForgetLock(record.Id);
            if (volumes || current.Settings.Remove) _containerVolumes.RemoveAnonymous(current);
            return;
        }
    }

    private void EndForRemoval(ContainerRecord record, bool force, CancellationToken cancellation)
    {
        var state = _kernel.Read(record.Id);
        if (!force && (state.IsRunning || state.IsRestarting))
            throw new InvalidContainerStateException(record.Name, $"The container '{record.Name}' is {(state.IsRunning ? "running" : "being restarted")}. Stop it first (Stop-Container {record.Name}), or remove it with -Force.");
        End(record.Id, LibC.SIGKILL, patience: TimeSpan.Zero, cancellation);
    }
}
