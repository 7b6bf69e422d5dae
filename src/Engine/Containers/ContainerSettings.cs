namespace ContainerPS;

/// <summary>
/// What was asked of a container: one property per parameter of New-Container and Invoke-Container. Null or empty means "not asked", so that the
/// image's or the engine's default holds. What then runs is the OCI spec that SpecGenerator makes of this and the image.
/// </summary>
public sealed record ContainerSettings
{
    /// <summary>Name; null for a random one.</summary>
    public string? Name { get; set; }

    /// <summary>Image, by name or id.</summary>
    public string Image { get; set; } = "";

    /// <summary>Replaces the image's CMD.</summary>
    public IReadOnlyList<string> Command { get; set; } = [];

    /// <summary>Replaces the image's ENTRYPOINT (and its CMD); an empty list removes it.</summary>
    public IReadOnlyList<string>? EntryPoint { get; set; }

    /// <summary>Environment as <c>NAME=value</c>, added to the image's.</summary>
    public IReadOnlyList<string> Environment { get; set; } = [];

    /// <summary>Working directory inside.</summary>
    public string? WorkingDirectory { get; set; }

    /// <summary>User as <c>user[:group]</c>, names or numbers.</summary>
    public string? User { get; set; }

    /// <summary>Supplementary groups, names or numbers.</summary>
    public IReadOnlyList<string> GroupAdd { get; set; } = [];

    /// <summary>Host name inside; null for the short id.</summary>
    public string? Hostname { get; set; }

    /// <summary>Metadata, added to the image's.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();

    /// <summary>Network: <c>none</c> or <c>host</c>; null for the default.</summary>
    public string? Network { get; set; }

    /// <summary>True to keep standard input open.</summary>
    public bool Interactive { get; set; }

    /// <summary>True for a pseudo-terminal.</summary>
    public bool Tty { get; set; }

    /// <summary>True to remove the container as soon as it ends.</summary>
    public bool Remove { get; set; }

    /// <summary>True for a read-only root file system.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>Tmpfs mounts: path inside to mount options (may be empty).</summary>
    public IReadOnlyDictionary<string, string> Tmpfs { get; set; } = new Dictionary<string, string>();

    /// <summary>Signal that asks the program to stop; null for the image's, else SIGTERM.</summary>
    public string? StopSignal { get; set; }

    /// <summary>Time between that signal and SIGKILL; null for the image's, else 10 s.</summary>
    public TimeSpan? StopTimeout { get; set; }

    /// <summary>Bytes of memory.</summary>
    public long? Memory { get; set; }

    /// <summary>Bytes of memory that reclaim spares.</summary>
    public long? MemoryReservation { get; set; }

    /// <summary>Bytes of memory and swap together; -1 for unlimited swap.</summary>
    public long? MemorySwap { get; set; }

    /// <summary>0 to 100.</summary>
    public int? MemorySwappiness { get; set; }

    /// <summary>-1000 to 1000.</summary>
    public int? OomScoreAdj { get; set; }

    /// <summary>Relative weight, 2 to 262144.</summary>
    public long? CpuShares { get; set; }

    /// <summary>CPUs' worth of time, such as 0.5.</summary>
    public double? Cpus { get; set; }

    /// <summary>CPUs it may run on, such as <c>0-3,5</c>.</summary>
    public string? CpuSet { get; set; }

    /// <summary>Most processes; -1 is unlimited.</summary>
    public long? PidsLimit { get; set; }

    /// <summary>Bytes of /dev/shm.</summary>
    public long? ShmSize { get; set; }

    /// <summary>Resource limits: name without prefix (<c>nofile</c>), soft, hard; -1 is unlimited.</summary>
    public IReadOnlyList<UlimitSetting> Ulimits { get; set; } = [];

    /// <summary>Namespaced kernel parameters.</summary>
    public IReadOnlyDictionary<string, string> Sysctls { get; set; } = new Dictionary<string, string>();

    /// <summary>Capabilities to add, with or without <c>CAP_</c>, or <c>ALL</c>.</summary>
    public IReadOnlyList<string> CapabilityAdd { get; set; } = [];

    /// <summary>Capabilities to drop, with or without <c>CAP_</c>, or <c>ALL</c>.</summary>
    public IReadOnlyList<string> CapabilityDrop { get; set; } = [];

    /// <summary>True for all capabilities, all devices, no filter, nothing masked.</summary>
    public bool Privileged { get; set; }

    /// <summary><c>seccomp=unconfined</c>, <c>seccomp=FILE</c>, <c>no-new-privileges[:true|false]</c>.</summary>
    public IReadOnlyList<string> SecurityOptions { get; set; } = [];

    /// <summary>File to write the new container's id to; must not exist.</summary>
    public string? CidFile { get; set; }
}

/// <summary>One resource limit.</summary>
/// <param name="Name">Name without prefix, such as <c>nofile</c>.</param>
/// <param name="Soft">Soft limit; -1 is unlimited.</param>
/// <param name="Hard">Hard limit; -1 is unlimited.</param>
public sealed record UlimitSetting(string Name, long Soft, long Hard);
