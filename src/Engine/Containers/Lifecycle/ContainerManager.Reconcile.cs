using ContainerPS.Engine.Cgroups;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>
    /// Clears away what a killed monitor, or the machine's end, left: cgroup, run folder and mark, and the record of a container that was to be removed. The
    /// caller holds the container's lock, and the container does not run.
    /// </summary>
    private void Reconcile(ContainerRecord record)
    {
        var state = _kernel.Read(record.Id);
        if (state.IsMonitored || state.IsRunning || !(state.HasRemains || state.Mark is not null)) return;
        ClearCgroup(record);
        ClearNetworks();
        var lost = LostRun.Find(state, record.LastRun);
        if (record.Settings.Remove && (state.Monitor is not null || lost is not null))
        {
            _records.Delete(record);
            _containerVolumes.RemoveAnonymous(record);
        }
        else if (lost is not null || StopMark.IsSet(_paths, record.Id))
        {
            record.LastRun = lost ?? record.LastRun;
            record.IsStopped = StopMark.IsSet(_paths, record.Id);
            record.RestartCount = state.Monitor?.RestartCount ?? record.RestartCount;
            _records.Write(record);
        }

        _containerVolumes.Release(record);
        RunMark.Delete(_paths, record.Id);
        TreeRemover.Remove(_paths.RunOf(record.Id));
    }

    // Of a container that does not run: what its first process has left behind, or a start that was cut short.
    private static void ClearCgroup(ContainerRecord record)
    {
        var cgroup = CgroupFactory.Open(ContainerCgroup.PathOf(record.Settings, record.Id));
        cgroup.Kill();
        cgroup.Delete();
    }
}
