using System.Net;

namespace ContainerPS.Engine.Networks;

/// <summary>A container on a network, as the name service knows it.</summary>
/// <param name="Network">The network's name.</param>
/// <param name="ContainerId">The container's id.</param>
/// <param name="ContainerName">The container's name.</param>
/// <param name="Aliases">Further names on this network.</param>
/// <param name="IPv4">Its IPv4 address there.</param>
/// <param name="IPv6">Its IPv6 address there.</param>
internal sealed record NamedEndpoint(string Network, string ContainerId, string ContainerName, IReadOnlyList<string> Aliases, IPAddress? IPv4, IPAddress? IPv6);
