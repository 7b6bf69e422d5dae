using System.Globalization;
using System.Net;

namespace ContainerPS.Engine.Build;

/// <summary>Ports of EXPOSE, with variables put in: <c>80</c>, <c>53/udp</c>, <c>8000-8010</c>; an address or a port of the host before it counts for nothing.</summary>
internal static class ExposedPorts
{
    /// <summary>The ports as the image's configuration has them, such as <c>80/tcp</c>, in order.</summary>
    /// <exception cref="DockerfileException">One of them is none.</exception>
    internal static IReadOnlyList<string> Of(IReadOnlyList<string> texts, SourceLocation location)
    {
        var ports = new List<string>();
        foreach (var text in texts)
        {
            var (address, hostPort, port, protocol) = Split(text);
            var (first, last) = Range(port) ?? throw Fault(text, $"'{port}' is not a port or a range of ports", location);
            if (protocol.ToLowerInvariant() is not ("tcp" or "udp" or "sctp"))
                throw Fault(text, $"'{protocol}' is neither tcp, udp nor sctp", location);
            if (address.Length > 0 && !IPAddress.TryParse(address.Trim('[', ']'), out _))
                throw Fault(text, $"'{address}' is not an address", location);
            if (hostPort.Length > 0)
            {
                var (hostFirst, hostLast) = Range(hostPort) ?? throw Fault(text, $"'{hostPort}' is not a port or a range of ports", location);
                if (first != last && last - first != hostLast - hostFirst)
                    throw Fault(text, "the two ranges differ in length", location);
            }

            for (var number = first; number <= last; number++)
                ports.Add(string.Create(CultureInfo.InvariantCulture, $"{number}/{protocol.ToLowerInvariant()}"));
        }

        return ports;
    }

    /// <summary>A port's parts as they are written; the protocol is <c>tcp</c> when it is left out.</summary>
    internal static (string Address, string HostPort, string Port, string Protocol) Split(string text)
    {
        var parts = text.Split(':');
        var last = parts[^1];
        var slash = last.IndexOf('/');
        var protocol = slash < 0 || slash == last.Length - 1 ? "tcp" : last[(slash + 1)..];
        return (string.Join(':', parts[..Math.Max(parts.Length - 2, 0)]), parts.Length > 1 ? parts[^2] : "", slash < 0 ? last : last[..slash], protocol);
    }

    private static (int First, int Last)? Range(string text)
    {
        var dash = text.IndexOf('-');
        var first = Number(dash < 0 ? text : text[..dash]);
        var last = dash < 0 ? first : Number(text[(dash + 1)..]);
        return first is not null && last >= first ? (first.Value, last.Value) : null;
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= ushort.MaxValue ? number : null;

    private static DockerfileException Fault(string text, string fault, SourceLocation location) =>
        new(location, $"EXPOSE cannot have '{text}': {fault}. Use a number up to 65535 or a range, such as 80, 53/udp or 8000-8010.");
}
