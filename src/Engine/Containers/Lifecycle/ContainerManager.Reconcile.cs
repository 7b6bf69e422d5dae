using ContainerPS.Engine.Cgroups;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>
    /// Clears away what a killed monitor left: its cgroup and run folder, and the record of a container that was to be removed. The caller holds the
    /// container's lock, and the container does not run.
    /// </summary>
    private void Reconcile(ContainerRecord record)
    {
        var state = _kernel.Read(record.Id);
        if (!state.HasRemains || state.IsMonitored || state.IsRunning) return;
        var cgroup = CgroupFactory.Open(ContainerCgroup.PathOf(record.Settings, record.Id));
        cgroup.Kill();
        cgroup.Delete();
        if (record.Settings.Remove && state.Monitor is not null)
        {
            _records.Delete(record);
        }
        else if (state.Monitor is not null)
        {
            record.LastRun = LostRun.Of(state.Monitor);
            _records.Write(record);
        }

        TreeRemover.Remove(_paths.RunOf(record.Id));
    }
}
