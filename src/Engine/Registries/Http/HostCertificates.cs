using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ContainerPS.Engine.Registries;

/// <summary>
/// Certificates of one registry, as Docker lays them out: <c>certs.d/HOST[:PORT]/*.crt</c> are authorities that are trusted besides the system's,
/// <c>NAME.cert</c> with <c>NAME.key</c> is what this client shows.
/// </summary>
internal sealed class HostCertificates : IDisposable
{
    private readonly X509Certificate2Collection _authorities = [];
    private readonly X509Certificate2Collection _own = [];

    private HostCertificates()
    {
    }

    /// <summary>True when somebody has put an authority there for this host.</summary>
    internal bool HasAuthorities => _authorities.Count > 0;

    /// <summary>Reads what the folders have for a host.</summary>
    /// <param name="folders">Folders named <c>certs.d</c>; those that do not exist are passed over.</param>
    /// <param name="authority">Host and port.</param>
    internal static HostCertificates Read(IEnumerable<string> folders, string authority)
    {
        var certificates = new HostCertificates();
        foreach (var folder in folders.Select(folder => Path.Combine(folder, authority)).Where(Directory.Exists))
        {
            foreach (var file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
            {
                if (file.EndsWith(".crt", StringComparison.Ordinal)) Try(file, () => certificates._authorities.ImportFromPemFile(file));
                else if (file.EndsWith(".cert", StringComparison.Ordinal)) Try(file, () => certificates._own.Add(X509Certificate2.CreateFromPemFile(file, Path.ChangeExtension(file, ".key"))));
            }
        }

        return certificates;
    }

    /// <summary>How to speak TLS with the host.</summary>
    /// <param name="verify">False for a registry that the settings call insecure.</param>
    internal SslClientAuthenticationOptions ToOptions(bool verify)
    {
        var options = new SslClientAuthenticationOptions { ClientCertificates = _own.Count > 0 ? _own : null };
        if (_own.Count > 0) options.LocalCertificateSelectionCallback = (_, _, _, _, _) => _own[0];
        if (!verify) options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        else if (HasAuthorities) options.RemoteCertificateValidationCallback = Verify;
        return options;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var certificate in _authorities) certificate.Dispose();
        foreach (var certificate in _own) certificate.Dispose();
    }

    // The system's authorities have said no; what remains is to ask those of this host. A wrong name stays wrong.
    private bool Verify(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None) return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is null) return false;
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (chain is not null) own.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore);
        using var leaf = new X509Certificate2(certificate);
        return own.Build(leaf);
    }

    private static void Try(string file, Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (e is CryptographicException or IOException)
        {
            throw new ContainerEngineException("InvalidCertificate", ErrorKind.InvalidData, $"The certificate '{file}' cannot be read: {e.Message}", file, e);
        }
    }
}
