using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ContainerPS.Engine.Networks;

/// <summary>What a resolv.conf says (man 5 resolv.conf), as glibc reads it, and its text.</summary>
internal sealed record ResolverFile
{
    /// <summary>Resolvers beyond these are not asked by anybody's libc (MAXNS).</summary>
    internal const int MostServers = 3;

    private const int LongestTimeout = 30;
    private const int MostAttempts = 5;
    private const int DnsPort = 53;
    private static readonly char[] s_blanks = [' ', '\t', '\r', '\f', '\v'];

    /// <summary>The resolvers.</summary>
    internal IReadOnlyList<IPAddress> Servers { get; init; } = [];

    /// <summary>Domains in which names are looked for.</summary>
    internal IReadOnlyList<string> Search { get; init; } = [];

    /// <summary>Options as they are written, such as <c>ndots:2</c>.</summary>
    internal IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Reads a file's text. What cannot be understood is not there, as for everybody who reads such files.</summary>
    internal static ResolverFile Parse(string text)
    {
        List<IPAddress> servers = [];
        List<string> options = [];
        IReadOnlyList<string> search = [];
        foreach (var line in text.Split('\n'))
        {
            // The keyword starts the line; so does the sign of a comment, or it follows a blank.
            var words = Words(line);
            if (words.Count < 2 || s_blanks.Contains(line[0])) continue;
            switch (words[0])
            {
                case "nameserver" when servers.Count < MostServers && ParseAddress(words[1]) is { } address: servers.Add(address); break;
                case "domain": search = [words[1]]; break;
                case "search": search = words[1..]; break;
                case "options": options.AddRange(words[1..]); break;
                default: break;
            }
        }

        return new ResolverFile { Servers = servers, Search = search, Options = options };
    }

    /// <summary>How the resolvers are asked by the name service.</summary>
    internal UpstreamOptions ToUpstreams() => new()
    {
        Servers = [.. Servers.Select(address => new IPEndPoint(address, DnsPort))],
        Timeout = Number("timeout") is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 1, LongestTimeout)) : UpstreamOptions.DefaultTimeout,
        Attempts = Number("attempts") is { } attempts ? Math.Clamp(attempts, 1, MostAttempts) : UpstreamOptions.DefaultAttempts,
        Rotate = Options.Contains("rotate"),
    };

    /// <summary>The file of a container that has the name service, which asks these resolvers in its place: it asks at once for names without dots, since those may be containers'.</summary>
    internal ResolverFile ForNameService() => this with
    {
        Servers = [NameServerSockets.Address.Address],
        Options = HasNdots ? Options : [.. Options, "ndots:0"],
    };

    /// <summary>Without the resolvers that are the host's own programs: from another network namespace they are not reached.</summary>
    internal ResolverFile WithoutLoopback() => this with { Servers = [.. Servers.Where(address => !IsLoopback(address))] };

    /// <summary>Without the name service itself, which would ask itself for ever.</summary>
    internal ResolverFile WithoutNameService() => this with
    {
        Servers = [.. Servers.Where(static address => !NameServerSockets.Address.Address.Equals(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address))],
    };

    /// <summary>With what the user has given in place of what is here. A search domain <c>.</c> stands for none.</summary>
    internal ResolverFile With(IReadOnlyList<IPAddress> servers, IReadOnlyList<string> search, IReadOnlyList<string> options) => new()
    {
        Servers = servers.Count > 0 ? servers : Servers,
        Search = search.Count == 0 ? Search : [.. search.Where(domain => domain != ".")],
        Options = options.Count > 0 ? options : Options,
    };

    /// <summary>True when it says how many dots a name has that is looked up as it is.</summary>
    internal bool HasNdots => Options.Any(option => option.StartsWith("ndots:", StringComparison.Ordinal));

    /// <summary>The file's text.</summary>
    internal string ToText()
    {
        var text = new StringBuilder();
        foreach (var server in Servers) text.Append(CultureInfo.InvariantCulture, $"nameserver {server}\n");
        if (Search.Count > 0) text.Append("search ").AppendJoin(' ', Search).Append('\n');
        if (Options.Count > 0) text.Append("options ").AppendJoin(' ', Options).Append('\n');
        return text.ToString();
    }

    private static List<string> Words(string line)
    {
        List<string> words = [];
        foreach (var word in line.Split(s_blanks, StringSplitOptions.RemoveEmptyEntries))
        {
            if (word[0] is '#' or ';') break;
            words.Add(word);
        }

        return words;
    }

    // "1" and "0x7f.1" are addresses to IPAddress, and slips to everybody else.
    private static IPAddress? ParseAddress(string text) =>
        (text.Contains(':') || text.AsSpan().Count('.') == 3) && text[0] != '[' && IPAddress.TryParse(text, out var address) ? address : null;

    private static bool IsLoopback(IPAddress address) => IPAddress.IsLoopback(address)
        || (address.AddressFamily == AddressFamily.InterNetworkV6 && address.IsIPv4MappedToIPv6 && IPAddress.IsLoopback(address.MapToIPv4()));

    // The last one counts.
    private int? Number(string name)
    {
        int? number = null;
        foreach (var option in Options)
        {
            if (option.Length > name.Length && option[name.Length] == ':' && option.StartsWith(name, StringComparison.Ordinal)
                && int.TryParse(option.AsSpan(name.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            {
                number = value;
            }
        }

        return number;
    }
}
