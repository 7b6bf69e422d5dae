using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Networks;

/// <summary>The networks that a running container is on, in the order of its devices: <c>networks.json</c> in its run folder, rewritten when it is connected or disconnected.</summary>
internal sealed record RunNetworks
{
    private const string FileName = "networks.json";

    public List<RunNetwork> Networks { get; init; } = [];

    /// <summary>The host's ports that are the container's, whichever network publishes them now.</summary>
    public List<PublishedPort> Ports { get; init; } = [];

    /// <summary>True when the container's monitor is to hold its ports: while it is on a network that publishes them.</summary>
    public bool HoldsPorts { get; init; }

    /// <summary>The network that publishes the ports; null when none does.</summary>
    internal RunNetwork? Publisher => Networks.Find(static network => network.Endpoint.Ports.Count > 0);

    /// <summary>The file of a container.</summary>
    internal static string PathOf(StorePaths paths, string id) => Path.Combine(paths.RunOf(id), FileName);

    /// <summary>Reads the file; empty when there is none.</summary>
    internal static RunNetworks Read(StorePaths paths, string id)
    {
        var path = PathOf(paths, id);
        try
        {
            return File.Exists(path) ? RunNetworksDocument.Read(File.ReadAllBytes(path)) : new();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new();
        }
    }

    /// <summary>Replaces the file.</summary>
    internal void Write(StorePaths paths, string id) => AtomicFile.Write(PathOf(paths, id), RunNetworksDocument.Write(this), durable: false);
}

/// <summary>One network that a running container is on.</summary>
internal sealed record RunNetwork
{
    public required string NetworkId { get; init; }

    /// <summary>Name of the network.</summary>
    public required string Network { get; init; }

    public required string Driver { get; init; }

    public required EndpointRecord Endpoint { get; set; }

    /// <summary>True when nothing outside is reached from it.</summary>
    public bool IsInternal { get; init; }

    /// <summary>Where the container sends what goes elsewhere, if it may do so by this network.</summary>
    public List<string> Gateways { get; init; } = [];

    /// <summary>Addresses of this machine on it, of the families that the container has: its bridge's.</summary>
    public List<string> HostAddresses { get; init; } = [];

    /// <summary>What there is to say of a container on a network.</summary>
    internal static RunNetwork Of(NetworkRecord network, EndpointRecord endpoint)
    {
        List<string> gateways = [.. network.Pools.Where(pool => pool.Gateway is not null && (pool.IsVersion6 ? endpoint.IPv6 : endpoint.IPv4) is not null).Select(static pool => pool.Gateway!)];
        return new()
        {
            NetworkId = network.Id,
            Network = network.Name,
            Driver = network.Driver,
            Endpoint = endpoint with { IsChanging = false },
            IsInternal = network.Internal,
            Gateways = network.Internal ? [] : gateways,

            // On a device's own wire the gateway is somebody else's router.
            HostAddresses = network.Driver == NetworkDrivers.Bridge ? gateways : [],
        };
    }
}
