using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Containers;

/// <summary>All that a container's OCI spec is made of.</summary>
internal sealed record SpecInput
{
    /// <summary>The container's id.</summary>
    internal required string Id { get; init; }

    /// <summary>What was asked.</summary>
    internal required ContainerSettings Settings { get; init; }

    /// <summary>The image's defaults.</summary>
    internal required ContainerConfig Image { get; init; }

    /// <summary>Who PID 1 is.</summary>
    internal required ResolvedUser User { get; init; }

    /// <summary>Folder of the container's files.</summary>
    internal required string Folder { get; init; }

    /// <summary>Folder of the container whose network it shares; null for its own.</summary>
    internal string? NetworkFolder { get; init; }

    /// <summary>Volumes, bind mounts and tmpfs as they were settled when the container was created.</summary>
    internal IReadOnlyList<MountRecord> Mounts { get; init; } = [];

    /// <summary>This machine's own host name.</summary>
    internal required string HostHostname { get; init; }

    /// <summary>This machine's device nodes, for a privileged container.</summary>
    internal IReadOnlyList<LinuxDevice> HostDevices { get; init; } = [];

    /// <summary>The device nodes that are at, or below, each path on the host that the settings name.</summary>
    internal IReadOnlyDictionary<string, IReadOnlyList<LinuxDevice>> Devices { get; init; } = new Dictionary<string, IReadOnlyList<LinuxDevice>>();

    /// <summary>Pid of the first process of each container whose namespaces are shared, by what the settings say (<c>container:…</c>).</summary>
    internal IReadOnlyDictionary<string, int> SharedContainers { get; init; } = new Dictionary<string, int>();

    /// <summary>What this machine can do.</summary>
    internal MachineAbilities Machine { get; init; } = MachineAbilities.All;
}

/// <summary>What of the settings depends on the machine's kernel.</summary>
/// <param name="IsUnifiedOnly">True when limits are set on cgroup v2.</param>
/// <param name="CountsSwap">True when memory and swap can be limited together.</param>
/// <param name="HasAppArmor">True when AppArmor is enabled.</param>
/// <param name="HasSelinux">True when SELinux is enabled.</param>
/// <param name="Release">Version of the kernel.</param>
internal sealed record MachineAbilities(bool IsUnifiedOnly, bool CountsSwap, bool HasAppArmor, bool HasSelinux, Version Release)
{
    /// <summary>A machine on cgroup v1 that can do everything.</summary>
    internal static MachineAbilities All { get; } = new(IsUnifiedOnly: false, CountsSwap: true, HasAppArmor: true, HasSelinux: true, new Version(6, 1));
}
