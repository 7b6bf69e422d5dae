using System.Text.Json;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Containers;

/// <summary>The processes of a running container: <c>monitor.json</c> in its run folder, there from "started" until the monitor has cleaned up.</summary>
/// <remarks>A start time, in clock ticks since boot, tells a process apart from a later one with the same pid.</remarks>
internal sealed record MonitorRecord
{
    public int MonitorPid { get; set; }

    public ulong MonitorStartTime { get; set; }

    /// <summary>PID 1; 0 while the monitor waits to start it again.</summary>
    public int InitPid { get; set; }

    public ulong InitStartTime { get; set; }

    /// <summary>When the run began, or the last one while it waits.</summary>
    public DateTimeOffset StartedAt { get; set; }

    /// <summary>How often the restart policy has started it since it was started by somebody.</summary>
    public int RestartCount { get; set; }

    /// <summary>While the monitor waits to start it again: the time that it waits, in milliseconds.</summary>
    public double? RestartDelay { get; set; }

    /// <summary>The record of this process while it waits to start its container again.</summary>
    internal static MonitorRecord OfRestart(DateTimeOffset startedAt, RestartState restarts) => new()
    {
        MonitorPid = Environment.ProcessId,
        MonitorStartTime = ProcessIdentity.StartTime(Environment.ProcessId) ?? 0,
        StartedAt = startedAt,
        RestartCount = restarts.Count,
        RestartDelay = restarts.Delay.TotalMilliseconds,
    };

    /// <summary>Replaces the file.</summary>
    internal void Write(StorePaths paths, string id) =>
        AtomicFile.Write(Path.Combine(paths.RunOf(id), RunFiles.Monitor), JsonSerializer.SerializeToUtf8Bytes(this, RecordJson.Fresh().MonitorRecord), durable: false);

    /// <summary>Reads the file of a container that waits for its restart.</summary>
    internal static RestartState ReadRestarts(StorePaths paths, string id)
    {
        var record = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(paths.RunOf(id), RunFiles.Monitor)), RecordJson.Fresh().MonitorRecord)!;
        return new RestartState(record.RestartCount, TimeSpan.FromMilliseconds(record.RestartDelay ?? 0));
    }
}
