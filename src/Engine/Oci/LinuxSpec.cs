using System.Text.Json.Serialization;

namespace ContainerPS.Engine.Oci;

/// <summary>The <c>linux</c> object of config.json (config-linux.md).</summary>
public sealed record LinuxSpec
{
    /// <summary>Namespaces to make or to join.</summary>
    public List<LinuxNamespace>? Namespaces { get; set; }

    /// <summary>User mappings of the container's user namespace.</summary>
    public List<LinuxIdMapping>? UidMappings { get; set; }

    /// <summary>Group mappings of the container's user namespace.</summary>
    public List<LinuxIdMapping>? GidMappings { get; set; }

    /// <summary>Clock offsets of a time namespace: <c>boottime</c> and <c>monotonic</c>.</summary>
    public Dictionary<string, LinuxTimeOffset>? TimeOffsets { get; set; }

    /// <summary>Device nodes to make.</summary>
    public List<LinuxDevice>? Devices { get; set; }

    /// <summary>Path below each hierarchy's root (absolute) or below the runtime's own cgroup (relative).</summary>
    public string? CgroupsPath { get; set; }

    /// <summary>Limits.</summary>
    public LinuxResources? Resources { get; set; }

    /// <summary><c>private</c>, <c>shared</c>, <c>slave</c> or <c>unbindable</c>, or null.</summary>
    public string? RootfsPropagation { get; set; }

    /// <summary>System-call filter.</summary>
    public LinuxSeccomp? Seccomp { get; set; }

    /// <summary>Namespaced kernel parameters.</summary>
    public Dictionary<string, string>? Sysctl { get; set; }

    /// <summary>Paths that cannot be read inside.</summary>
    public List<string>? MaskedPaths { get; set; }

    /// <summary>Paths that cannot be written inside.</summary>
    public List<string>? ReadonlyPaths { get; set; }

    /// <summary>SELinux label of the mounts.</summary>
    public string? MountLabel { get; set; }

    /// <summary>Cache allocation: refused, no machine we support has it mounted.</summary>
    public LinuxIntelRdt? IntelRdt { get; set; }

    /// <summary>Execution domain (man 2 personality).</summary>
    public LinuxPersonality? Personality { get; set; }
}

/// <summary>A namespace to make (no path) or to join (config-linux.md#namespaces).</summary>
public sealed record LinuxNamespace
{
    /// <summary><c>pid</c>, <c>network</c>, <c>mount</c>, <c>ipc</c>, <c>uts</c>, <c>user</c>, <c>cgroup</c> or <c>time</c>.</summary>
    public string? Type { get; set; }

    /// <summary>A namespace file to join, or null for a new namespace.</summary>
    public string? Path { get; set; }
}

/// <summary>One range of an id mapping (man 7 user_namespaces).</summary>
public sealed record LinuxIdMapping
{
    /// <summary>First id inside.</summary>
    [JsonPropertyName("containerID")]
    public uint ContainerId { get; set; }

    /// <summary>First id outside.</summary>
    [JsonPropertyName("hostID")]
    public uint HostId { get; set; }

    /// <summary>Number of ids.</summary>
    public uint Size { get; set; }
}

/// <summary>Offset of a clock in a time namespace.</summary>
public sealed record LinuxTimeOffset
{
    /// <summary>Seconds.</summary>
    public long Secs { get; set; }

    /// <summary>Nanoseconds.</summary>
    public uint Nanosecs { get; set; }
}

/// <summary>A device node (config-linux.md#devices).</summary>
public sealed record LinuxDevice
{
    /// <summary><c>c</c>, <c>b</c>, <c>u</c> or <c>p</c>.</summary>
    public string? Type { get; set; }

    /// <summary>Path inside.</summary>
    public string? Path { get; set; }

    /// <summary>Major number.</summary>
    public long Major { get; set; }

    /// <summary>Minor number.</summary>
    public long Minor { get; set; }

    /// <summary>Permission bits.</summary>
    public uint? FileMode { get; set; }

    /// <summary>Owner.</summary>
    public uint? Uid { get; set; }

    /// <summary>Group.</summary>
    public uint? Gid { get; set; }
}

/// <summary>Intel resource director settings (config-linux.md#intelrdt).</summary>
public sealed record LinuxIntelRdt
{
    /// <summary>Class of service.</summary>
    [JsonPropertyName("closID")]
    public string? ClosId { get; set; }
}

/// <summary>Execution domain (config-linux.md#personality).</summary>
public sealed record LinuxPersonality
{
    /// <summary><c>LINUX</c> or <c>LINUX32</c>.</summary>
    public string? Domain { get; set; }

    /// <summary>Flags.</summary>
    public List<string>? Flags { get; set; }
}
