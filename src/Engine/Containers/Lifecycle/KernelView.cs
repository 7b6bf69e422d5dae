using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>What the kernel says of a container. A file only names the processes to ask for.</summary>
/// <param name="Monitor">The processes as the monitor recorded them; null when it is not running or is just being started.</param>
/// <param name="IsMonitored">True while its monitor runs.</param>
/// <param name="IsRunning">True while its PID 1 runs.</param>
/// <param name="HasRemains">True when a run folder is there.</param>
internal sealed record RunState(MonitorRecord? Monitor, bool IsMonitored, bool IsRunning, bool HasRemains)
{
    /// <summary>What is true of a container that does not run and has left nothing.</summary>
    internal static readonly RunState Nothing = new(null, false, false, false);

    /// <summary>True while its monitor waits to start it again.</summary>
    internal bool IsRestarting => IsMonitored && !IsRunning && Monitor?.RestartDelay is not null;

    /// <summary>What says that it ran, when nothing else is left of that.</summary>
    internal RunMark? Mark { get; init; }

    /// <summary>True while its processes are frozen.</summary>
    internal bool IsPaused { get; init; }
}

/// <summary>Asks the kernel whether containers run.</summary>
internal sealed class KernelView(StorePaths paths)
{
    /// <summary>Containers that run, or have left something: there is a run folder.</summary>
    internal HashSet<string> Ids()
    {
        var ids = new HashSet<string>();
        if (!Directory.Exists(paths.Run)) return ids;
        foreach (var folder in Directory.EnumerateDirectories(paths.Run))
            if (ObjectId.IsValid(Path.GetFileName(folder))) ids.Add(Path.GetFileName(folder));
        return ids;
    }

    /// <summary>What is true of a container that has no run folder.</summary>
    internal RunState ReadWithoutFolder(string id) => RunMark.Read(paths, id) is { } mark ? RunState.Nothing with { Mark = mark } : RunState.Nothing;

    /// <summary>What is true of a container now.</summary>
    internal RunState Read(string id)
    {
        var folder = paths.RunOf(id);
        MonitorRecord monitor;
        try
        {
            monitor = MonitorRecord.FromJson(File.ReadAllBytes(Path.Combine(folder, RunFiles.Monitor)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Directory.Exists(folder) ? RunState.Nothing with { HasRemains = true } : ReadWithoutFolder(id);
        }
        catch (InvalidSpecException e)
        {
            throw new InvalidContentException($"The file '{Path.Combine(folder, RunFiles.Monitor)}' is damaged: {e.Message}", id, e);
        }

        return new RunState(
            monitor,
            ProcessIdentity.StartTime(monitor.MonitorPid) == monitor.MonitorStartTime,
            ProcessIdentity.StartTime(monitor.InitPid) == monitor.InitStartTime,
            HasRemains: true);
    }
}
