using System.Text;

namespace ContainerPS.Engine.Containers;

/// <summary>Text of a container's <c>/etc/hosts</c>.</summary>
internal static class HostsText
{
    /// <summary>The text.</summary>
    /// <param name="settings">What was asked.</param>
    /// <param name="hostname">Its host name.</param>
    /// <param name="addresses">Its own addresses.</param>
    /// <param name="hostGateway">What <c>host-gateway</c> stands for; null when it has no way to this machine.</param>
    internal static string Of(ContainerSettings settings, string hostname, IReadOnlyList<string> addresses, IReadOnlyList<string> hostGateway)
    {
        var text = new StringBuilder();
        if (NetworkMode.IsHost(settings))
        {
            text.Append(File.Exists("/etc/hosts") ? File.ReadAllText("/etc/hosts") : "");
            if (text.Length > 0 && text[^1] != '\n') text.Append('\n');
        }
        else
        {
            text.Append("127.0.0.1\tlocalhost").Append(addresses.Count == 0 ? $" {hostname}\n" : "\n");
            text.Append("::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\nff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n");
        }

        foreach (var entry in settings.AddHosts.Select(static entry => HostEntry.Parse(entry, "AddHost")))
        {
            foreach (var address in entry.Address == HostEntry.HostGateway ? hostGateway : [entry.Address]) text.Append(address).Append('\t').Append(entry.Name).Append('\n');
        }

        var names = settings.Domainname is { } domain && !hostname.Contains('.') ? $"{hostname}.{domain} {hostname}" : hostname.IndexOf('.') is var dot and > 0 ? $"{hostname} {hostname[..dot]}" : hostname;
        foreach (var address in addresses) text.Append(address).Append('\t').Append(names).Append('\n');
        return text.ToString();
    }
}
