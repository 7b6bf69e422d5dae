using ContainerPS.Engine.Cgroups;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Runtime;

/// <summary>What <see cref="ContainerStarter"/> needs to start a container's first process.</summary>
internal sealed record StartRequest
{
    /// <summary>Container id: names the cgroup.</summary>
    internal required string Id { get; init; }

    /// <summary>What to run, and how it is confined.</summary>
    internal required RuntimeSpec Spec { get; init; }

    /// <summary>Existing directory that relative paths of the spec are relative to. An overlay root is mounted over it, in the container's mount namespace.</summary>
    internal required string Bundle { get; init; }

    /// <summary>What hooks are told of the container.</summary>
    internal StateDocument State => new(Id, Bundle, Spec.Annotations);

    /// <summary>Layers of the root file system; null to use <c>root.path</c> of the spec.</summary>
    internal OverlayRoot? Overlay { get; init; }

    /// <summary>
    /// Folder with a folder for each volume, whose content is in its <c>data</c>. Containers write to volumes: the source of a bind mount that is a part of one
    /// is resolved inside the volume. Null when there are none.
    /// </summary>
    internal string? VolumesFolder { get; init; }

    /// <summary>Folder with a folder for each layer of an image, whose content is in its <c>diff</c>; parts of it are found as those of volumes are.</summary>
    internal string? LayersFolder { get; init; }

    /// <summary>Descriptor that becomes standard input; not used with a terminal.</summary>
    internal int Stdin { get; init; }

    /// <summary>Descriptor that becomes standard output; not used with a terminal.</summary>
    internal int Stdout { get; init; } = 1;

    /// <summary>Descriptor that becomes standard error; not used with a terminal.</summary>
    internal int Stderr { get; init; } = 2;

    /// <summary>How many descriptors from 3 on the process inherits.</summary>
    internal int PreserveFds { get; init; }

    /// <summary>True to have the kernel kill the container when the calling thread ends.</summary>
    internal bool DieWithParent { get; init; }

    /// <summary>True for an init as first process, with the program as its child; not together with a start socket.</summary>
    internal bool Init { get; init; }

    /// <summary>True to move the root over the machine's, where it cannot take its place.</summary>
    internal bool NoPivot { get; init; }

    /// <summary>False to leave the process the caller's session keyring.</summary>
    internal bool NewSessionKeyring { get; init; } = true;

    /// <summary>The container's cgroup, made by the caller and left to it when the start fails; null to have it made by the spec.</summary>
    internal ICgroup? Cgroup { get; init; }

    /// <summary>A listening Unix socket: the container is prepared, and its program runs when somebody connects (<c>create</c> and <c>start</c>). -1 runs it at once.</summary>
    internal int StartSocket { get; init; } = -1;

    /// <summary>Called with the first process's pid when its namespaces exist, while it mounts what it needs: configures its network.</summary>
    internal Action<int>? NamespacesReady { get; init; }
}
