using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Networks;

/// <summary>Who is on which network: <c>networks/&lt;id&gt;/endpoints.json</c> in the run folder. The folder is there while something is, or may have been left.</summary>
internal sealed class EndpointStore(StorePaths paths)
{
    private const string FileName = "endpoints.json";

    /// <summary>The file of a network.</summary>
    internal static string PathOf(StorePaths paths, string network) => Path.Combine(paths.RunNetworks, network, FileName);

    /// <summary>True when there may be something on the network, or something left.</summary>
    internal bool HasState(string network) => File.Exists(PathOf(paths, network));

    /// <summary>Ids of networks that have state.</summary>
    internal IEnumerable<string> Ids() => Directory.Exists(paths.RunNetworks) ? Directory.EnumerateDirectories(paths.RunNetworks).Select(static path => Path.GetFileName(path)) : [];

    /// <summary>Who is on a network.</summary>
    internal NetworkState Read(string network)
    {
        try
        {
            return HasState(network) ? EndpointsDocument.Read(File.ReadAllBytes(PathOf(paths, network))) : NetworkState.OfNobody;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return NetworkState.OfNobody;
        }
    }

    /// <summary>All that somebody changes just now, or was killed at changing, with the ids of their networks.</summary>
    internal List<(string Network, EndpointRecord Endpoint)> Changing() =>
        [.. Ids().SelectMany(network => Read(network).Endpoints.Where(static endpoint => endpoint.IsChanging).Select(endpoint => (network, endpoint)))];

    /// <summary>Replaces that; the network's lock is held.</summary>
    internal void Write(string network, NetworkState state)
    {
        foreach (var folder in (ReadOnlySpan<string>)[paths.Run, paths.RunNetworks, Path.Combine(paths.RunNetworks, network)])
            if (!Directory.Exists(folder)) Directory.CreateDirectory(folder, StagingFolder.PrivateMode);
        AtomicFile.Write(PathOf(paths, network), EndpointsDocument.Write(state), durable: false);
    }

    /// <summary>Nothing is on the network any more, and nothing is left.</summary>
    internal void Forget(string network) => TreeRemover.Remove(Path.Combine(paths.RunNetworks, network));
}
