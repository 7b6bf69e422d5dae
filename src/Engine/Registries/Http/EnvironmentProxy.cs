using System.Net;

namespace ContainerPS.Engine.Registries;

/// <summary>The proxy that the environment names at this moment: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, small letters first, by the rules of curl and Go.</summary>
/// <remarks>The base library's own reads the variables once in the life of a process, and a shell lives long.</remarks>
internal sealed class EnvironmentProxy : IWebProxy
{
    private readonly Func<string, string?> _variable;

    internal EnvironmentProxy(Func<string, string?>? variable = null) => _variable = variable ?? Environment.GetEnvironmentVariable;

    /// <inheritdoc/>
    public ICredentials? Credentials { get; set; } = new ProxyCredentials();

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination)
    {
        if (IsBypassed(destination)) return null;
        var text = destination.Scheme == "https" ? Get("HTTPS_PROXY") : Get("HTTP_PROXY");
        text ??= Get("ALL_PROXY");
        if (text is null) return null;
        var address = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        return Uri.TryCreate(address, UriKind.Absolute, out var proxy)
            ? proxy
            : throw new InvalidSettingException("Proxy", text, $"The environment names the proxy '{text}', which is not an address such as 'http://proxy.example:3128'.");
    }

    /// <inheritdoc/>
    public bool IsBypassed(Uri host)
    {
        if (RegistryAddress.IsLoopback(host.Host)) return true;
        var name = host.Host.Trim('[', ']');
        foreach (var entry in (Get("NO_PROXY") ?? "").Split((char[])[',', ' '], StringSplitOptions.RemoveEmptyEntries))
            if (entry == "*" || Fits(entry, name, host.Port)) return true;
        return false;
    }

    private static bool Fits(string entry, string name, int port)
    {
        if (IPNetwork.TryParse(entry, out var network)) return IPAddress.TryParse(name, out var address) && network.Contains(address);
        if (entry.LastIndexOf(':') is var colon and > 0 && entry.IndexOf(':') == colon)
        {
            if (entry[(colon + 1)..] != port.ToString(System.Globalization.CultureInfo.InvariantCulture)) return false;
            entry = entry[..colon];
        }

        entry = entry.Trim('[', ']').TrimStart('*');
        var suffix = entry.StartsWith('.') ? entry : "." + entry;
        return name.Equals(entry, StringComparison.OrdinalIgnoreCase) || name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase);
    }

    private string? Get(string name)
    {
        if (_variable(name.ToLowerInvariant()) is { Length: > 0 } small) return small;
        return _variable(name) is { Length: > 0 } value ? value : null;
    }

    /// <summary>Name and password that stand in the proxy's address.</summary>
    private sealed class ProxyCredentials : ICredentials
    {
        public NetworkCredential? GetCredential(Uri uri, string authType)
        {
            if (uri.UserInfo.Length == 0) return null;
            var parts = uri.UserInfo.Split(':', 2);
            return new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
        }
    }
}
