namespace ContainerPS.Engine.Containers;

/// <summary>How this machine looks up names: what its <c>/etc/resolv.conf</c> says (man 5 resolv.conf).</summary>
internal sealed record HostResolver
{
    private const string Usual = "/etc/resolv.conf";

    // Where systemd-resolved has the servers that it asks itself, while the usual file names it alone.
    private const string BehindResolved = "/run/systemd/resolve/resolv.conf";

    internal IReadOnlyList<string> Servers { get; init; } = [];

    internal IReadOnlyList<string> Search { get; init; } = [];

    internal IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Reads the file.</summary>
    internal static HostResolver Read()
    {
        var resolver = Parse(File.Exists(Usual) ? File.ReadAllLines(Usual) : []);
        if (resolver.Servers is ["127.0.0.53"] && File.Exists(BehindResolved)) resolver = resolver with { Servers = Parse(File.ReadAllLines(BehindResolved)).Servers };
        return resolver;
    }

    /// <summary>Reads such a file's lines.</summary>
    internal static HostResolver Parse(IEnumerable<string> lines)
    {
        List<string> servers = [], search = [], options = [];
        foreach (var line in lines)
        {
            var words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || words[0][0] is '#' or ';') continue;
            if (words[0] == "nameserver") servers.Add(words[1]);
            else if (words[0] is "search" or "domain") search = [.. words[1..]];
            else if (words[0] == "options") options.AddRange(words[1..]);
        }

        return new HostResolver { Servers = servers, Search = search, Options = options };
    }

    /// <summary>True when an address leads back to whoever asks.</summary>
    internal static bool IsLoopback(string address) => System.Net.IPAddress.TryParse(address.Split('%')[0], out var parsed) && System.Net.IPAddress.IsLoopback(parsed);
}
