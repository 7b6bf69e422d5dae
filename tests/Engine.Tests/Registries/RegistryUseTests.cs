using ContainerPS.Engine.Registries;
using ContainerPS.Engine.Tests.Images;
using static ContainerPS.Engine.Tests.Images.TestArchives;

namespace ContainerPS.Engine.Tests.Registries;

/// <summary>Accounts, lists and uploads with registries of all sorts.</summary>
[Collection("environment")]
public sealed class RegistryUseTests : IDisposable
{
    private readonly TestStore _store = new();
    private readonly TestRegistry _registry = new();
    private readonly CredentialScope _credentials;

    public RegistryUseTests() => _credentials = new CredentialScope(_store.Folder);

    public void Dispose()
    {
        _credentials.Dispose();
        _registry.Dispose();
        _store.Dispose();
    }

    [Fact]
    public void An_access_token_is_shown_as_it_is()
    {
        _registry.Add("1", Layer("a"));
        _registry.Instead = request => request.Authorization == "Bearer right" ? null : new HttpServerAnswer { Status = 401 }.With("WWW-Authenticate", "Bearer realm=\"https://tokens.example/token\",service=\"s\"");
        var registries = new ImageRegistries(_store.Paths);
        Assert.ThrowsAny<RegistryException>(() => registries.Connect(_registry.Server.Authority, "", "wrong", null, CancellationToken.None));
        Assert.False(File.Exists(_credentials.OwnFile));
        var connected = registries.Connect(_registry.Server.Authority, "", "right", null, CancellationToken.None);
        Assert.Equal((null, _credentials.OwnFile), (connected.UserName, connected.KeptBy));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_credentials.OwnFile));
        _store.Pull(_registry.NameOf());
        Assert.True(registries.Disconnect(_registry.Server.Authority));
        Assert.DoesNotContain("right", File.ReadAllText(_credentials.OwnFile));
    }

    [Fact]
    public void The_program_that_keeps_everything_is_asked_told_and_made_forget()
    {
        _registry.Add("1", Layer("a"));
        _registry.Instead = request => request.Authorization == "Basic " + Convert.ToBase64String(Text("user:word")) ? null : new HttpServerAnswer { Status = 401 }.With("WWW-Authenticate", "Basic realm=\"here\"");
        var program = Path.Combine(_store.Folder, "docker-credential-keeper");
        var kept = Path.Combine(_store.Folder, "kept");
        File.WriteAllText(program, $$"""
            #!/bin/sh
            case $1 in
            store) cat >'{{kept}}' ;;
            get) cat >/dev/null; cat '{{kept}}' 2>/dev/null || { echo 'credentials not found in native keychain'; exit 1; } ;;
            erase) cat >/dev/null; rm '{{kept}}' ;;
            esac
            """);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.WriteAllText(_credentials.DockerFile, """{"credsStore":"keeper"}""");
        var registries = new ImageRegistries(_store.Paths);
        Assert.Throws<RegistryAccessException>(() => _store.Pull(_registry.NameOf()));
        Assert.Equal("docker-credential-keeper", registries.Connect(_registry.Server.Authority, "user", "word", null, CancellationToken.None).KeptBy);
        Assert.Contains(_registry.Server.Authority, File.ReadAllText(kept));
        _store.Pull(_registry.NameOf());
        Assert.True(registries.Disconnect(_registry.Server.Authority));
        Assert.False(File.Exists(kept));
        Assert.False(registries.Disconnect(_registry.Server.Authority));
    }

    [Fact]
    public void Lists_come_page_by_page()
    {
        string[] pages = ["""{"repositories":["a","b"],"tags":["1","2"]}""", """{"repositories":["c/d"],"tags":["3"]}""", """{"repositories":["e"],"tags":["4"]}"""];
        _registry.Instead = request =>
        {
            if (!request.Path.EndsWith("_catalog", StringComparison.Ordinal) && !request.Path.EndsWith("/tags/list", StringComparison.Ordinal)) return null;
            var page = request.Query.Contains("last=", StringComparison.Ordinal) ? request.Query[^1] - '0' : 0;
            var answer = new HttpServerAnswer { Body = Text(pages[page]) };
            return page < 2 ? answer.With("Link", $"<{request.Path}?n=200&last=x{page + 1}>; rel=\"next\"") : answer;
        };
        var registries = new ImageRegistries(_store.Paths);
        var found = registries.Find(_registry.Server.Authority, null, tags: false, null, CancellationToken.None).ToList();
        Assert.Equal(["a", "b", "c/d", "e"], found.Select(result => result.Name));
        Assert.Equal(["1", "2", "3", "4"], Assert.Single(registries.Find(_registry.Server.Authority, "c/d", tags: true, null, CancellationToken.None)).Tags);

        _registry.Instead = request => request.Path.EndsWith("_catalog", StringComparison.Ordinal) ? new HttpServerAnswer { Body = Text(pages[0]) }.With("Link", "</v2/_catalog?last=same>; rel=\"next\"") : null;
        var error = Assert.Throws<RegistryException>(() => registries.Find(_registry.Server.Authority, null, tags: false, null, CancellationToken.None).ToList());
        Assert.Contains("circle", error.Message);
    }

    [Fact]
    public void An_upload_that_breaks_is_begun_anew()
    {
        _store.Import(_store.File(OciOf([Layer("a")], [Gzip(Layer("a"))]).Tar()), _registry.NameOf());
        var (uploads, broken, taken) = (0, 0, new HashSet<string>());
        _registry.Instead = request =>
        {
            if (request.Method == "HEAD" && request.Path.Contains("/blobs/", StringComparison.Ordinal)) return new HttpServerAnswer { Status = 404 };
            if (request.Method == "POST") return new HttpServerAnswer { Status = 202 }.With("Location", $"/v2/app/blobs/uploads/{Interlocked.Increment(ref uploads)}");
            if (request.Method != "PUT") return null;
            if (request.Path.Contains("/uploads/", StringComparison.Ordinal))
            {
                var number = Interlocked.Increment(ref broken);
                // Once the connection ends without a word, once the registry has forgotten the upload.
                if (number == 1) throw new IOException("hang up");
                if (number == 2) return new HttpServerAnswer { Status = 404 };
                var digest = Uri.UnescapeDataString(request.Query[(request.Query.IndexOf("digest=", StringComparison.Ordinal) + 7)..]);
                if (digest != Sha(request.Body)) return TestRegistry.Error(400, "DIGEST_INVALID", "other bytes");
                lock (taken) taken.Add(digest);
            }

            return new HttpServerAnswer { Status = 201 };
        };
        _store.Push(_registry.NameOf());
        Assert.Equal(2, taken.Count);
        Assert.Equal(4, uploads);
    }

    [Fact]
    public void A_proxy_is_asked_for_hosts_elsewhere()
    {
        var image = _registry.Add("1", Layer("a"));
        const string Prefix = "http://registry.example";
        using var proxy = new HttpServer(request => request.Target.StartsWith(Prefix, StringComparison.Ordinal)
            ? _registry.Answer(request with { Target = request.Target[Prefix.Length..] })
            : new HttpServerAnswer { Status = 405 });
        _store.Configure($$"""{"registryMirrors":{"{{_registry.Server.Authority}}":["{{Prefix}}"]},"insecureRegistries":["registry.example"]}""");
        var old = Environment.GetEnvironmentVariable("http_proxy");
        Environment.SetEnvironmentVariable("http_proxy", $"http://{proxy.Authority}");
        try
        {
            Assert.Equal(Sha(image.Manifest), _store.Pull(_registry.NameOf()).Digest);
        }
        finally
        {
            Environment.SetEnvironmentVariable("http_proxy", old);
        }

        Assert.Contains(proxy.Requests, request => request.Target.StartsWith(Prefix + "/v2/app/blobs/", StringComparison.Ordinal));
        Assert.Empty(_registry.Server.Requests);
    }

    [Fact]
    public void A_certificate_of_this_client_is_shown()
    {
        using var authority = new TestAuthority();
        using var server = authority.Issue();
        using var client = authority.Issue("client.example");
        using var registry = new TestRegistry(server);
        registry.Server.WantsCertificateOf = client.Thumbprint;
        registry.Add("1", Layer("a"));
        var folder = Directory.CreateDirectory(Path.Combine(_store.Folder, "certs.d", registry.Server.Authority)).FullName;
        File.WriteAllText(Path.Combine(folder, "ca.crt"), authority.Certificate.ExportCertificatePem());
        Assert.ThrowsAny<RegistryException>(() => _store.Pull(registry.NameOf()));
        File.WriteAllText(Path.Combine(folder, "client.cert"), client.ExportCertificatePem());
        using var key = System.Security.Cryptography.X509Certificates.RSACertificateExtensions.GetRSAPrivateKey(client)!;
        File.WriteAllText(Path.Combine(folder, "client.key"), key.ExportPkcs8PrivateKeyPem());
        _store.Pull(registry.NameOf());
    }
}
