using System.Net;

namespace ContainerPS.Engine.Networks;

/// <summary>A published port as the firewall sees it.</summary>
/// <param name="Published">Where on the host.</param>
/// <param name="Target4">The container's IPv4 address on the network that has its default route.</param>
/// <param name="Target6">The container's IPv6 address there.</param>
internal sealed record FirewallPort(PublishedPort Published, IPAddress? Target4, IPAddress? Target6)
{
    /// <summary>Where packets are sent on to; null when the container has no address of that family, so that the relay carries the traffic.</summary>
    internal IPAddress? Target => Published.IsVersion6 ? Target6 : Target4;
}
