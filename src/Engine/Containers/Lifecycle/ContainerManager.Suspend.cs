using ContainerPS.Engine.Cgroups;
using ContainerPS.Engine.Events;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>Stops all processes of a running container where they are; returns when they have stopped.</summary>
    /// <exception cref="InvalidContainerStateException">It does not run, or is paused already.</exception>
    public void Suspend(string id)
    {
        var (record, cgroup) = Frozen(id, wanted: false);
        try
        {
            cgroup.Freeze();
        }
        catch (RuntimeStepException) when (!_kernel.Read(record.Id).IsRunning)
        {
            throw NotRunning(record);
        }

        _events.Write(EventAction.Pause, record);
    }

    /// <summary>Lets the processes of a paused container go on.</summary>
    /// <exception cref="InvalidContainerStateException">It is not paused.</exception>
    public void Resume(string id)
    {
        var (record, cgroup) = Frozen(id, wanted: true);
        cgroup.Thaw();
        _events.Write(EventAction.Unpause, record);
    }

    private (ContainerRecord Record, ICgroup Cgroup) Frozen(string id, bool wanted)
    {
        var record = ReadRecord(id);
        RunningMonitor(record);
        var cgroup = _cgroups.TryOpen(record.Id) ?? throw NotRunning(record);
        if (cgroup.IsFrozen == wanted) return (record, cgroup);
        throw new InvalidContainerStateException(record.Name, wanted
            ? $"The container '{record.Name}' is not paused."
            : $"The container '{record.Name}' is paused already. Resume-Container {record.Name} lets it go on.");
    }

    /// <summary>Lets a container go on that has been sent a signal, paused or not: of version 1 of cgroups, frozen processes do not even end.</summary>
    private void Thaw(string id)
    {
        if (_cgroups.IsFrozen(id)) _cgroups.TryOpen(id)?.Thaw();
    }

    private static InvalidContainerStateException NotRunning(ContainerRecord record) =>
        new(record.Name, $"The container '{record.Name}' is not running. Start-Container {record.Name} starts it.");
}
