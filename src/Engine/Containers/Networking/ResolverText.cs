using System.Text;

namespace ContainerPS.Engine.Containers;

/// <summary>Text of a container's <c>/etc/resolv.conf</c>.</summary>
internal static class ResolverText
{
    /// <summary>Where a container's programs ask that have a name service of ours.</summary>
    internal const string Own = "127.0.0.11";

    /// <summary>The text.</summary>
    /// <param name="settings">What was asked.</param>
    /// <param name="host">How this machine looks up names.</param>
    /// <param name="servers">Whom its programs ask.</param>
    internal static string Of(ContainerSettings settings, HostResolver host, IReadOnlyList<string> servers)
    {
        IEnumerable<string> search = settings.DnsSearch.Count > 0 ? settings.DnsSearch.Select(static text => DnsSearch.Parse(text, "DnsSearch")).Where(static domain => domain != ".") : host.Search;
        var options = (settings.DnsOptions.Count > 0 ? settings.DnsOptions : host.Options).ToList();

        // Names without a dot are other containers', and are asked for as they are.
        if (servers is [Own] && !options.Exists(static option => option.StartsWith("ndots:", StringComparison.Ordinal))) options.Add("ndots:0");
        var text = new StringBuilder();
        foreach (var server in servers) text.Append("nameserver ").Append(server).Append('\n');
        if (search.Any()) text.Append("search ").AppendJoin(' ', search).Append('\n');
        if (options.Count > 0) text.Append("options ").AppendJoin(' ', options).Append('\n');
        return text.ToString();
    }
}
