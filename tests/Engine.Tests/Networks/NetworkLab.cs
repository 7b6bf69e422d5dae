using System.Net;
using System.Net.NetworkInformation;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Tests.Networks;

/// <summary>
/// Namespaces that stand for a host with bridges, its containers, and a machine outside that has routes to all of them. The packet filter of the host that
/// the tests run on is never touched.
/// <code>
/// outside 192.0.2.2 ──── 192.0.2.1 host ─┬─ cps0 10.201.0.1 ─┬─ a0 10.201.0.2    (IPv6: fd00:201::…, outside 2001:db8::…)
///                                        │                   └─ a1 10.201.0.3
///                                        └─ cps1 10.202.0.1 ─── a2 10.202.0.2
/// </code>
/// </summary>
internal sealed class NetworkLab : IDisposable
{
    internal static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    internal static readonly TimeSpan Short = TimeSpan.FromMilliseconds(900);

    private readonly List<LabContainer> _containers = [];
    private readonly List<FirewallNetwork> _networks = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("containerps-firewall-").FullName;
    private List<FirewallPort> _ports = [];
    private int _count;

    /// <param name="bridgeNetfilter">Whether bridged frames pass the inet hooks, too.</param>
    internal NetworkLab(bool bridgeNetfilter = true)
    {
        Paths = new StorePaths(_folder, _folder, "/none");
        Host.Shell($"""
            ip link add out0 type veth peer name eth0 netns {Outside.Name}
            ip addr add 192.0.2.1/24 dev out0; ip addr add 192.0.2.9/24 dev out0; ip addr add 2001:db8::1/64 dev out0 nodad; ip link set out0 up
            echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding
            """);
        Outside.Shell("ip addr add 192.0.2.2/24 dev eth0; ip addr add 2001:db8::2/64 dev eth0 nodad; ip link set eth0 up; ip route add default via 192.0.2.1; ip route add default via 2001:db8::1");
        Firewall = new Firewall(Paths, null, () => State, () => _containers.Count == 0, NftProgram.Find());
        BridgeNetfilter = bridgeNetfilter;
    }

    internal StorePaths Paths { get; }

    internal NetworkNamespace Host { get; } = new();

    internal NetworkNamespace Outside { get; } = new();

    internal Firewall Firewall { get; }

    internal bool BridgeNetfilter { get; }

    /// <summary>All there is.</summary>
    internal FirewallState State => new() { Networks = [.. _networks], Endpoints = [.. _containers.Select(container => container.Endpoint)], Ports = [.. _ports] };

    /// <summary>Makes a bridge: number 0 is cps0 with 10.201.0.1.</summary>
    internal FirewallNetwork AddNetwork(bool isInternal = false, bool hasMasquerade = true, bool isIsolated = false)
    {
        var number = _networks.Count;
        var bridge = $"cps{number}";
        Host.Shell($"""
            ip link add {bridge} address 02:00:00:00:{number:x2}:01 type bridge
            ip addr add 10.{201 + number}.0.1/16 dev {bridge}; ip addr add fd00:{201 + number}::1/64 dev {bridge} nodad; ip link set {bridge} up
            for protocol in iptables ip6tables arptables; do echo {(BridgeNetfilter ? 1 : 0)} > /proc/sys/net/bridge/bridge-nf-call-$protocol; done
            """);
        var network = new FirewallNetwork(bridge)
        {
            Subnet4 = IPNetwork.Parse($"10.{201 + number}.0.0/16"), Subnet6 = IPNetwork.Parse($"fd00:{201 + number}::/64"), IsInternal = isInternal, HasMasquerade = hasMasquerade, IsIsolated = isIsolated,
        };
        _networks.Add(network);
        return network;
    }

