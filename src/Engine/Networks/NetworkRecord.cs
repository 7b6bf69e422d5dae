namespace ContainerPS.Engine.Networks;

/// <summary>What is kept of a network in <c>networks/&lt;name&gt;.json</c>. Which containers are on it is in the run folder: <see cref="NetworkState"/>.</summary>
internal sealed record NetworkRecord
{
    /// <summary>64 hex digits.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>One of <see cref="NetworkDrivers"/>.</summary>
    public required string Driver { get; init; }

    public DateTimeOffset Created { get; init; }

    public Dictionary<string, string>? Labels { get; init; }

    /// <summary>The driver's options.</summary>
    public Dictionary<string, string>? Options { get; init; }

    /// <summary>True when nothing outside is reached from it.</summary>
    public bool Internal { get; init; }

    /// <summary>Largest packet in bytes; null for what the way out of the machine takes.</summary>
    public int? Mtu { get; init; }

    /// <summary>Its addresses: a pool of IPv4, one of IPv6, or both.</summary>
    public required List<AddressPool> Pools { get; init; }

    /// <summary>Name of the bridge; of others, of the device whose wire they use. Empty when there is none.</summary>
    public string Device { get; init; } = "";

    /// <summary>True when it has addresses of IPv6.</summary>
    internal bool HasIPv6 => Pools.Exists(static pool => pool.IsVersion6);

    /// <summary>True for the network where containers are that ask for nothing else.</summary>
    internal bool IsDefault => Name == NetworkNames.Bridge;
}

/// <summary>Addresses of a network.</summary>
internal sealed record AddressPool
{
    /// <summary><c>10.88.0.0/16</c>.</summary>
    public required string Subnet { get; init; }

    /// <summary>The machine's own address on a bridge, or a router's.</summary>
    public string? Gateway { get; init; }

    /// <summary>The part of the subnet that is handed out; null for all of it.</summary>
    public string? IPRange { get; init; }

    /// <summary>Addresses that are others', by name.</summary>
    public Dictionary<string, string>? Auxiliary { get; init; }

    /// <summary>True when somebody has asked for this subnet: it stays as it is. Another may be chosen anew, when its addresses are met elsewhere.</summary>
    public bool IsAsked { get; init; }

    /// <summary>True for IPv6.</summary>
    internal bool IsVersion6 => Subnet.Contains(':');
}
