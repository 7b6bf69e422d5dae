namespace ContainerPS.Engine.Networks;

/// <summary>What makes a network.</summary>
internal static class NetworkDrivers
{
    /// <summary>A switch in the kernel of this machine, whose containers reach the outside by this machine's addresses.</summary>
    internal const string Bridge = "bridge";

    /// <summary>Containers on the wire of a device of this machine, with hardware addresses of their own.</summary>
    internal const string Macvlan = "macvlan";

    /// <summary>Containers on the wire of a device of this machine, with its hardware address.</summary>
    internal const string Ipvlan = "ipvlan";

    /// <summary>The machine's own network, as driver of the network of that name.</summary>
    internal const string Host = "host";

    /// <summary>No network, as driver of the network <c>none</c>.</summary>
    internal const string Null = "null";

    /// <summary>Those that networks can be made with.</summary>
    internal static IReadOnlyList<string> All { get; } = [Bridge, Macvlan, Ipvlan];
}
