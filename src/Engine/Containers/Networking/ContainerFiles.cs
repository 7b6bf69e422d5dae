using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Containers;

/// <summary>Writes a container's network files as its networks are now.</summary>
internal static class ContainerFiles
{
    /// <summary>Writes them.</summary>
    internal static NameServers Write(StorePaths paths, ContainerRecord record, IReadOnlyList<RunNetwork> networks)
    {
        var settings = record.Settings;
        var host = HostResolver.Read();
        var servers = NameServers.Of(settings, host, [.. networks.Select(static network => network.Network)]);

        // The other container's files are bound in place of its own.
        if (NetworkMode.IsShared(settings)) return servers;
        var hostname = SpecGenerator.Hostname(settings, record.Id, Environment.MachineName);
        List<string> addresses = [.. networks.SelectMany(static network => (string?[])[network.Endpoint.IPv4, network.Endpoint.IPv6]).OfType<string>()];
        var gateways = NetworkMode.IsHost(settings) ? ["127.0.0.1"] : networks.FirstOrDefault(static network => network.Gateways.Count > 0)?.Gateways ?? [];
        NetworkFiles.Write(
            paths.ContainerOf(record.Id),
            (NetworkFiles.Hostname, hostname + "\n"),
            (NetworkFiles.Hosts, HostsText.Of(settings, hostname, addresses, gateways)),
            (NetworkFiles.Resolver, ResolverText.Of(settings, host, servers.Inside)));
        return servers;
    }
}
