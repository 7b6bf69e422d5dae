using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Containers;

/// <summary>What of the networks' settings has no effect, in words.</summary>
internal static class NetworkWarnings
{
    internal static IReadOnlyList<string> Of(ContainerSettings settings)
    {
        var warnings = new List<string>();
        if (!NetworkMode.HasNetworks(settings))
        {
            if (!NetworkMode.IsShared(settings) && (settings.Publish.Count > 0 || settings.PublishAll)) warnings.Add($"Published ports have no effect with -Network {settings.Network}.");
        }
        else if (!NetworkFirewall.IsAvailable)
        {
            warnings.Add(Firewall.UnavailableMessage);
        }

        return warnings;
    }
}
