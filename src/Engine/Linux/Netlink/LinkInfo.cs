namespace ContainerPS.Engine.Linux.Netlink;

/// <summary>A network device.</summary>
/// <param name="Index">Its number in its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Mtu">Largest packet, in bytes.</param>
/// <param name="Kind">What made it: <c>bridge</c>, <c>veth</c> …; empty for hardware.</param>
/// <param name="IsUp">True when it is up.</param>
internal sealed record LinkInfo(int Index, string Name, int Mtu, string Kind, bool IsUp);
