using System.Net;
using System.Net.NetworkInformation;

namespace ContainerPS.Engine.Networks;

/// <summary>Tells the host's packet filter who is on the store's networks.</summary>
internal sealed class NetworkFirewall
{
    private readonly NetworkStore _networks;
    private readonly EndpointStore _endpoints;
    private readonly Firewall _firewall;

    // Containers that are leaving their networks: the files still tell of them.
    private readonly HashSet<(string Network, string Container)> _leaving = [];

    internal NetworkFirewall(StorePaths paths)
    {
        (_networks, _endpoints) = (new NetworkStore(paths), new EndpointStore(paths));
        _firewall = new Firewall(paths, DeviceNames.TableSuffix(paths), ReadState, IsUnused, NftProgram.Find());
    }

    /// <summary>False on a host without <c>nft</c>.</summary>
    internal static bool IsAvailable => NftProgram.Find() is not null;

    /// <summary>The name of the tables of a store.</summary>
    internal string Table => _firewall.Table;

    /// <summary>Lets containers send what is theirs, and publishes their ports. The files tell of them already.</summary>
    internal void Add(IEnumerable<(NetworkRecord Network, EndpointRecord Endpoint)> endpoints)
    {
        if (Part([.. endpoints]) is { Networks.Count: > 0 } part) _firewall.Add(part);
    }

    /// <summary>Takes containers away, and their network with the last of them. The files still tell of them, and the network's lock is held.</summary>
    internal void Remove(NetworkRecord network, IReadOnlyList<EndpointRecord> endpoints, bool isLast)
    {
        if (network.Driver != NetworkDrivers.Bridge || !_firewall.IsAvailable) return;
        foreach (var endpoint in endpoints) _leaving.Add((network.Id, endpoint.ContainerId));
        var part = Part([.. endpoints.Select(endpoint => (network, endpoint))]);
        _firewall.Remove(isLast ? part with { Networks = [Of(network)] } : part with { Networks = [] });
    }

    /// <summary>Takes away ports alone: another network of the container publishes them from now on.</summary>
    internal void RemovePorts(EndpointRecord endpoint) => _firewall.Remove(new FirewallState { Ports = [.. PortsOf(endpoint)] });

    private static FirewallState Part(IReadOnlyList<(NetworkRecord Network, EndpointRecord Endpoint)> endpoints)
    {
        var networks = new Dictionary<string, FirewallNetwork>();
        var (attachments, ports) = (new List<FirewallEndpoint>(), new List<FirewallPort>());
        foreach (var (network, endpoint) in endpoints)
        {
            if (network.Driver != NetworkDrivers.Bridge) continue;
            if (!networks.TryGetValue(network.Id, out var known)) networks[network.Id] = known = Of(network);
            attachments.Add(new FirewallEndpoint(known, endpoint.Device, PhysicalAddress.Parse(endpoint.Mac), AddressOf(endpoint.IPv4), AddressOf(endpoint.IPv6)));
            ports.AddRange(PortsOf(endpoint));
        }

        return new FirewallState { Networks = [.. networks.Values], Endpoints = attachments, Ports = ports };
    }

    private static IEnumerable<FirewallPort> PortsOf(EndpointRecord endpoint) =>
        endpoint.Ports.Select(port => new FirewallPort(port, AddressOf(endpoint.IPv4), AddressOf(endpoint.IPv6)));

    private static FirewallNetwork Of(NetworkRecord network) => new(network.Device)
    {
        Subnet4 = SubnetOf(network, isVersion6: false),
        Subnet6 = SubnetOf(network, isVersion6: true),
        IsInternal = network.Internal,
        HasMasquerade = BridgeOptions.HasMasquerade(network),
        IsIsolated = BridgeOptions.IsIsolated(network),
    };

    private static IPNetwork? SubnetOf(NetworkRecord network, bool isVersion6) => network.Pools.Find(pool => pool.IsVersion6 == isVersion6) is { } pool ? IPNetwork.Parse(pool.Subnet) : null;

    private static IPAddress? AddressOf(string? text) => text is null ? null : IPAddress.Parse(text);

    private FirewallState ReadState()
    {
        var endpoints = new List<(NetworkRecord, EndpointRecord)>();
        foreach (var network in _networks.All(static _ => { }))
            foreach (var endpoint in _endpoints.Read(network.Id).Endpoints)
                if (!_leaving.Contains((network.Id, endpoint.ContainerId))) endpoints.Add((network, endpoint));
        return Part(endpoints);
    }

    private bool IsUnused()
    {
        foreach (var network in _networks.All(static _ => { }))
        {
            if (network.Driver != NetworkDrivers.Bridge) continue;
            foreach (var endpoint in _endpoints.Read(network.Id).Endpoints)
                if (!_leaving.Contains((network.Id, endpoint.ContainerId))) return false;
        }

        return true;
    }
}
