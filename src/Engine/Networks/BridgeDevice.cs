using System.Net;
using ContainerPS.Engine.Linux.Netlink;

namespace ContainerPS.Engine.Networks;

/// <summary>The bridge of a network: made for its first container, removed with its last. The network's lock is held.</summary>
internal static class BridgeDevice
{
    /// <summary>Makes the bridge, gives it the gateways' addresses and takes it up.</summary>
    internal static LinkInfo Make(NetlinkSocket socket, NetworkRecord network, int mtu)
    {
        Links.AddBridge(socket, network.Device, MacAddress.Random(), mtu);
        try
        {
            // No router tells it anything (CVE-2020-13401), and its addresses are nobody else's.
            KernelSwitch.SetAll($"ipv6/conf/{network.Device}", ("accept_ra", "0"), ("accept_dad", "0"));
            if (!network.HasIPv6) KernelSwitch.Set($"ipv6/conf/{network.Device}/disable_ipv6", "1");
            var device = Links.Find(socket, network.Device)!;
            foreach (var pool in network.Pools)
                if (pool.Gateway is { } gateway) Addresses.Add(socket, device, IPAddress.Parse(gateway), IPNetwork.Parse(pool.Subnet).PrefixLength);
            Links.Raise(socket, device.Index, device.Name);
            return device;
        }
        catch
        {
            Links.Delete(socket, network.Device);
            throw;
        }
    }
}
