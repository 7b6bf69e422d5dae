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

/// <summary>A secret of a build.</summary>
/// <param name="Id">Its id.</param>
/// <param name="File">The file with its value; null when it comes from a variable.</param>
/// <param name="Variable">The variable of this process's environment with its value; null when it comes from a file.</param>
public sealed record BuildSecret(string Id, string? File, string? Variable)
{
    /// <summary>Reads <c>id=ID[,src=FILE|,env=VARIABLE]</c>, or <c>ID=FILE</c>.</summary>
    /// <exception cref="InvalidSettingException">It is neither.</exception>
    public static BuildSecret Parse(string text)
    {
        string? id = null, file = null, variable = null, type = null;
        foreach (var part in text.Split(','))
        {
            var equals = part.IndexOf('=');
            var value = equals < 0 ? "" : part[(equals + 1)..];
            switch (equals < 0 ? part : part[..equals].Trim().ToLowerInvariant())
            {
                case "id" when value.Length > 0: id = value; break;
                case "src" or "source" when value.Length > 0: file = value; break;
                case "env" when value.Length > 0: variable = value; break;
                case "type" when value is "file" or "env": type = value; break;
                default: throw Refused(text);
            }
        }

        if (id is null || (file is not null && variable is not null)) throw Refused(text);
        if (type == "env" && variable is null) (file, variable) = (null, file ?? id);

        // As docker does: a secret of which only the id is known is the variable of that name, or the file.
        if (file is null && variable is null) return Environment.GetEnvironmentVariable(id) is not null ? new(id, null, id) : new(id, id, null);
        return new(id, file, variable);
    }

    private static InvalidSettingException Refused(string text) =>
        new("Secret", text, $"-Secret '{text}' is refused. Give id=NAME,src=FILE or id=NAME,env=VARIABLE.");
}

/// <summary>Where the result of a build goes.</summary>
/// <param name="Kind">In which form.</param>
/// <param name="Path">The file or folder.</param>
public sealed record BuildOutput(BuildOutputKind Kind, string Path)
{
    /// <summary>Reads <c>type=local|tar|oci|docker,dest=PATH</c>, or a path alone: a folder, or a tar when it ends so.</summary>
    /// <exception cref="InvalidSettingException">It is neither.</exception>
    public static BuildOutput? Parse(string text)
    {
        if (!text.Contains('='))
            return text is "image" or "docker" ? null : new(text.EndsWith(".tar", StringComparison.Ordinal) ? BuildOutputKind.Tar : BuildOutputKind.Folder, text);
        string? type = null, path = null;
        foreach (var part in text.Split(','))
        {
            var equals = part.IndexOf('=');
            var value = equals < 0 ? "" : part[(equals + 1)..];
            switch (equals < 0 ? part : part[..equals].Trim().ToLowerInvariant())
            {
                case "type": type = value; break;
                case "dest" when value.Length > 0: path = value; break;
                default: throw Refused(text);
            }
        }

        return type switch
        {
            "image" when path is null => null,
            "docker" when path is null => null,
            "local" when path is not null => new(BuildOutputKind.Folder, path),
            "tar" when path is not null => new(BuildOutputKind.Tar, path),
            "oci" when path is not null => new(BuildOutputKind.OciArchive, path),
            "docker" when path is not null => new(BuildOutputKind.DockerArchive, path),
            _ => throw Refused(text),
        };
    }

    private static InvalidSettingException Refused(string text) =>
        new("Output", text, $"-Output '{text}' is refused. Give a folder, a path that ends in .tar, or type=local|tar|oci|docker,dest=PATH.");
}

/// <summary>Forms of a build's result.</summary>
public enum BuildOutputKind
{
    /// <summary>The files, in a folder.</summary>
    Folder,

    /// <summary>The files, in a tar archive.</summary>
    Tar,

    /// <summary>The image, in an archive with an OCI layout.</summary>
    OciArchive,

    /// <summary>The image, in an archive as <c>docker save</c> writes it.</summary>
    DockerArchive,
}