    /// <summary>Makes a container with a server on port 80 and attaches it.</summary>
    internal LabContainer AddContainer(FirewallNetwork network, bool hasVersion6 = true)
    {
        var number = _count++;
        var (device, mac) = ($"a{number}", $"02:00:00:00:01:{number + 1:x2}");
        var (net, host) = (int.Parse(network.Bridge[3..]) + 201, number + 2);
        var space = new NetworkNamespace();
        Host.Shell($"ip link add {device} type veth peer name eth0 address {mac} netns {space.Name}; ip link set {device} master {network.Bridge} up");
        space.Shell($"ip addr add 10.{net}.0.{host}/16 dev eth0; ip link set eth0 up; ip route add default via 10.{net}.0.1");
        if (hasVersion6) space.Shell($"ip addr add fd00:{net}::{host:x}/64 dev eth0 nodad; ip route add default via fd00:{net}::1");
        var endpoint = new FirewallEndpoint(
            network, device, PhysicalAddress.Parse(mac), IPAddress.Parse($"10.{net}.0.{host}"), hasVersion6 ? IPAddress.Parse($"fd00:{net}::{host:x}") : null);
        var container = new LabContainer(space, endpoint);
        _containers.Add(container);
        return container;
    }

    /// <summary>Tells the firewall of the container, its network and its ports.</summary>
    internal FirewallOutcome Start(LabContainer container, params PublishedPort[] ports)
    {
        FirewallPort[] published = [.. ports.Select(port => new FirewallPort(port, container.Endpoint.Address4, container.Endpoint.Address6))];
        _ports.AddRange(published);
        return Host.Run(() => Firewall.Add(Part(container, published)));
    }

    /// <summary>Tells the firewall that the container and its ports are gone.</summary>
    internal FirewallOutcome Stop(LabContainer container)
    {
        var ports = _ports.Where(port => Equals(port.Target4, container.Endpoint.Address4)).ToList();
        _ports = [.. _ports.Except(ports)];
        _containers.Remove(container);
        container.Dispose();
        return Host.Run(() => Firewall.Remove(new FirewallState { Endpoints = [container.Endpoint], Ports = ports }));
    }

    /// <summary>A port on all addresses of a family, to port 80.</summary>
    internal static PublishedPort Any(int port, string protocol = "tcp", bool isVersion6 = false) => new(protocol, isVersion6 ? IPAddress.IPv6Any : IPAddress.Any, port, 80);

    /// <summary>Fails when the server cannot be reached; gives what it sees.</summary>
    internal static string Reach(NetworkNamespace from, string address, int port, string protocol = "tcp")
    {
        var seen = from.Ask(protocol, address, port, Long);
        Assert.True(seen is not null, $"{address}:{port}/{protocol} cannot be reached");
        return seen;
    }

    /// <summary>Fails when the server can be reached.</summary>
    internal static void AssertBlocked(NetworkNamespace from, string address, int port, string protocol = "tcp") =>
        Assert.Null(from.Ask(protocol, address, port, Short));

    /// <summary>Those of our tables that there are, as nft shows them.</summary>
    internal string Tables() => Host.Shell("for family in inet bridge; do nft list table $family containerps 2> /dev/null || true; done");

    public void Dispose()
    {
        foreach (var container in _containers) container.Dispose();
        Outside.Dispose();
        Host.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static FirewallState Part(LabContainer container, IReadOnlyList<FirewallPort> ports) =>
        new() { Networks = [container.Endpoint.Network], Endpoints = [container.Endpoint], Ports = ports };
}

/// <summary>A container of the lab: a namespace with a server on port 80.</summary>
internal sealed class LabContainer(NetworkNamespace space, FirewallEndpoint endpoint) : IDisposable
{
    private readonly TellingServer _server = new(space, 80);

    internal NetworkNamespace Space => space;

    internal FirewallEndpoint Endpoint => endpoint;

    internal string Address4 => endpoint.Address4!.ToString();

    internal string Address6 => endpoint.Address6!.ToString();

    public void Dispose()
    {
        _server.Dispose();
        space.Dispose();
    }
}
