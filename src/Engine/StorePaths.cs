namespace ContainerPS.Engine;

/// <summary>Where the engine keeps things: the store, what lives until reboot, and the settings.</summary>
/// <param name="Root">Images, layers, containers, volumes: <c>$CONTAINERPS_ROOT</c>, by default <c>/var/lib/containerps</c>.</param>
/// <param name="Run">State of what runs, sockets, locks: <c>$CONTAINERPS_RUN</c>, by default <c>/run/containerps</c>.</param>
/// <param name="ConfigFile">The engine's settings: <c>$CONTAINERPS_CONFIG</c>, by default <c>/etc/containerps/engine.json</c>.</param>
public sealed record StorePaths(string Root, string Run, string ConfigFile)
{
    /// <summary>An OCI image layout.</summary>
    public string Images => Path.Combine(Root, "images");

    /// <summary>Unpacked layers by chain id.</summary>
    public string Layers => Path.Combine(Root, "layers");

    /// <summary>Container records by id.</summary>
    public string Containers => Path.Combine(Root, "containers");

    /// <summary>Volumes by name.</summary>
    public string Volumes => Path.Combine(Root, "volumes");

    /// <summary>Networks by name.</summary>
    public string Networks => Path.Combine(Root, "networks");

    /// <summary>Which containers are on each network: a folder for each, by id.</summary>
    public string RunNetworks => Path.Combine(Run, "networks");

    /// <summary>What builds keep for later ones.</summary>
    public string BuildCache => Path.Combine(Root, "build-cache");

    /// <summary>Lock files.</summary>
    public string Locks => Path.Combine(Run, "locks");

    /// <summary>The paths of which nobody has said otherwise.</summary>
    internal static StorePaths Default => new("/var/lib/containerps", "/run/containerps", "/etc/containerps/engine.json");

    /// <summary>The paths the environment names, or the defaults.</summary>
    public static StorePaths FromEnvironment() => new(
        Variable("CONTAINERPS_ROOT", Default.Root),
        Variable("CONTAINERPS_RUN", Default.Run),
        Variable("CONTAINERPS_CONFIG", Default.ConfigFile));

    /// <summary>Folder with what is known of a running container: its bundle and sockets.</summary>
    public string RunOf(string id) => Path.Combine(Run, id);

    /// <summary>Folder with a container's record, upper directory and log.</summary>
    public string ContainerOf(string id) => Path.Combine(Containers, id);

    private static string Variable(string name, string fallback) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? Path.GetFullPath(value) : fallback;
}
