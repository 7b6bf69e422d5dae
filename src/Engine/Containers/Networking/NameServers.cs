using System.Net;
using ContainerPS.Engine.Networks;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Containers;

/// <summary>Whom a container's programs ask for names, and whom its name service asks, if it has one.</summary>
/// <param name="Inside">What its <c>/etc/resolv.conf</c> says.</param>
/// <param name="Upstream">Whom the name service asks for what it does not know itself; null when there is no name service.</param>
internal sealed record NameServers(ResolverFile Inside, ResolverFile? Upstream)
{
    private const string Usual = "/etc/resolv.conf";

    // Where systemd-resolved has the servers that it asks itself, while the usual file names it alone.
    private const string BehindResolved = "/run/systemd/resolve/resolv.conf";

    // True when they are not this machine's own resolvers, but others, which somebody has named for containers.
    private bool AreGiven { get; init; }

    private bool HasGivenNdots { get; init; }

    /// <summary>As the machine is now.</summary>
    /// <exception cref="InvalidSettingException">The engine's settings say what cannot be.</exception>
    internal static NameServers Of(StorePaths paths, ContainerSettings settings, IReadOnlyCollection<string> networks)
    {
        var host = ResolverFile.Parse(TextOf(Usual));
        if (host.Servers is [var only] && only.Equals(IPAddress.Parse("127.0.0.53")) && File.Exists(BehindResolved)) host = host with { Servers = ResolverFile.Parse(TextOf(BehindResolved)).Servers };
        return Of(DnsSettings.WithDefaults(paths, settings), host, networks);
    }

    /// <summary>What is written for who has no name service of ours: the servers at loopback addresses are left out where they lead nowhere.</summary>
    internal static ResolverFile WithoutService(StorePaths paths, ContainerSettings settings)
    {
        var servers = Of(paths, settings, NetworkMode.HasNetworks(settings) ? [NetworkNames.Bridge] : []);
        return servers.Upstream is { } upstream ? upstream.WithoutLoopback() : servers.Inside;
    }

    /// <summary>
    /// On a network that somebody made, the name service. On the default one, which has no names, the servers that are given, or this machine's; where these
    /// are at loopback addresses, which lead nowhere inside, the name service again, which asks them for the container.
    /// </summary>
    internal static NameServers Of(ContainerSettings settings, ResolverFile host, IReadOnlyCollection<string> networks)
    {
        var asked = host.With([.. settings.Dns.Select(IPAddress.Parse)], [.. settings.DnsSearch.Select(static text => DnsSearch.Parse(text, "DnsSearch"))], settings.DnsOptions);
        if (!NetworkMode.HasNetworks(settings) || networks.Count == 0) return new NameServers(asked, null);
        if (networks.Any(static network => network != NetworkNames.Bridge)) return Served(settings, asked);
        if (settings.Dns.Count > 0) return new NameServers(asked, null);
        var reachable = asked.WithoutLoopback();
        return reachable.Servers.Count > 0 || asked.Servers.Count == 0 ? new NameServers(reachable, null) : Served(settings, asked);
    }

    /// <summary>How the name service asks them: this machine's resolvers from this machine, whose loopback they may be at; others from inside, where their addresses mean what they mean to the container.</summary>
    /// <param name="inside">The container's network namespace.</param>
    internal UpstreamOptions ToUpstreams(SafeFileHandle inside) =>
        (Upstream ?? new ResolverFile()).ToUpstreams() with { KeepSingleLabels = HasGivenNdots, From = AreGiven ? inside : null };

    private static NameServers Served(ContainerSettings settings, ResolverFile asked)
    {
        var areGiven = settings.Dns.Count > 0;
        return new NameServers(asked.ForNameService(), areGiven ? asked.WithoutNameService() : asked)
        {
            AreGiven = areGiven,
            HasGivenNdots = settings.DnsOptions.Any(static option => option.StartsWith("ndots:", StringComparison.Ordinal)),
        };
    }

    private static string TextOf(string path) => File.Exists(path) ? File.ReadAllText(path) : "";
}
