using ContainerPS.Engine.JsonDocuments;

namespace ContainerPS.Engine.Runtime;

/// <summary>What a container's state file keeps: enough to find its processes again, and to be sure that they are its own.</summary>
internal sealed class StoredState
{
    /// <summary>Container id.</summary>
    public string Id { get; set; } = "";

    /// <summary>Absolute path of the directory with config.json.</summary>
    public string Bundle { get; set; } = "";

    /// <summary>Process id of the first process, seen from the host.</summary>
    public int Pid { get; set; }

    /// <summary>When that process began, in clock ticks since boot; tells it from a later one with its pid.</summary>
    public ulong StartTime { get; set; }

    /// <summary>Its cgroup's path below the root of every hierarchy.</summary>
    public string CgroupPath { get; set; } = "";

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; set; }

    /// <summary>The state of a container that has just been started.</summary>
    internal static StoredState Of(string id, string bundle, InitProcess init) => new()
    {
        Id = id,
        Bundle = bundle,
        Pid = init.Pid,
        StartTime = Linux.ProcessIdentity.StartTime(init.Pid) ?? 0,
        CgroupPath = init.Cgroup.Path,
        Created = DateTimeOffset.UtcNow,
    };

    /// <summary>Its cgroup.</summary>
    internal Cgroups.ICgroup OpenCgroup() => Cgroups.CgroupFactory.Open(CgroupPath, Pid, StartTime);

    /// <summary>The document.</summary>
    internal ReadOnlySpan<byte> ToJson() => JsonDocumentWriter.Write(json =>
    {
        json.Text("id"u8, Id);
        json.Text("bundle"u8, Bundle);
        json.WriteNumber("pid"u8, Pid);
        json.WriteNumber("startTime"u8, StartTime);
        json.Text("cgroupPath"u8, CgroupPath);
        json.WriteString("created"u8, Created);
    });

    /// <summary>Reads the document.</summary>
    internal static StoredState FromJson(ReadOnlySpan<byte> document) => new JsonDocumentReader(document, "state.json").Document<StoredState>(ReadMember);

    private static bool ReadMember(ref JsonDocumentReader r, StoredState o)
    {
        if (r.Is("id"u8)) o.Id = r.Text();
        else if (r.Is("bundle"u8)) o.Bundle = r.Text();
        else if (r.Is("pid"u8)) o.Pid = r.Int32();
        else if (r.Is("startTime"u8)) o.StartTime = r.UInt64();
        else if (r.Is("cgroupPath"u8)) o.CgroupPath = r.Text();
        else if (r.Is("created"u8)) o.Created = r.Time();
        else return false;
        return true;
    }
}
