using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Containers;

/// <summary>The running containers whose namespaces another one shares.</summary>
internal static class SharedContainers
{
    /// <summary>Pid of each one's first process, by what the settings say (<c>container:ID</c>); 0 of one that does not run, for a spec that is to be renewed.</summary>
    internal static Dictionary<string, int> Find(KernelView kernel, ContainerSettings settings)
    {
        var pids = new Dictionary<string, int>();
        foreach (var mode in (ReadOnlySpan<string?>)[settings.Pid, settings.Ipc, settings.Network])
            if (NamespaceMode.ContainerOf(mode) is { } id) pids[mode!] = kernel.Read(id).Monitor?.InitPid ?? 0;
        return pids;
    }

    /// <summary>As <see cref="Find"/>, of containers that are to be joined now.</summary>
    /// <exception cref="InvalidContainerStateException">One does not run, or does not share its namespace.</exception>
    internal static Dictionary<string, int> FindRunning(KernelView kernel, RecordStore records, ContainerSettings settings)
    {
        var pids = new Dictionary<string, int>();
        foreach (var (parameter, mode) in (ReadOnlySpan<(string, string?)>)[("Pid", settings.Pid), ("Ipc", settings.Ipc), ("Network", settings.Network)])
        {
            if (NamespaceMode.ContainerOf(mode) is not { } id) continue;
            var record = records.Read(id) ?? throw new ContainerNotFoundException(id);
            var state = kernel.Read(id);
            if (!state.IsRunning || state.Monitor is null)
                throw new InvalidContainerStateException(record.Name, $"The container '{record.Name}', whose namespace -{parameter} shares, does not run. Start it first.");
            if (parameter == "Ipc" && record.Settings.Ipc is not "shareable")
                throw new InvalidContainerStateException(record.Name, $"The container '{record.Name}' does not share its IPC namespace. Create it with -Ipc shareable.");
            pids[mode!] = state.Monitor.InitPid;
        }

        return pids;
    }

    /// <summary>
    /// Puts the processes of now into a spec that was written before: the other container may have been started again since, and its pid may be another
    /// process's.
    /// </summary>
    internal static void Renew(RuntimeSpec spec, StorePaths paths, RecordStore records, ContainerSettings settings)
    {
        if (NamespaceMode.ContainerOf(settings.Pid) is null && NamespaceMode.ContainerOf(settings.Ipc) is null && !NetworkMode.IsShared(settings)) return;
        SpecNamespaces.Share(spec, settings, FindRunning(new KernelView(paths), records, settings));
    }
}
