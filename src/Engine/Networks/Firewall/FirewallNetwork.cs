using System.Net;

namespace ContainerPS.Engine.Networks;

/// <summary>A network as the firewall sees it.</summary>
/// <param name="Bridge">Its bridge's device in the host.</param>
internal sealed record FirewallNetwork(string Bridge)
{
    /// <summary>Its IPv4 addresses.</summary>
    internal IPNetwork? Subnet4 { get; init; }

    /// <summary>Its IPv6 addresses.</summary>
    internal IPNetwork? Subnet6 { get; init; }

    /// <summary>True when nothing of it may leave the host or go to other networks, nor come from there.</summary>
    internal bool IsInternal { get; init; }

    /// <summary>
    /// True when what leaves it takes the host's address. IPv6 does so from unique local addresses only (RFC 4193): others are taken to be routed.
    /// </summary>
    internal bool HasMasquerade { get; init; } = true;

    /// <summary>True when its containers do not reach each other, but by published ports (Docker's <c>enable_icc=false</c>).</summary>
    internal bool IsIsolated { get; init; }
}
