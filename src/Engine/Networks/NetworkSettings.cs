namespace ContainerPS;

/// <summary>What was asked of a new network.</summary>
public sealed record NetworkSettings
{
    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary><c>bridge</c>, <c>macvlan</c> or <c>ipvlan</c>; null for <c>bridge</c>.</summary>
    public string? Driver { get; init; }

    /// <summary>Subnets as <c>address/bits</c>: one of IPv4, one of IPv6, or both; empty to have one chosen.</summary>
    public IReadOnlyList<string> Subnets { get; init; } = [];

    /// <summary>The gateway in each subnet; one that is not given is the first address.</summary>
    public IReadOnlyList<string> Gateways { get; init; } = [];

    /// <summary>The part of each subnet that is handed out, as <c>address/bits</c>.</summary>
    public IReadOnlyList<string> IPRanges { get; init; } = [];

    /// <summary>Addresses that containers are not to get, by name.</summary>
    public IReadOnlyDictionary<string, string> AuxiliaryAddresses { get; init; } = new Dictionary<string, string>();

    /// <summary>True for addresses of IPv6, too.</summary>
    public bool IPv6 { get; init; }

    /// <summary>True when nothing outside is to be reached from it.</summary>
    public bool Internal { get; init; }

    /// <summary>Largest packet in bytes; null for what the way out of the machine takes.</summary>
    public int? Mtu { get; init; }

    /// <summary>The driver's options.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>Metadata.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}
