using System.Net;
using static ContainerPS.Engine.Networks.FirewallWords;

namespace ContainerPS.Engine.Networks;

/// <summary>What networks, endpoints and ports are in our sets and maps.</summary>
internal sealed class FirewallElements
{
    private readonly Dictionary<string, HashSet<FirewallElement>> _inet = [];
    private readonly Dictionary<string, HashSet<FirewallElement>> _bridge = [];

    /// <summary>The elements of a state, or of a part of one.</summary>
    internal static FirewallElements Of(FirewallState state)
    {
        var elements = new FirewallElements();
        foreach (var network in state.Networks) elements.Add(network);
        foreach (var endpoint in state.Endpoints) elements.Add(endpoint);
        foreach (var port in state.Ports) elements.Add(port);
        return elements;
    }

    /// <summary>Elements by set of the inet table.</summary>
    internal IReadOnlyDictionary<string, HashSet<FirewallElement>> Inet => _inet;

    /// <summary>Elements by set of the bridge table.</summary>
    internal IReadOnlyDictionary<string, HashSet<FirewallElement>> Bridge => _bridge;

    private void Add(FirewallNetwork network)
    {
        var bridge = Device(network.Bridge);
        Add(_inet, "our_bridges", bridge);
        Add(_inet, "same_bridge", bridge, bridge);
        if (network.IsInternal) Add(_inet, "internal_bridges", bridge);
        if (network.IsIsolated) Add(_inet, "isolated_bridges", bridge);
        if (network.Subnet4 is { } subnet4)
        {
            Add(_inet, "subnets4", Subnet(subnet4), bridge);
            if (network.HasMasquerade) Add(_inet, "masquerade4", Subnet(subnet4));
        }

        if (network.Subnet6 is { } subnet6)
        {
            Add(_inet, "subnets6", Subnet(subnet6), bridge);
            if (network.HasMasquerade && subnet6.BaseAddress.IsIPv6UniqueLocal) Add(_inet, "masquerade6", Subnet(subnet6));
        }
    }

    private void Add(FirewallEndpoint endpoint)
    {
        var device = Device(endpoint.Device);
        var mac = Mac(endpoint.Mac);
        Add(_bridge, "our_devices", device);
        Add(_bridge, "our_macs", device, mac);
        if (endpoint.Network.IsIsolated) Add(_bridge, "isolated_devices", device);
        if (endpoint.Address4 is { } address4) Add(_bridge, "sources4", device, mac, Address(address4));
        AddVersion6(endpoint.LinkLocal);
        if (endpoint.Address6 is { } address6 && !address6.Equals(endpoint.LinkLocal)) AddVersion6(address6);

        void AddVersion6(IPAddress address)
        {
            Add(_bridge, "sources6", device, mac, Address(address));
            Add(_bridge, "targets6", device, Number(address));
        }
    }

    private void Add(FirewallPort port)
    {
        var published = port.Published;

        // Packets to loopback cannot be sent on: the relay carries them.
        if (IPAddress.IsLoopback(published.HostAddress)) return;
        var version = published.IsVersion6 ? '6' : '4';
        FirewallWord[] key = [Protocol(published.Protocol), Port(published.HostPort)];
        var (any, where) = published.IsAnyAddress ? ("any", key) : ("", [Address(published.HostAddress), .. key]);
        if (port.Target is not { } target)
        {
            Add(_inet, $"{any}relayed{version}", where);
            return;
        }

        Add(_inet, $"{any}ports{version}", new FirewallElement(where, [Address(target), Port(published.Port)]));

        // There is no relay for SCTP.
        if (published.Protocol != "sctp") Add(_inet, $"self{version}", [Address(target), .. key]);
    }

    private static void Add(Dictionary<string, HashSet<FirewallElement>> sets, string set, params FirewallWord[] key) => Add(sets, set, new FirewallElement(key, []));

    private static void Add(Dictionary<string, HashSet<FirewallElement>> sets, string set, FirewallElement element)
    {
        if (!sets.TryGetValue(set, out var list)) sets[set] = list = [];
        list.Add(element);
    }
}
