namespace ContainerPS.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>The processes of a running container, those that Invoke-ContainerExec has started included.</summary>
    /// <exception cref="InvalidContainerStateException">It does not run.</exception>
    public IReadOnlyList<ContainerProcess> Processes(string id)
    {
        var record = ReadRecord(id);
        var monitor = RunningMonitor(record);
        var cgroup = _cgroups.TryOpen(record.Id) ?? throw NotRunning(record);
        UserDatabase users;
        try
        {
            using var root = RootOf(record, monitor);
            users = UserDatabase.Of(root);
        }
        catch (Linux.KernelException) when (!_kernel.Read(record.Id).IsRunning)
        {
            throw NotRunning(record);
        }

        var table = new ProcessTable(record.Name, users);
        return [.. cgroup.Processes().Order().Select(table.Describe).OfType<ContainerProcess>()];
    }
}
