using System.Net;
using System.Net.NetworkInformation;

namespace ContainerPS.Engine.Networks;

/// <summary>A container's attachment to a network as the firewall sees it: what may come out of it.</summary>
/// <param name="Network">The network.</param>
/// <param name="Device">The host's end of the veth pair: the bridge's port.</param>
/// <param name="Mac">The container's hardware address.</param>
/// <param name="Address4">The container's IPv4 address.</param>
/// <param name="Address6">The container's IPv6 address, beside the link-local one that follows from <paramref name="Mac"/>.</param>
internal sealed record FirewallEndpoint(FirewallNetwork Network, string Device, PhysicalAddress Mac, IPAddress? Address4, IPAddress? Address6)
{
    /// <summary>The link-local address that the kernel makes of the hardware address (RFC 4291, appendix A).</summary>
    internal IPAddress LinkLocal
    {
        get
        {
            var mac = Mac.GetAddressBytes();
            return new IPAddress([0xfe, 0x80, 0, 0, 0, 0, 0, 0, (byte)(mac[0] ^ 2), mac[1], mac[2], 0xff, 0xfe, mac[3], mac[4], mac[5]]);
        }
    }
}
