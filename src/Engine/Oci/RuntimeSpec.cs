namespace ContainerPS.Engine.Oci;

/// <summary>The <c>config.json</c> of a bundle (runtime-spec config.md): everything a runtime needs to make a container.</summary>
public sealed record RuntimeSpec
{
    /// <summary>Version of the runtime-spec this document follows, as SemVer.</summary>
    public string? OciVersion { get; set; }

    /// <summary>The root file system (config.md#root).</summary>
    public Root? Root { get; set; }

    /// <summary>What runs in the container (config.md#process).</summary>
    public Process? Process { get; set; }

    /// <summary>The UTS host name.</summary>
    public string? Hostname { get; set; }

    /// <summary>The UTS domain name.</summary>
    public string? Domainname { get; set; }

    /// <summary>Mounts, made in this order (config.md#mounts).</summary>
    public List<Mount>? Mounts { get; set; }

    /// <summary>Programs run at points of the life cycle (config.md#posix-platform-hooks).</summary>
    public Hooks? Hooks { get; set; }

    /// <summary>Free-form metadata.</summary>
    public Dictionary<string, string>? Annotations { get; set; }

    /// <summary>Linux-specific settings (config-linux.md).</summary>
    public LinuxSpec? Linux { get; set; }
}

/// <summary>The container's root file system (config.md#root).</summary>
public sealed record Root
{
    /// <summary>Path of the rootfs, absolute or relative to the bundle.</summary>
    public string? Path { get; set; }

    /// <summary>True to make the rootfs read-only inside the container.</summary>
    public bool Readonly { get; set; }
}

/// <summary>One mount (config.md#mounts).</summary>
public sealed record Mount
{
    /// <summary>Absolute path inside the container.</summary>
    public string? Destination { get; set; }

    /// <summary>File system type, or <c>bind</c>.</summary>
    public string? Type { get; set; }

    /// <summary>Device, directory or file to mount; relative paths are relative to the bundle.</summary>
    public string? Source { get; set; }

    /// <summary>Options, as <c>mount(8)</c> writes them.</summary>
    public List<string>? Options { get; set; }

    /// <summary>User mappings of an idmapped mount.</summary>
    public List<LinuxIdMapping>? UidMappings { get; set; }

    /// <summary>Group mappings of an idmapped mount.</summary>
    public List<LinuxIdMapping>? GidMappings { get; set; }
}

/// <summary>The process to run (config.md#process). Also the document that <c>exec --process</c> takes.</summary>
public sealed record Process
{
    /// <summary>True to give the process a pseudo-terminal.</summary>
    public bool Terminal { get; set; }

    /// <summary>Initial size of the terminal.</summary>
    public ConsoleSize? ConsoleSize { get; set; }

    /// <summary>User, groups and umask.</summary>
    public User? User { get; set; }

    /// <summary>Program and arguments.</summary>
    public List<string>? Args { get; set; }

    /// <summary>Environment, as <c>NAME=value</c>.</summary>
    public List<string>? Env { get; set; }

    /// <summary>Absolute working directory inside the container.</summary>
    public string? Cwd { get; set; }

    /// <summary>The five capability sets.</summary>
    public LinuxCapabilities? Capabilities { get; set; }

    /// <summary>Resource limits.</summary>
    public List<Rlimit>? Rlimits { get; set; }

    /// <summary>True to set <c>no_new_privs</c> (man 2 prctl).</summary>
    public bool NoNewPrivileges { get; set; }

    /// <summary>AppArmor profile name.</summary>
    public string? ApparmorProfile { get; set; }

    /// <summary>SELinux process label.</summary>
    public string? SelinuxLabel { get; set; }

    /// <summary>Value for <c>/proc/self/oom_score_adj</c>, -1000 to 1000.</summary>
    public int? OomScoreAdj { get; set; }

    /// <summary>Scheduling policy (man 2 sched_setattr).</summary>
    public Scheduler? Scheduler { get; set; }

    /// <summary>I/O scheduling class and priority (man 2 ioprio_set).</summary>
    public IOPriority? IoPriority { get; set; }

    /// <summary>CPU affinity while an exec'd process is set up and when it runs.</summary>
    public CpuAffinity? ExecCPUAffinity { get; set; }
}

/// <summary>Size of a terminal in characters.</summary>
public sealed record ConsoleSize
{
    /// <summary>Rows.</summary>
    public uint Height { get; set; }

