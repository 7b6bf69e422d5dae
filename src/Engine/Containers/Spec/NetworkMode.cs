using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Containers;

/// <summary>Which networks a container is on.</summary>
internal static class NetworkMode
{
    /// <summary>Own namespace with loopback alone.</summary>
    internal const string None = NetworkNames.None;

    /// <summary>The host's namespace.</summary>
    internal const string Host = NetworkNames.Host;

    /// <summary>True when it shares the host's.</summary>
    internal static bool IsHost(ContainerSettings settings) => settings.Network == Host;

    /// <summary>True when it shares another container's.</summary>
    internal static bool IsShared(ContainerSettings settings) => NamespaceMode.ContainerOf(settings.Network) is not null;

    /// <summary>True when it is on networks, or may be put on some.</summary>
    internal static bool HasNetworks(ContainerSettings settings) => settings.Network is not (None or Host) && !IsShared(settings);

    /// <summary>The networks it is to be on, <c>eth0</c> first; empty where it has none, or those of others.</summary>
    internal static IReadOnlyList<NetworkAttachment> Attachments(ContainerSettings settings)
    {
        if (!HasNetworks(settings)) return [];
        if (settings.Network is { } name) return [new NetworkAttachment { Network = name }, .. settings.Networks];
        return settings.IsDisconnected || settings.Networks.Count > 0 ? settings.Networks : [new NetworkAttachment { Network = NetworkNames.Bridge }];
    }

    /// <summary>What Get-Container shows.</summary>
    internal static IReadOnlyList<string> Names(ContainerSettings settings) =>
        HasNetworks(settings) ? [.. Attachments(settings).Select(static attachment => attachment.Network)] : [settings.Network!];
}
