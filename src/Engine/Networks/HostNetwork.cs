using System.Net;
using ContainerPS.Engine.Linux.Netlink;

namespace ContainerPS.Engine.Networks;

/// <summary>What this machine's network is like: its routes and the device by which it reaches the outside.</summary>
/// <param name="Routes">All routes of the main table but the default ones, with the device of each.</param>
/// <param name="UplinkMtu">Largest packet that the device of the default route takes; 1500 when there is none.</param>
internal sealed record HostNetwork(IReadOnlyList<(IPNetwork Subnet, string Device)> Routes, int UplinkMtu)
{
    private const int UsualMtu = 1500;

    /// <summary>Asks the kernel.</summary>
    internal static HostNetwork Read(NetlinkSocket socket)
    {
        var links = Links.List(socket).ToDictionary(static link => link.Index);
        var routes = new List<(IPNetwork, string)>();
        var mtu = UsualMtu;
        foreach (var route in Linux.Netlink.Routes.List(socket))
        {
            links.TryGetValue(route.Device, out var link);
            if (route.Destination.PrefixLength > 0) routes.Add((route.Destination, link?.Name ?? ""));
            else if (link is not null) mtu = Math.Min(mtu, link.Mtu);
        }

        return new HostNetwork(routes, mtu);
    }

    /// <summary>The route that has addresses of a subnet; null when none has. A network's own device does not count.</summary>
    internal (IPNetwork Subnet, string Device)? Conflict(IPNetwork subnet, string ownDevice)
    {
        foreach (var route in Routes)
            if (route.Device != ownDevice && Subnets.Overlap(route.Subnet, subnet)) return route;
        return null;
    }
}
