using System.Net;

namespace ContainerPS.Engine.Registries;

/// <summary>A registry's place: <c>host[:port]</c>, as images name it.</summary>
/// <param name="Domain">As an image's name has it: <c>docker.io</c>, <c>hub.example:5000</c>.</param>
internal sealed record RegistryAddress(string Domain)
{
    // Docker Hub answers at another name than the one its images have.
    private const string DockerHubHost = "registry-1.docker.io";

    /// <summary>The host and port to connect to.</summary>
    internal string Host => Domain is ImageReference.DefaultDomain or "index.docker.io" ? DockerHubHost : Domain;

    /// <summary>Reads what a user gives as a registry: a domain, or its address.</summary>
    internal static RegistryAddress Parse(string text)
    {
        var domain = text.Trim();
        if (domain.IndexOf("://", StringComparison.Ordinal) is var scheme and >= 0) domain = domain[(scheme + 3)..];
        domain = domain.TrimEnd('/');
        if (domain is "index.docker.io/v1" or "index.docker.io" or DockerHubHost) domain = ImageReference.DefaultDomain;
        if (domain.Contains('/') || ImageReference.TryParse($"{domain}/a/a") is not { } reference || reference.Domain != domain)
            throw new InvalidSettingException("Registry", text, $"'{text}' is not a registry. Write its host and, if it has one, its port: 'hub.example:5000'.");
        return new RegistryAddress(domain);
    }

    /// <summary>Host without port.</summary>
    internal static string HostName(string authority)
    {
        if (authority.StartsWith('[')) return authority[1..Math.Max(1, authority.IndexOf(']'))];
        return authority.IndexOf(':') is var colon and >= 0 ? authority[..colon] : authority;
    }

    /// <summary>True for this machine itself.</summary>
    internal static bool IsLoopback(string authority)
    {
        var host = HostName(authority);
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
    }

    /// <inheritdoc/>
    public override string ToString() => Domain;
}
