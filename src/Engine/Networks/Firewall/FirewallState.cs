namespace ContainerPS.Engine.Networks;

/// <summary>What the firewall is to know: all there is, or what a change adds or takes away.</summary>
internal sealed record FirewallState
{
    /// <summary>Networks that containers are on.</summary>
    internal IReadOnlyList<FirewallNetwork> Networks { get; init; } = [];

    /// <summary>Attachments of running containers.</summary>
    internal IReadOnlyList<FirewallEndpoint> Endpoints { get; init; } = [];

    /// <summary>Published ports of running containers.</summary>
    internal IReadOnlyList<FirewallPort> Ports { get; init; } = [];
}
