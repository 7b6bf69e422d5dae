namespace ContainerPS.Engine.Networks;

/// <summary>One port inside and where it is published.</summary>
/// <param name="Port">Port inside.</param>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>sctp</c>.</param>
/// <param name="HostIP">Address of the host it is published on, as it was written; empty for all.</param>
/// <param name="HostPort">Port of the host, or the first of those to choose from; null to choose any free one.</param>
/// <param name="LastHostPort">Last port of the host to choose from; <paramref name="HostPort"/> when there is no choice.</param>
internal sealed record PortBinding(int Port, string Protocol, string HostIP, int? HostPort, int? LastHostPort);
