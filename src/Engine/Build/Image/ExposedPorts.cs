using System.Globalization;

namespace ContainerPS.Engine.Build;

/// <summary>Ports of EXPOSE: <c>80</c>, <c>8000-8010/udp</c>; what stands before a colon, as with -Publish, means nothing here (Docker takes it, too).</summary>
internal static class ExposedPorts
{
    /// <summary>The ports as the image's config has them.</summary>
    /// <exception cref="DockerfileException">One is none.</exception>
    internal static IReadOnlyList<string> Parse(IReadOnlyList<string> texts, SourceLocation location)
    {
        var ports = new List<string>();
        foreach (var text in texts) Add(ports, text, location);
        return ports;
    }

    private static void Add(List<string> ports, string text, SourceLocation location)
    {
        var port = text[(text.LastIndexOf(':') + 1)..];
        var slash = port.IndexOf('/');
        var protocol = slash < 0 || slash == port.Length - 1 ? "tcp" : port[(slash + 1)..].ToLowerInvariant();
        var range = slash < 0 ? port : port[..slash];
        var dash = range.IndexOf('-');
        if (protocol is not ("tcp" or "udp" or "sctp") || !TryNumber(dash < 0 ? range : range[..dash], out var first) || !TryNumber(dash < 0 ? range : range[(dash + 1)..], out var last) || last < first)
            throw new DockerfileException(location, $"EXPOSE '{text}' is refused. Give a port from 0 to 65535 or a range of them, and perhaps a protocol, as 80, 8000-8010 or 53/udp.");
        for (var number = first; number <= last; number++) ports.Add(string.Create(CultureInfo.InvariantCulture, $"{number}/{protocol}"));
    }

    private static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= 65535;
}
