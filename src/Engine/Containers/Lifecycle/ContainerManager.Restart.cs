using ContainerPS.Engine.Events;

namespace ContainerPS.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>Stops a container as <see cref="Stop"/> does, when it runs, and starts it.</summary>
    /// <inheritdoc cref="Stop" path="/param"/>
    /// <returns>The container, which runs.</returns>
    public Container Restart(string id, string? signal, TimeSpan? timeout, CancellationToken cancellation)
    {
        var record = ReadRecord(id);
        Stop(record.Id, signal, timeout, cancellation);
        var container = Start(record.Id, cancellation);
        _events.Write(EventAction.Restart, record);
        return container;
    }

    /// <summary>Containers that do not run and that their restart policy wants to run: after the machine or a monitor has gone down.</summary>
    public IReadOnlyList<Container> WantedByPolicy()
    {
        var wanted = new List<Container>();
        foreach (var id in _records.Ids())
        {
            var state = _kernel.Read(id);
            if (state.IsRunning || state.IsMonitored || _records.Read(id) is not { } record) continue;
            var lost = LostRun.Find(state, record.LastRun);
            var isStopped = lost is null ? record.IsStopped : StopMark.IsSet(_paths, id);
            if (RestartDecision.IsWantedAtBoot(record.Settings.Restart, lost ?? record.LastRun, isStopped)) wanted.Add(ContainerSnapshot.Of(record, state, _paths));
        }

        wanted.Sort((a, b) => a.Created.CompareTo(b.Created));
        return wanted;
    }

    /// <summary>Records the end of containers that ended without anybody to record it, clears away what they left, and removes those that were to go with their end.</summary>
    public void Recover()
    {
        foreach (var id in _records.Ids())
        {
            var state = _kernel.Read(id);
            if (state.IsRunning || state.IsMonitored || (!state.HasRemains && state.Mark is null)) continue;
            using var held = _records.Lock(id);
            if (_records.Read(id) is { } record) Reconcile(record);
        }
    }
}
