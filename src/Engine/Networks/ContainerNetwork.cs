using System.Net;
using ContainerPS.Engine;

namespace ContainerPS;

/// <summary>A network as it was when asked for. Get-ContainerNetwork again for news.</summary>
public sealed class ContainerNetwork
{
    /// <summary>64 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>First 12 digits of <see cref="Id"/>.</summary>
    public string ShortId => Id[..12];

    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>What makes it: <c>bridge</c>, <c>macvlan</c>, <c>ipvlan</c>; of the networks <c>host</c> and <c>none</c>, <c>host</c> and <c>null</c>.</summary>
    public required string Driver { get; init; }

    /// <summary>When it was made; null for those that exist from the start and have not been used yet.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Its addresses.</summary>
    public IReadOnlyList<NetworkSubnet> Subnets { get; init => field = ReadableList<NetworkSubnet>.Of(value); } = ReadableList<NetworkSubnet>.None;

    /// <summary>True when it has addresses of IPv6.</summary>
    public bool IPv6 { get; init; }

    /// <summary>True when nothing outside is reached from it.</summary>
    public bool Internal { get; init; }

    /// <summary>Largest packet in bytes; null for what the way out of the machine takes.</summary>
    public int? Mtu { get; init; }

    /// <summary>The bridge on this machine, which is there while containers on it run; of macvlan and ipvlan, the device whose wire they use.</summary>
    public string? Device { get; init; }

    /// <summary>Metadata.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init => field = ReadableMap<string>.Of(value); } = ReadableMap<string>.Empty();

    /// <summary>The driver's options.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init => field = ReadableMap<string>.Of(value); } = ReadableMap<string>.Empty();

    /// <summary>The running containers on it.</summary>
    public IReadOnlyList<NetworkEndpoint> Containers { get; init => field = ReadableList<NetworkEndpoint>.Of(value); } = ReadableList<NetworkEndpoint>.None;

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>Addresses of a network.</summary>
public sealed class NetworkSubnet
{
    /// <summary>All of them.</summary>
    public required IPNetwork Subnet { get; init; }

    /// <summary>Where containers send what goes elsewhere: this machine's own address on a bridge.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>The part that is handed out; null for all.</summary>
    public IPNetwork? IPRange { get; init; }

    /// <summary>Addresses that containers do not get, by name.</summary>
    public IReadOnlyDictionary<string, IPAddress> AuxiliaryAddresses { get; init => field = ReadableMap<IPAddress>.Of(value); } = ReadableMap<IPAddress>.Empty();

    /// <summary>As <c>10.89.0.0/24 (gateway 10.89.0.1)</c>.</summary>
    public override string ToString() => Gateway is null ? $"{Subnet}" : $"{Subnet} (gateway {Gateway})";
}

/// <summary>A running container on a network.</summary>
public sealed class NetworkEndpoint
{
    /// <summary>The container's name.</summary>
    public required string Container { get; init; }

    /// <summary>Its id.</summary>
    public required string ContainerId { get; init; }

    /// <summary>Its address of IPv4.</summary>
    public IPAddress? IPAddress { get; init; }

    /// <summary>Its address of IPv6.</summary>
    public IPAddress? IPv6Address { get; init; }

    /// <summary>Its hardware address, as <c>02:42:0a:58:00:02</c>.</summary>
    public required string MacAddress { get; init; }

    /// <summary>Names by which others on the network find it, beside its own and its short id.</summary>
    public IReadOnlyList<string> Aliases { get; init => field = ReadableList<string>.Of(value); } = ReadableList<string>.None;

    /// <summary>The device inside: <c>eth0</c> ….</summary>
    public required string Interface { get; init; }

    /// <summary>As <c>web (10.89.0.2, fd00::2)</c>.</summary>
    public override string ToString() => (IPAddress, IPv6Address) switch
    {
        (null, null) => Container,
        ({ } address, { } address6) => $"{Container} ({address}, {address6})",
        var (address, address6) => $"{Container} ({address ?? address6})",
    };
}
