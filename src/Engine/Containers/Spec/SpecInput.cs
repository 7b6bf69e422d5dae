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

    /// <summary>Volumes, bind mounts and tmpfs as they were settled when the container was created.</summary>
    internal IReadOnlyList<MountRecord> Mounts { get; init; } = [];

    /// <summary>This machine's own host name.</summary>
    internal required string HostHostname { get; init; }

    /// <summary>This machine's device nodes, for a privileged container.</summary>
    internal IReadOnlyList<LinuxDevice> HostDevices { get; init; } = [];
}
