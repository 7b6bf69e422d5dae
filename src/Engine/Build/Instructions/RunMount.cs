namespace ContainerPS.Engine.Build;

/// <summary>A mount of RUN: <c>--mount=type=cache,target=/var/cache/apt,sharing=locked</c>.</summary>
internal sealed record RunMount
{
    /// <summary>It as it is written, after <c>--mount=</c>.</summary>
    public required string Text { get; init; }

    /// <summary>What is mounted.</summary>
    public RunMountType Type { get; init; }

    /// <summary>Bind and cache: a stage, a context or an image, or null: the build context, or an empty cache.</summary>
    public string? From { get; init; }

    /// <summary>Bind and cache: path in <see cref="From"/>. Secret: its id. Null when not said.</summary>
    public string? Source { get; init; }

    /// <summary>Path inside, or null when not said.</summary>
    public string? Target { get; init; }

    /// <summary>True when it cannot be written: by default bind, secret and ssh.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Cache, secret, ssh: its id, or null.</summary>
    public string? Id { get; init; }

    /// <summary>Cache: what other builds may do with it at the same time.</summary>
    public CacheSharing Sharing { get; init; }

    /// <summary>Secret, ssh: true when the build fails without it.</summary>
    public bool Required { get; init; }

    /// <summary>Secret: the environment variable to set, empty for the secret's id; null to set none.</summary>
    public string? Environment { get; init; }

    /// <summary>Cache, secret, ssh: permission bits, or null for the default.</summary>
    public uint? Mode { get; init; }

    /// <summary>Cache, secret, ssh: owner, or null for the default.</summary>
    public uint? UserId { get; init; }

    /// <summary>Cache, secret, ssh: group, or null for the default.</summary>
    public uint? GroupId { get; init; }

    /// <summary>Tmpfs: most bytes, or null.</summary>
    public long? Size { get; init; }
}
