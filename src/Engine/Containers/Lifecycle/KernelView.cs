using System.Text.Json;
using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>What the kernel says of a container. A file only names the processes to ask for.</summary>
/// <param name="Monitor">The processes as the monitor recorded them; null when it is not running or is just being started.</param>
/// <param name="IsMonitored">True while its monitor runs.</param>
/// <param name="IsRunning">True while its PID 1 runs.</param>
/// <param name="HasRemains">True when a run folder is there.</param>
internal sealed record RunState(MonitorRecord? Monitor, bool IsMonitored, bool IsRunning, bool HasRemains);

/// <summary>Asks the kernel whether containers run.</summary>
internal sealed class KernelView(StorePaths paths)
{
    private static readonly RunState s_nothing = new(null, false, false, false);

    /// <summary>What is true of a container now.</summary>
    internal RunState Read(string id)
    {
        var folder = paths.RunOf(id);
        MonitorRecord? monitor;
        try
        {
            monitor = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(folder, RunFiles.Monitor)), RecordJson.Default.MonitorRecord);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Directory.Exists(folder) ? s_nothing with { HasRemains = true } : s_nothing;
        }

        return new RunState(
            monitor,
            ProcessIdentity.StartTime(monitor!.MonitorPid) == monitor.MonitorStartTime,
            ProcessIdentity.StartTime(monitor.InitPid) == monitor.InitStartTime,
            HasRemains: true);
    }
}
