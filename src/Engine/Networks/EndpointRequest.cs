namespace ContainerPS.Engine.Networks;

/// <summary>A container that is to be on a network.</summary>
internal sealed record EndpointRequest
{
    internal required string ContainerId { get; init; }

    internal required string ContainerName { get; init; }

    /// <summary>What it asks of the network.</summary>
    internal required NetworkAttachment Attachment { get; init; }

    /// <summary>Name of the device inside.</summary>
    internal required string Interface { get; init; }

    /// <summary>Ports that are published by way of this network.</summary>
    internal List<PublishedPort> Ports { get; init; } = [];

    /// <summary>The container's monitor.</summary>
    internal required int MonitorPid { get; init; }

    /// <summary>Start time of that process.</summary>
    internal required ulong MonitorStartTime { get; init; }

    /// <summary>True for a container that runs already, whose list does not tell of the network yet.</summary>
    internal bool IsChanging { get; init; }
}
