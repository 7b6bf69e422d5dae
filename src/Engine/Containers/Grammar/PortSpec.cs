using System.Globalization;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// Published ports as Docker's command line takes them: <c>[[ip:][host[-last]]:]port[-last][/protocol]</c>. An IPv6 address may stand in brackets.
/// </summary>
internal static class PortSpec
{
    private const string Form = "Use [[ip:]host port:]port[/tcp|udp|sctp], such as 8080:80, 127.0.0.1:8080:80 or 8000-8010:8000-8010/udp.";

    /// <summary>Reads a specification: one binding for each port inside.</summary>
    /// <exception cref="InvalidSettingException">It is not of that form.</exception>
    internal static List<PortBinding> Parse(string text, string parameter)
    {
        var (ip, host, inside) = Split(text);
        var slash = inside.IndexOf('/');
        var protocol = slash < 0 ? "" : inside[(slash + 1)..].ToLowerInvariant();
        if (protocol.Length == 0)
            protocol = "tcp";
        if (protocol is not ("tcp" or "udp" or "sctp"))
            throw Invalid(text, parameter, $"the protocol '{protocol}' is unknown");
        if (!TryParseRange(slash < 0 ? inside : inside[..slash], out var first, out var last))
            throw Invalid(text, parameter, "the container's port is not a number or range from 0 to 65535");

        int? hostFirst = null, hostLast = null;
        if (host.Length > 0)
        {
            if (!TryParseRange(host, out var from, out var to))
                throw Invalid(text, parameter, "the host's port is not a number or range from 0 to 65535");

            // A range for a single port inside means: any of these.
            if (last != first && to - from != last - first)
                throw Invalid(text, parameter, "both ranges must have the same number of ports");
            (hostFirst, hostLast) = (from, to);
        }

        ip = CheckAddress(ip, text, parameter);
        var bindings = new List<PortBinding>(last - first + 1);
        for (var port = first; port <= last; port++)
        {
            var published = hostFirst + (port - first);
            bindings.Add(new(port, protocol, ip, published, first == last ? hostLast : published));
        }

        return bindings;
    }

    // The last colon stands before the port inside, the one before it before the host's; what is left is the address, with its own colons.
    private static (string Ip, string Host, string Inside) Split(string text)
    {
        var last = text.LastIndexOf(':');
        if (last < 0)
            return ("", "", text);
        var before = text[..last];
        var previous = before.LastIndexOf(':');
        return previous < 0 ? ("", before, text[(last + 1)..]) : (before[..previous], before[(previous + 1)..], text[(last + 1)..]);
    }

    private static string CheckAddress(string ip, string text, string parameter)
    {
        if (ip.Length == 0)
            return ip;
        var bare = ip[0] == '[' && ip[^1] == ']' ? ip[1..^1] : ip;
        return IPAddressText.TryParse(bare, out _) ? bare : throw Invalid(text, parameter, $"'{ip}' is not an IP address");
    }

    private static bool TryParseRange(string text, out int first, out int last)
    {
        var dash = text.IndexOf('-');
        if (dash < 0)
            return TryParsePort(text, out first) & TryParsePort(text, out last);
        return TryParsePort(text.AsSpan(0, dash), out first) & TryParsePort(text.AsSpan(dash + 1), out last) && first <= last;
    }

    private static bool TryParsePort(ReadOnlySpan<char> text, out int port)
    {
        var valid = ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        port = number;
        return valid;
    }

    private static InvalidSettingException Invalid(string text, string parameter, string fault) =>
        new(parameter, text, $"{parameter}: '{text}' does not publish a port: {fault}. {Form}");
}
