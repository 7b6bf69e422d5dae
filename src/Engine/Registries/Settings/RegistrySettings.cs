using System.Net;

namespace ContainerPS.Engine.Registries;

/// <summary>What the engine's settings say about registries, ready to be asked.</summary>
internal sealed class RegistrySettings
{
    private readonly EngineSettings _settings;

    internal RegistrySettings(EngineSettings settings) => _settings = settings;

    /// <summary>Layers that are downloaded at a time.</summary>
    internal int Downloads => Math.Clamp(_settings.MaxConcurrentDownloads ?? EngineSettings.DefaultTransfers, 1, 64);

    /// <summary>Layers that are uploaded at a time.</summary>
    internal int Uploads => Math.Clamp(_settings.MaxConcurrentUploads ?? EngineSettings.DefaultTransfers, 1, 64);

    /// <summary>True when the settings name the registry as one that may be spoken to without TLS, or with a certificate that nobody vouches for.</summary>
    internal bool IsInsecure(string authority)
    {
        var host = RegistryAddress.HostName(authority);
        foreach (var entry in _settings.InsecureRegistries ?? [])
        {
            if (entry.Equals(authority, StringComparison.OrdinalIgnoreCase) || entry.Equals(host, StringComparison.OrdinalIgnoreCase)) return true;
            if (IPNetwork.TryParse(entry, out var network) && IPAddress.TryParse(host, out var address) && network.Contains(address)) return true;
        }

        return false;
    }

    /// <summary>Where the images of a registry may be read, in the order to try: its mirrors, then itself.</summary>
    internal IReadOnlyList<RegistryEndpoint> EndpointsToRead(RegistryAddress registry)
    {
        var endpoints = new List<RegistryEndpoint>();
        if (_settings.RegistryMirrors is { } mirrors && mirrors.TryGetValue(registry.Domain, out var addresses))
            endpoints.AddRange(addresses.Select(address => MirrorOf(registry, address)));
        endpoints.Add(new RegistryEndpoint(registry, registry.Host, null, "", IsMirror: false));
        return endpoints;
    }

    /// <summary>Where a registry's images are written.</summary>
    internal static RegistryEndpoint EndpointToWrite(RegistryAddress registry) => new(registry, registry.Host, null, "", IsMirror: false);

    /// <summary>Reads a mirror's address.</summary>
    internal static Uri ParseMirror(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0 && uri.Query.Length == 0 && uri.Fragment.Length == 0
            ? uri
            : throw new InvalidSettingException("RegistryMirror", text, $"'{text}' is not the address of a mirror. Write it as 'https://mirror.example[:port]'.");

    private static RegistryEndpoint MirrorOf(RegistryAddress registry, string text)
    {
        var uri = ParseMirror(text);
        return new RegistryEndpoint(registry, uri.Authority, uri.Scheme, uri.AbsolutePath.TrimEnd('/'), IsMirror: true);
    }
}

/// <summary>One place where a registry's images are had.</summary>
/// <param name="Registry">The registry that is meant.</param>
/// <param name="Authority">Host and port to speak to.</param>
/// <param name="Scheme">Set when it is known how to speak to it.</param>
/// <param name="Prefix">Path before <c>/v2/</c>.</param>
/// <param name="IsMirror">False for the registry itself.</param>
internal sealed record RegistryEndpoint(RegistryAddress Registry, string Authority, string? Scheme, string Prefix, bool IsMirror)
{
    /// <summary>What messages call it.</summary>
    internal string Display => IsMirror ? $"{Authority} (a mirror of {Registry})" : Registry.Domain;

    /// <summary>The domain under which credentials for it are kept.</summary>
    internal string CredentialDomain => IsMirror ? Authority : Registry.Domain;
}
