using System.Net;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Containers;

/// <summary>Writes a container's network files as its networks are now.</summary>
internal static class ContainerFiles
{
    private const string HostsOfHost = "/etc/hosts";

    /// <summary>Writes them.</summary>
    internal static NameServers Write(StorePaths paths, ContainerRecord record, IReadOnlyList<RunNetwork> networks)
    {
        var settings = record.Settings;
        var servers = NameServers.Of(paths, settings, [.. networks.Select(static network => network.Network)]);

        // The other container's files are bound in place of its own.
        if (NetworkMode.IsShared(settings)) return servers;
        var hostname = SpecGenerator.Hostname(settings, record.Id, Environment.MachineName);
        NetworkFiles.Write(
            paths.ContainerOf(record.Id),
            (NetworkFiles.Hostname, hostname + "\n"),
            (NetworkFiles.Hosts, Hosts(paths, settings, hostname, networks)),
            (NetworkFiles.Resolver, servers.Inside.ToText()));
        return servers;
    }

    /// <summary>Text of its <c>/etc/hosts</c>.</summary>
    internal static string Hosts(StorePaths paths, ContainerSettings settings, string hostname, IReadOnlyList<RunNetwork> networks)
    {
        var extra = new List<(string Name, string Address)>();
        foreach (var entry in settings.AddHosts.Select(static text => HostEntry.Parse(text, "AddHost")))
            foreach (var address in entry.Address == HostEntry.HostGateway ? HostAddresses(paths, settings, networks) : [entry.Address]) extra.Add((entry.Name, address));
        if (NetworkMode.IsHost(settings)) return HostsFile.TextOfHost(File.Exists(HostsOfHost) ? File.ReadAllText(HostsOfHost) : "", extra);
        IPAddress[] addresses = [.. networks.SelectMany(static network => (string?[])[network.Endpoint.IPv4, network.Endpoint.IPv6]).OfType<string>().Select(IPAddress.Parse)];

        // Without a network its own name is this machine's loopback.
        return HostsFile.Text(hostname, settings.Domainname, addresses.Length > 0 ? addresses : [IPAddress.Loopback], extra);
    }

    // What host-gateway stands for: this machine, at an address where the container reaches it, if there is one. Otherwise, as with Docker, the default bridge's,
    // which somebody may have a way to all the same, so that no name is missing.
    private static IReadOnlyList<string> HostAddresses(StorePaths paths, ContainerSettings settings, IReadOnlyList<RunNetwork> networks)
    {
        if (NetworkMode.IsHost(settings)) return ["127.0.0.1"];
        if (networks.FirstOrDefault(static network => network.HostAddresses.Count > 0) is { } network) return network.HostAddresses;
        return [.. new NetworkManager(paths, static _ => [], static _ => { }).FindRecord(NetworkNames.Bridge).Pools.Select(static pool => pool.Gateway).OfType<string>()];
    }
}
