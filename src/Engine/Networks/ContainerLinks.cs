using System.Net;
using System.Net.NetworkInformation;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Linux.Netlink;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>Does something in a network namespace.</summary>
internal delegate void VisitNamespace(SafeFileHandle target, Action action);

/// <summary>The devices of one container: made in its network namespace, with their addresses and the routes to the gateways.</summary>
internal sealed class ContainerLinks : IDisposable
{
    private readonly SafeFileHandle _namespace;
    private readonly VisitNamespace _visit;
    private readonly NetlinkSocket _host;
    private readonly NetlinkSocket _inside;

    /// <param name="host">A conversation about this machine's devices.</param>
    /// <param name="pid">A process in the container.</param>
    /// <param name="visit">How its namespace is entered.</param>
    internal ContainerLinks(NetlinkSocket host, int pid, VisitNamespace visit)
        : this(host, NetworkNamespace.Of(pid), visit)
    {
    }

    /// <param name="host">A conversation about this machine's devices.</param>
    /// <param name="inside">The container's network namespace, which is closed with this.</param>
    /// <param name="visit">How it is entered.</param>
    internal ContainerLinks(NetlinkSocket host, SafeFileHandle inside, VisitNamespace visit)
    {
        (_host, _visit, _namespace) = (host, visit, inside);
        NetlinkSocket? socket = null;
        visit(_namespace, () => socket = NetlinkSocket.Open());
        _inside = socket!;
    }

    /// <summary>Does something in the container's network namespace.</summary>
    internal void Visit(Action action) => _visit(_namespace, action);

    /// <summary>Makes a container's device on a network, with its addresses, and takes it up.</summary>
    internal void Add(NetworkRecord network, EndpointRecord endpoint)
    {
        Make(network, endpoint);
        var device = Links.Find(_inside, endpoint.Interface) ?? throw new KernelException("find network device", endpoint.Interface, LibC.ENODEV);
        Visit(() => SetSwitches(device.Name, endpoint));
        foreach (var text in (ReadOnlySpan<string?>)[endpoint.IPv4, endpoint.IPv6])
            if (text is not null) Addresses.Add(_inside, device, IPAddress.Parse(text), PrefixOf(network, text));
        Links.Raise(_inside, device.Index, device.Name);
    }

    /// <summary>True when there is a device of that name in the container.</summary>
    internal bool Has(string name) => Links.Find(_inside, name) is not null;

    /// <summary>Removes a container's device, where it is there.</summary>
    internal void Remove(EndpointRecord endpoint) => Links.Delete(_inside, endpoint.Interface);

    /// <summary>Sends what goes elsewhere to the gateways of the first network that has one of the family.</summary>
    internal void SetGateways(IReadOnlyList<RunNetwork> networks)
    {
        foreach (var isVersion6 in (ReadOnlySpan<bool>)[false, true])
        {
            foreach (var network in networks)
            {
                if (network.Gateways.Find(gateway => gateway.Contains(':') == isVersion6) is not { } gateway) continue;
                if (Links.Find(_inside, network.Endpoint.Interface) is { } device) Routes.AddDefault(_inside, IPAddress.Parse(gateway), device);
                break;
            }
        }
    }

    /// <summary>Takes the loopback device up.</summary>
    internal void RaiseLoopback()
    {
        const string name = "lo";
        if (Links.Find(_inside, name) is { IsUp: false } loopback) Links.Raise(_inside, loopback.Index, name);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _inside.Dispose();
        _namespace.Dispose();
    }

    private void Make(NetworkRecord network, EndpointRecord endpoint)
    {
        var mac = PhysicalAddress.Parse(endpoint.Mac);
        if (network.Driver == NetworkDrivers.Bridge)
        {
            var bridge = Links.Find(_host, network.Device) ?? throw new KernelException("find bridge", network.Device, LibC.ENODEV);
            Links.AddVeth(_host, endpoint.Device, bridge.Index, endpoint.Interface, _namespace, mac, bridge.Mtu);

            // It is a port of the bridge, and has no addresses of its own (CVE-2020-13401).
            KernelSwitch.SetAll($"ipv6/conf/{endpoint.Device}", ("accept_ra", "0"), ("disable_ipv6", "1"));
            return;
        }

        var parent = Links.Find(_host, network.Device)
            ?? throw new ContainerEngineException("ParentNotFound", ErrorKind.NotFound, $"The network '{network.Name}' is on the wire of the device '{network.Device}', which this machine does not have (any more).", network.Device);
        try
        {
            if (network.Driver == NetworkDrivers.Macvlan) Links.AddMacvlan(_host, endpoint.Interface, parent, _namespace, mac, DeviceModes.Of(network), network.Mtu ?? parent.Mtu);
            else Links.AddIpvlan(_host, endpoint.Interface, parent, _namespace, (ushort)DeviceModes.Of(network), network.Mtu ?? parent.Mtu);
        }
        catch (KernelException e) when (e.Errno == LibC.EOPNOTSUPP)
        {
            throw new ContainerEngineException("DriverNotSupported", ErrorKind.NotSupported, $"The network '{network.Name}' needs devices of the type '{network.Driver}', which this kernel does not have ({(network.Driver == NetworkDrivers.Macvlan ? "CONFIG_MACVLAN" : "CONFIG_IPVLAN")}).", network.Name, e);
        }
    }

    // Others learn at once who has the address now, where another may have had it; no router tells it anything; nobody is asked whether he has its addresses.
    private static void SetSwitches(string device, EndpointRecord endpoint)
    {
        var announces = endpoint.Announces ? "1" : "0";
        if (endpoint.Announces) KernelSwitch.Set($"ipv4/conf/{device}/arp_notify", announces);
        KernelSwitch.SetAll($"ipv6/conf/{device}", ("accept_ra", "0"), ("accept_dad", "0"), ("ndisc_notify", announces), ("disable_ipv6", endpoint.IPv6 is null ? "1" : "0"));
    }

    private static int PrefixOf(NetworkRecord network, string address) =>
        network.Pools.Select(static pool => IPNetwork.Parse(pool.Subnet)).First(subnet => subnet.Contains(IPAddress.Parse(address))).PrefixLength;
}
