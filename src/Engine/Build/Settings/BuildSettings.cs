namespace ContainerPS;

/// <summary>What is built, and how: one property per parameter of Build-Image.</summary>
public sealed record BuildSettings
{
    /// <summary>The context: a folder, a tar archive, an address of one or of a git repository; null for none.</summary>
    public string? Path { get; init; }

    /// <summary>The Dockerfile's path; null for <c>Dockerfile</c> in the context.</summary>
    public string? File { get; init; }

    /// <summary>The Dockerfile itself, instead of a file.</summary>
    public string? Text { get; init; }

    /// <summary>Names of the image; without a tag, <c>latest</c> is meant.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Values for ARG.</summary>
    public IReadOnlyDictionary<string, string> Arguments { get; init; } = new Dictionary<string, string>();

    /// <summary>Files and variables for <c>RUN --mount=type=secret</c>.</summary>
    public IReadOnlyList<BuildSecret> Secrets { get; init; } = [];

    /// <summary>Sockets of SSH agents for <c>RUN --mount=type=ssh</c>, by id.</summary>
    public IReadOnlyDictionary<string, string> SshAgents { get; init; } = new Dictionary<string, string>();

    /// <summary>The stage that is built; null for the last.</summary>
    public string? Target { get; init; }

    /// <summary>True to do all steps, whatever earlier builds have left.</summary>
    public bool NoCache { get; init; }

    /// <summary>True to ask registries for newer base images.</summary>
    public bool Pull { get; init; }

    /// <summary>Network of RUN: <c>default</c>, <c>none</c> or <c>host</c>; null for the default.</summary>
    public string? Network { get; init; }

    /// <summary>Labels, added to those of the Dockerfile.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>What the image is for, as <c>os/architecture[/variant]</c>; null for this machine.</summary>
    public string? Platform { get; init; }

    /// <summary>Where the result goes; null for the store.</summary>
    public BuildOutput? Output { get; init; }

    /// <summary>Folders or images of registries from which steps are taken.</summary>
    public IReadOnlyList<string> CacheFrom { get; init; } = [];

    /// <summary>Folders or images of registries to which steps are given.</summary>
    public IReadOnlyList<string> CacheTo { get; init; } = [];

    /// <summary>Lines for <c>/etc/hosts</c> of RUN, as <c>host:address</c>.</summary>
    public IReadOnlyList<string> AddHosts { get; init; } = [];

    /// <summary>Most memory of a RUN in bytes.</summary>
    public long? Memory { get; init; }

    /// <summary>Most processors of a RUN.</summary>
    public double? Cpus { get; init; }

    /// <summary>Further contexts by name: folders, archives, addresses, or <c>docker-image://NAME</c>.</summary>
    public IReadOnlyDictionary<string, string> Contexts { get; init; } = new Dictionary<string, string>();

    /// <summary>True to allow <c>RUN --network=host</c>.</summary>
    public bool AllowHostNetwork { get; init; }

    /// <summary>True to allow <c>RUN --security=insecure</c>.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>Folder that relative paths are relative to.</summary>
    public string Folder { get; init; } = Environment.CurrentDirectory;
}
