using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ContainerPS.Engine.Networks;

/// <summary>Where a container's port is published: one address family of one port, as it was chosen and claimed.</summary>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>sctp</c>.</param>
/// <param name="HostAddress">Address of the host; <c>0.0.0.0</c> for all IPv4 addresses, <c>::</c> for all IPv6 addresses.</param>
/// <param name="HostPort">Port of the host.</param>
/// <param name="Port">Port inside.</param>
internal sealed record PublishedPort(string Protocol, IPAddress HostAddress, int HostPort, int Port)
{
    /// <summary>True for IPv6.</summary>
    internal bool IsVersion6 => HostAddress.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>True when it is published on all addresses of its family.</summary>
    internal bool IsAnyAddress => HostAddress.Equals(IPAddress.Any) || HostAddress.Equals(IPAddress.IPv6Any);

    /// <summary>True when both cannot be had at once: all addresses of a family exclude each single one.</summary>
    internal bool Excludes(PublishedPort other) =>
        Protocol == other.Protocol && HostPort == other.HostPort && IsVersion6 == other.IsVersion6 && (IsAnyAddress || other.IsAnyAddress || HostAddress.Equals(other.HostAddress));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{new IPEndPoint(HostAddress, HostPort)}->{Port}/{Protocol}");
}
