using System.Net;

namespace ContainerPS.Engine.Linux.Netlink;

/// <summary>A route of the main table.</summary>
/// <param name="Destination">Where to; a default route has a prefix of no bits.</param>
/// <param name="Device">Number of the device that it leaves by; 0 when it has none, or several.</param>
internal readonly record struct RouteInfo(IPNetwork Destination, int Device);
