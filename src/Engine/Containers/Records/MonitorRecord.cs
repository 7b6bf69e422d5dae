using ContainerPS.Engine.JsonDocuments;
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
        AtomicFile.Write(Path.Combine(paths.RunOf(id), RunFiles.Monitor), ToJson(), durable: false);

    /// <summary>The document.</summary>
    internal ReadOnlySpan<byte> ToJson() => JsonDocumentWriter.Write(json =>
    {
        json.WriteNumber("monitorPid"u8, MonitorPid);
        json.WriteNumber("monitorStartTime"u8, MonitorStartTime);
        json.WriteNumber("initPid"u8, InitPid);
        json.WriteNumber("initStartTime"u8, InitStartTime);
        json.WriteString("startedAt"u8, StartedAt);
        json.WriteNumber("restartCount"u8, RestartCount);
        if (RestartDelay is { } delay) json.WriteNumber("restartDelay"u8, delay);
    });

    /// <summary>Reads the document.</summary>
    /// <exception cref="InvalidSpecException">It is damaged.</exception>
    internal static MonitorRecord FromJson(ReadOnlySpan<byte> document) => new JsonDocumentReader(document, "monitor.json").Document<MonitorRecord>(ReadMember);

    /// <summary>Reads the file of a container that waits for its restart.</summary>
    internal static RestartState ReadRestarts(StorePaths paths, string id)
    {
        var record = FromJson(File.ReadAllBytes(Path.Combine(paths.RunOf(id), RunFiles.Monitor)));
        return new RestartState(record.RestartCount, TimeSpan.FromMilliseconds(record.RestartDelay ?? 0));
    }

    private static bool ReadMember(ref JsonDocumentReader r, MonitorRecord o)
    {
        if (r.Is("monitorPid"u8)) o.MonitorPid = r.Int32();
        else if (r.Is("monitorStartTime"u8)) o.MonitorStartTime = r.UInt64();
        else if (r.Is("initPid"u8)) o.InitPid = r.Int32();
        else if (r.Is("initStartTime"u8)) o.InitStartTime = r.UInt64();
        else if (r.Is("startedAt"u8)) o.StartedAt = r.Time();
        else if (r.Is("restartCount"u8)) o.RestartCount = r.Int32();
        else if (r.Is("restartDelay"u8)) o.RestartDelay = r.Double();
        else return false;
        return true;
    }
}
