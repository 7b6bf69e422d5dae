namespace ContainerPS.Engine.Networks;

/// <summary>A client of a UDP port: its address and port, and the host's address that it sends to.</summary>
internal record struct DatagramPeer
{
    /// <summary>The client's.</summary>
    internal SocketAddress Remote;

    /// <summary>The host's address: all of IPv4's, or the first half of IPv6's, in the network's order of bytes.</summary>
    internal ulong LocalFirst;

    /// <summary>The second half of IPv6's.</summary>
    internal ulong LocalSecond;

    /// <summary>The device of a link-local address; 0 for others.</summary>
    internal uint Device;
}
