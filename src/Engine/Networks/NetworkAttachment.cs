namespace ContainerPS;

/// <summary>A network that a container is to be on, and how.</summary>
public sealed record NetworkAttachment
{
    /// <summary>The network, by name or id.</summary>
    public required string Network { get; init; }

    /// <summary>Names by which others on that network find it, beside its own.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Its address of IPv4; null for a free one.</summary>
    public string? IPAddress { get; init; }

    /// <summary>Its address of IPv6; null for a free one.</summary>
    public string? IPv6Address { get; init; }

    /// <summary>Its hardware address; null for a random one.</summary>
    public string? MacAddress { get; init; }
}
