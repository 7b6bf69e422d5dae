using System.Text.Json;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Networks;

/// <summary>The networks that a running container is on, in the order of its devices: <c>networks.json</c> in its run folder, rewritten when it is connected or disconnected.</summary>
internal sealed record RunNetworks
{
    private const string FileName = "networks.json";

    public List<RunNetwork> Networks { get; init; } = [];

    /// <summary>Reads the file; empty when there is none.</summary>
    internal static RunNetworks Read(StorePaths paths, string id, NetworkJson? json = null)
    {
        var path = Path.Combine(paths.RunOf(id), FileName);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), (json ?? NetworkJson.Default).RunNetworks) ?? new() : new();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new();
        }
    }

    /// <summary>Replaces the file.</summary>
    internal void Write(StorePaths paths, string id, NetworkJson? json = null) =>
        AtomicFile.Write(Path.Combine(paths.RunOf(id), FileName), JsonSerializer.SerializeToUtf8Bytes(this, (json ?? NetworkJson.Default).RunNetworks), durable: false);
}

/// <summary>One network that a running container is on.</summary>
internal sealed record RunNetwork
{
    public required string NetworkId { get; init; }

    /// <summary>Name of the network.</summary>
    public required string Network { get; init; }

    public required string Driver { get; init; }

    public required EndpointRecord Endpoint { get; init; }

    /// <summary>Where the container sends what goes elsewhere, if it may do so by this network.</summary>
    public List<string> Gateways { get; init; } = [];
}
