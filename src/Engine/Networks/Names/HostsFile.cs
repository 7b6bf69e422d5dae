using System.Globalization;
using System.Net;
using System.Text;

namespace ContainerPS.Engine.Networks;

/// <summary>The text of a container's <c>/etc/hosts</c> (man 5 hosts), line by line as Docker writes it.</summary>
internal static class HostsFile
{
    private const string Version4 = "127.0.0.1\tlocalhost\n";

    private const string Version6 =
        """
        ::1	localhost ip6-localhost ip6-loopback
        fe00::	ip6-localnet
        ff00::	ip6-mcastprefix
        ff02::1	ip6-allnodes
        ff02::2	ip6-allrouters

        """;

    /// <summary>The file of a container with a network namespace of its own.</summary>
    /// <param name="hostname">Its name.</param>
    /// <param name="domain">Its domain, or null.</param>
    /// <param name="addresses">Its addresses; none when it is on no network.</param>
    /// <param name="extra">The entries that the user wants, addresses as they are to be written.</param>
    /// <param name="hasVersion6">False when IPv6 is switched off inside.</param>
    internal static string Text(string hostname, string? domain, IReadOnlyList<IPAddress> addresses, IReadOnlyList<(string Name, string Address)> extra, bool hasVersion6 = true)
    {
        var text = new StringBuilder(Version4);
        if (hasVersion6) text.Append(Version6);
        Append(text, extra);
        foreach (var address in addresses)
        {
            text.Append(CultureInfo.InvariantCulture, $"{address}\t");
            if (!string.IsNullOrEmpty(domain)) text.Append(CultureInfo.InvariantCulture, $"{hostname}.{domain} ");
            text.Append(hostname).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The file of a container on the host's network: the host's, with the entries that the user wants.</summary>
    internal static string TextOfHost(string hostText, IReadOnlyList<(string Name, string Address)> extra)
    {
        var text = new StringBuilder(hostText);
        if (extra.Count > 0 && text.Length > 0 && text[^1] != '\n') text.Append('\n');
        Append(text, extra);
        return text.ToString();
    }

    private static void Append(StringBuilder text, IReadOnlyList<(string Name, string Address)> extra)
    {
        foreach (var (name, address) in extra) text.Append(CultureInfo.InvariantCulture, $"{address}\t{name}\n");
    }
}
