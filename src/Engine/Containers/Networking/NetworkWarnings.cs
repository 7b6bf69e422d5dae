using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Containers;

/// <summary>What of the networks' settings has no effect, in words.</summary>
internal static class NetworkWarnings
{
    internal static IReadOnlyList<string> Of(ContainerSettings settings)
    {
        var warnings = new List<string>();
        if (!NetworkMode.HasNetworks(settings) && !NetworkMode.IsShared(settings) && (settings.Publish.Count > 0 || settings.PublishAll))
            warnings.Add($"Published ports have no effect with -Network {settings.Network}.");
        return warnings;
    }

    /// <summary>What this machine lacks for all containers with such settings; null when nothing.</summary>
    internal static string? OfMachine(ContainerSettings settings) => NetworkMode.HasNetworks(settings) && !NetworkFirewall.IsAvailable ? Firewall.UnavailableMessage : null;
}
