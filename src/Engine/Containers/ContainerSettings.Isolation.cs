namespace ContainerPS;

/// <content>What separates it from the machine and from other containers.</content>
public sealed partial record ContainerSettings
{
    /// <summary>Namespaced kernel parameters.</summary>
    public IReadOnlyDictionary<string, string> Sysctls { get; set; } = new Dictionary<string, string>();

    /// <summary>Capabilities to add, with or without <c>CAP_</c>, or <c>ALL</c>.</summary>
    public IReadOnlyList<string> CapabilityAdd { get; set; } = [];

    /// <summary>Capabilities to drop, with or without <c>CAP_</c>, or <c>ALL</c>.</summary>
    public IReadOnlyList<string> CapabilityDrop { get; set; } = [];

    /// <summary>True for all capabilities, all devices, no filter, nothing masked.</summary>
    public bool Privileged { get; set; }

    /// <summary><c>seccomp=unconfined|builtin|FILE</c>, <c>no-new-privileges[=true|false]</c>, <c>apparmor=PROFILE</c>, <c>label=…</c>, <c>systempaths=unconfined</c>.</summary>
    public IReadOnlyList<string> SecurityOptions { get; set; } = [];

    /// <summary>Device nodes of the host that it may use.</summary>
    public IReadOnlyList<DeviceSetting> Devices { get; set; } = [];

    /// <summary>Device rules, added to the usual: <c>c 1:3 rwm</c> (type, major:minor, access; <c>*</c> is any number).</summary>
    public IReadOnlyList<string> DeviceCgroupRules { get; set; } = [];

    /// <summary>Process namespace: <c>host</c> or <c>container:NAME</c>; null for its own.</summary>
    public string? Pid { get; set; }

    /// <summary>IPC namespace: <c>private</c>, <c>shareable</c>, <c>none</c> (without /dev/shm), <c>host</c> or <c>container:NAME</c>; null for private.</summary>
    public string? Ipc { get; set; }

    /// <summary>Host name namespace: <c>host</c>; null for its own.</summary>
    public string? Uts { get; set; }

    /// <summary>User namespace: <c>host</c>, which is what it has when null.</summary>
    public string? UserNamespace { get; set; }

    /// <summary>Cgroup namespace: <c>private</c> or <c>host</c>; null for private.</summary>
    public string? CgroupNamespace { get; set; }

    /// <summary>Cgroup to make its own in, in place of <c>/containerps</c>.</summary>
    public string? CgroupParent { get; set; }
}
