using ContainerPS.Engine.Cgroups;
using ContainerPS.Engine.Events;
using ContainerPS.Engine.Runtime;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>Stops all processes of a running container where they are; returns when they have stopped.</summary>
    /// <exception cref="InvalidContainerStateException">It does not run, or is paused already.</exception>
    public void Suspend(string id) => Switch(id, EventAction.Pause, static cgroup => cgroup.Freeze(), isFrozen: false);

    /// <summary>Lets the processes of a paused container go on.</summary>
    /// <exception cref="InvalidContainerStateException">It is not paused.</exception>
    public void Resume(string id) => Switch(id, EventAction.Unpause, static cgroup => cgroup.Thaw(), isFrozen: true);

    private void Switch(string id, string action, Action<ICgroup> change, bool isFrozen)
    {
        var record = ReadRecord(id);
        RunningMonitor(record);
        var cgroup = _cgroups.TryOpen(record.Id) ?? throw NotRunning(record);
        if (cgroup.IsFrozen != isFrozen)
        {
            throw new InvalidContainerStateException(record.Name, isFrozen
                ? $"The container '{record.Name}' is not paused."
                : $"The container '{record.Name}' is paused already. Resume-Container {record.Name} lets it go on.");
        }

        try
        {
            change(cgroup);
        }
        catch (ContainerEngineException e) when (e is RuntimeStepException { Errno: var errno } && (errno == LibC.ENODEV || errno == LibC.ENOENT) || !_kernel.Read(record.Id).IsRunning)
        {
            // It has ended meanwhile, and its cgroup is gone, or going.
            throw NotRunning(record);
        }

        _events.Write(action, record);
    }

    /// <summary>Lets a container go on that has been sent a signal, paused or not: of version 1 of cgroups, frozen processes do not even end.</summary>
    private void Thaw(string id) => _cgroups.Thaw(id);

    private static InvalidContainerStateException NotRunning(ContainerRecord record) =>
        new(record.Name, $"The container '{record.Name}' is not running. Start-Container {record.Name} starts it.");
}
