namespace ContainerPS.Engine.Networks;

/// <summary>
/// Which containers are on a network: <c>networks/&lt;id&gt;/endpoints.json</c> in the run folder, replaced as a whole under the network's lock. Whoever gives
/// out addresses, answers for names or makes the firewall's rules reads it.
/// </summary>
internal sealed record NetworkState
{
    /// <summary>Name of the network.</summary>
    public string Name { get; init; } = "";

    /// <summary>The address that was handed out last: the next one is looked for behind it, so that an address rests before another has it.</summary>
    public string? LastIPv4 { get; init; }

    /// <summary>The same of IPv6.</summary>
    public string? LastIPv6 { get; init; }

    /// <summary>
    /// True while no address can have been another container's: none was asked for, and they have not begun anew at the first. Nobody on the network can
    /// have another in mind then who had the address, and those who come need not tell all of them.
    /// </summary>
    public bool IsFresh { get; init; }

    public List<EndpointRecord> Endpoints { get; init; } = [];

    /// <summary>That of a network which nobody has been on since its bridge was made.</summary>
    internal static NetworkState OfNobody => new() { IsFresh = true };
}

/// <summary>A container on a network.</summary>
internal sealed record EndpointRecord
{
    public required string ContainerId { get; init; }

    public required string ContainerName { get; init; }

    /// <summary>Names by which others on this network find it, beside its own and its short id.</summary>
    public List<string> Aliases { get; init; } = [];

    public string? IPv4 { get; init; }

    public string? IPv6 { get; init; }

    /// <summary>Hardware address inside, as <c>02:42:0a:58:00:02</c>.</summary>
    public required string Mac { get; init; }

    /// <summary>The device on this machine that leads to the container; empty when there is none here.</summary>
    public string Device { get; init; } = "";

    /// <summary>The device in the container: <c>eth0</c> ….</summary>
    public required string Interface { get; init; }

    /// <summary>True when all on the network are to be told who has the addresses now: another may have had them.</summary>
    public bool Announces { get; init; }

    /// <summary>Ports of the container that are published by way of this network.</summary>
    public List<PublishedPort> Ports { get; init; } = [];

    /// <summary>The container's monitor: when it is gone, so is the container, and what is said here is to be cleared away.</summary>
    public required int MonitorPid { get; init; }

    /// <summary>Start time of that process, in clock ticks since boot.</summary>
    public required ulong MonitorStartTime { get; init; }

    /// <summary>
    /// True while a shell connects or disconnects the running container, or gives its ports to another of its networks. Does nobody hold the container's lock
    /// then, the shell was killed: what the container's own list says (<see cref="RunNetworks"/>) is to be so. A monitor that starts its container needs
    /// no such mark: its own end tells.
    /// </summary>
    public bool IsChanging { get; init; }
}
