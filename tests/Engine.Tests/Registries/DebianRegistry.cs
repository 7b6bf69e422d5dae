using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ContainerPS.Engine.Tests.Registries;

/// <summary>Debian's docker-registry on a free port of this machine, with a folder of its own.</summary>
internal sealed class DebianRegistry : IDisposable
{
    internal const string Program = "docker-registry";

    private readonly Process _process;

    /// <param name="folder">Where it keeps everything.</param>
    /// <param name="certificate">For TLS.</param>
    /// <param name="auth">The section <c>auth</c> of its configuration.</param>
    internal DebianRegistry(string folder, X509Certificate2? certificate = null, string auth = "")
    {
        Directory.CreateDirectory(folder);
        var tls = "";
        if (certificate is not null)
        {
            File.WriteAllText(Path.Combine(folder, "tls.crt"), certificate.ExportCertificatePem());
            File.WriteAllText(Path.Combine(folder, "tls.key"), certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
            tls = $"  tls:\n    certificate: {folder}/tls.crt\n    key: {folder}/tls.key\n";
        }

        // Somebody else may take the port between its choice and the registry's start.
        var attempts = 0;
        do
        {
            _process?.Dispose();
            Authority = $"127.0.0.1:{FreePort()}";
            File.WriteAllText(
                Path.Combine(folder, "config.yml"),
                $"version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: {folder}/data\n  delete:\n    enabled: true\nhttp:\n  addr: {Authority}\n{tls}{auth}");
            _process = Process.Start(new ProcessStartInfo(Program, ["serve", Path.Combine(folder, "config.yml")]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            _process.OutputDataReceived += (_, _) => { };
            _process.ErrorDataReceived += (_, _) => { };
            _process.BeginErrorReadLine();
            _process.BeginOutputReadLine();
            Assert.True(SpinWait.SpinUntil(() => _process.HasExited || Answers(), TimeSpan.FromSeconds(60)), "docker-registry does not listen");
        }
        while (_process.HasExited && ++attempts < 5);
        Assert.False(_process.HasExited, "docker-registry has ended");
    }

    internal string Authority { get; }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private bool Answers()
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", int.Parse(Authority.Split(':')[1], null));
            return true;
        }
        catch (SocketException)
        {
            Thread.Sleep(20);
            return false;
        }
    }
}

/// <summary>An authority for certificates, made for one test.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly RSA _key = RSA.Create(2048);

    internal TestAuthority()
    {
        var request = new CertificateRequest("CN=test authority", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, true));
        Certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    internal X509Certificate2 Certificate { get; }

    /// <summary>A certificate for 127.0.0.1 and localhost, or for another name.</summary>
    internal X509Certificate2 Issue(string? name = null)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name ?? "localhost"}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name ?? "localhost");
        if (name is null) names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        using var issued = request.Create(Certificate, DateTimeOffset.UtcNow.AddMinutes(-30), DateTimeOffset.UtcNow.AddHours(12), RandomNumberGenerator.GetBytes(8));
        // SslStream wants the key in a form that can be loaded again.
        using var whole = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }
}