    /// <summary>Columns.</summary>
    public uint Width { get; set; }
}

/// <summary>User of a process, by number (config.md#posix-platform-user).</summary>
public sealed record User
{
    /// <summary>User id inside the container.</summary>
    public uint Uid { get; set; }

    /// <summary>Group id inside the container.</summary>
    public uint Gid { get; set; }

    /// <summary>File mode creation mask; null leaves 0022.</summary>
    public uint? Umask { get; set; }

    /// <summary>Supplementary groups.</summary>
    public List<uint>? AdditionalGids { get; set; }
}

/// <summary>The five capability sets, each a list of <c>CAP_…</c> names (man 7 capabilities).</summary>
public sealed record LinuxCapabilities
{
    /// <summary>Bounding set.</summary>
    public List<string>? Bounding { get; set; }

    /// <summary>Effective set.</summary>
    public List<string>? Effective { get; set; }

    /// <summary>Inheritable set.</summary>
    public List<string>? Inheritable { get; set; }

    /// <summary>Permitted set.</summary>
    public List<string>? Permitted { get; set; }

    /// <summary>Ambient set.</summary>
    public List<string>? Ambient { get; set; }
}

/// <summary>One resource limit (man 2 getrlimit).</summary>
public sealed record Rlimit
{
    /// <summary>Name, such as <c>RLIMIT_NOFILE</c>.</summary>
    public string? Type { get; set; }

    /// <summary>Hard limit.</summary>
    public ulong Hard { get; set; }

    /// <summary>Soft limit.</summary>
    public ulong Soft { get; set; }
}

/// <summary>Scheduling attributes (man 2 sched_setattr).</summary>
public sealed record Scheduler
{
    /// <summary>Policy, such as <c>SCHED_OTHER</c>.</summary>
    public string? Policy { get; set; }

    /// <summary>Nice value.</summary>
    public int Nice { get; set; }

    /// <summary>Real-time priority.</summary>
    public int Priority { get; set; }

    /// <summary>Flags, such as <c>SCHED_FLAG_RESET_ON_FORK</c>.</summary>
    public List<string>? Flags { get; set; }

    /// <summary>Deadline runtime in nanoseconds.</summary>
    public ulong Runtime { get; set; }

    /// <summary>Deadline in nanoseconds.</summary>
    public ulong Deadline { get; set; }

    /// <summary>Deadline period in nanoseconds.</summary>
    public ulong Period { get; set; }
}

/// <summary>I/O priority (man 2 ioprio_set).</summary>
public sealed record IOPriority
{
    /// <summary>Class, such as <c>IOPRIO_CLASS_BE</c>.</summary>
    public string? Class { get; set; }

    /// <summary>Priority within the class, 0 (highest) to 7.</summary>
    public int Priority { get; set; }
}

/// <summary>CPU affinity of an exec'd process.</summary>
public sealed record CpuAffinity
{
    /// <summary>CPUs while it is moved into the container's cgroup.</summary>
    public string? Initial { get; set; }

    /// <summary>CPUs when it runs.</summary>
    public string? Final { get; set; }
}

/// <summary>Hooks by life-cycle point (config.md#posix-platform-hooks).</summary>
public sealed record Hooks
{
    /// <summary>Deprecated: after namespaces exist, before pivot_root, in the runtime's namespace.</summary>
    public List<Hook>? Prestart { get; set; }

    /// <summary>After namespaces exist, before pivot_root, in the runtime's namespace.</summary>
    public List<Hook>? CreateRuntime { get; set; }

    /// <summary>After namespaces exist, before pivot_root, in the container's namespace.</summary>
    public List<Hook>? CreateContainer { get; set; }

    /// <summary>Before the program is executed, in the container's namespace.</summary>
    public List<Hook>? StartContainer { get; set; }

    /// <summary>After the program has started.</summary>
    public List<Hook>? Poststart { get; set; }

    /// <summary>After the container is deleted.</summary>
    public List<Hook>? Poststop { get; set; }
}

/// <summary>One hook.</summary>
public sealed record Hook
{
    /// <summary>Absolute path of the program.</summary>
    public string? Path { get; set; }

    /// <summary>Arguments, the program's name first.</summary>
    public List<string>? Args { get; set; }

    /// <summary>Environment.</summary>
    public List<string>? Env { get; set; }

    /// <summary>Seconds until it is aborted.</summary>
    public int? Timeout { get; set; }
}
