namespace ContainerPS;

/// <summary>
/// What was asked of a container: one property per parameter of New-Container and Invoke-Container. Null or empty means "not asked", so that the
/// image's or the engine's default holds. What then runs is the OCI spec that SpecGenerator makes of this and the image.
/// </summary>
public sealed partial record ContainerSettings
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

    /// <summary>NIS domain name inside; null for the kernel's "(none)".</summary>
    public string? Domainname { get; set; }

    /// <summary>Metadata, added to the image's.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();

    /// <summary>Annotations of the OCI spec, for whoever reads that.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; set; } = new Dictionary<string, string>();

    /// <summary>Platform of the image, such as <c>linux/arm64</c>; null for this machine's.</summary>
    public string? Platform { get; set; }

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

    /// <summary>Volumes and bind mounts in Docker's short form.</summary>
    public IReadOnlyList<VolumeSpec> Volumes { get; set; } = [];

    /// <summary>Volumes, bind mounts, tmpfs and images in Docker's long form.</summary>
    public IReadOnlyList<MountSpec> Mounts { get; set; } = [];

    /// <summary>Containers whose volumes this one shares: <c>name-or-id[:ro|rw]</c>.</summary>
    public IReadOnlyList<string> VolumesFrom { get; set; } = [];

    /// <summary>Signal that asks the program to stop; null for the image's, else SIGTERM.</summary>
    public string? StopSignal { get; set; }

    /// <summary>Time between that signal and SIGKILL; null for the image's, else 10 s.</summary>
    public TimeSpan? StopTimeout { get; set; }

    /// <summary>File to write the new container's id to; must not exist.</summary>
    public string? CidFile { get; set; }
}
