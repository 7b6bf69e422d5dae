using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Containers;

/// <summary>Whom a container's programs ask for names, and whom its name service asks, if it has one.</summary>
/// <param name="Inside">What stands in its <c>/etc/resolv.conf</c>.</param>
/// <param name="Upstream">Whom the name service asks for what it does not know itself; null when there is no name service.</param>
internal sealed record NameServers(IReadOnlyList<string> Inside, IReadOnlyList<string>? Upstream)
{
    /// <summary>
    /// On a network that somebody made, the name service. On the default one, which has no names, the servers that are given, or this machine's; where these
    /// are at loopback addresses, which lead nowhere inside, the name service again, which asks them for the container.
    /// </summary>
    internal static NameServers Of(ContainerSettings settings, HostResolver host, IReadOnlyCollection<string> networks)
    {
        var asked = settings.Dns.Count > 0 ? settings.Dns : host.Servers;
        if (!NetworkMode.HasNetworks(settings)) return new NameServers(asked, null);
        if (networks.Any(static network => network != NetworkNames.Bridge)) return new NameServers([ResolverText.Own], asked);
        if (settings.Dns.Count > 0 || networks.Count == 0) return new NameServers(asked, null);
        List<string> reachable = [.. asked.Where(static server => !HostResolver.IsLoopback(server))];
        return reachable.Count > 0 || asked.Count == 0 ? new NameServers(reachable, null) : new NameServers([ResolverText.Own], asked);
    }
}
