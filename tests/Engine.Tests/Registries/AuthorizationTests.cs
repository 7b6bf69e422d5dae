using System.Text;
using ContainerPS.Engine.Registries;
using ContainerPS.Engine.Tests.Images;
using static ContainerPS.Engine.Tests.Images.TestArchives;

namespace ContainerPS.Engine.Tests.Registries;

/// <summary>Who gets to see a password or token, and who does not (CVE-2020-15157).</summary>
[Collection("environment")]
public sealed class AuthorizationTests : IDisposable
{
    private readonly TestStore _store = new();
    private readonly TestRegistry _registry = new();
    private readonly CredentialScope _credentials;

    public AuthorizationTests()
    {
        _credentials = new CredentialScope(_store.Folder);
        Directory.CreateDirectory(Path.GetDirectoryName(_credentials.OwnFile)!);
        File.WriteAllText(_credentials.OwnFile, $$"""{"auths":{"{{_registry.Server.Authority}}":{"auth":"{{Convert.ToBase64String(Text("user:word"))}}"} } }""");
    }

    public void Dispose()
    {
        _credentials.Dispose();
        _registry.Dispose();
        _store.Dispose();
    }

    [Fact]
    public void Storage_that_a_registry_leads_to_sees_no_credentials()
    {
        var image = _registry.Add("1", Layer("a"));
        using var storage = new HttpServer(request => request.Target.EndsWith("?signature=1", StringComparison.Ordinal) ? new HttpServerAnswer { Body = image.Blobs[1] } : new HttpServerAnswer { Status = 403 });
        _registry.Instead = request => request.Authorization is null
            ? new HttpServerAnswer { Status = 401 }.With("WWW-Authenticate", "Basic realm=\"here\"")
            : request.Path.EndsWith(Sha(image.Blobs[1]), StringComparison.Ordinal) ? new HttpServerAnswer { Status = 307 }.With("Location", $"http://{storage.Authority}/x?signature=1") : null;
        _store.Pull(_registry.NameOf());
        Assert.All(storage.Requests, request => Assert.Null(request.Authorization));
        Assert.NotEmpty(storage.Requests);
        Assert.Contains(_registry.Server.Requests, request => request.Authorization == "Basic " + Convert.ToBase64String(Text("user:word")));
    }

    [Fact]
    public void A_storage_that_asks_for_a_password_gets_none()
    {
        var image = _registry.Add("1", Layer("a"));
        using var storage = new HttpServer(_ => new HttpServerAnswer { Status = 401 }.With("WWW-Authenticate", "Basic realm=\"give\""));
        _registry.Instead = request => request.Path.EndsWith(Sha(image.Blobs[1]), StringComparison.Ordinal) ? new HttpServerAnswer { Status = 302 }.With("Location", $"http://{storage.Authority}/x") : null;
        Assert.Throws<RegistryAccessException>(() => _store.Pull(_registry.NameOf()));
        Assert.All(storage.Requests, request => Assert.Null(request.Authorization));
    }

    [Fact]
    public void A_token_ends_and_is_fetched_again()
    {
        _registry.Add("1", Layer("a"), Layer("b"));
        var tokens = 0;
        using var server = new HttpServer(_ => new HttpServerAnswer { Body = Text($$"""{"access_token":"t{{Interlocked.Increment(ref tokens)}}","expires_in":3600}""") });
        var used = 0;
        _registry.Instead = request =>
        {
            // Each token is good for two requests.
            var good = request.Authorization == $"Bearer t{Volatile.Read(ref tokens)}" && Interlocked.Increment(ref used) <= 2;
            if (good) return null;
            Interlocked.Exchange(ref used, 0);
            return new HttpServerAnswer { Status = 401 }.With("WWW-Authenticate", $"Bearer realm=\"http://{server.Authority}/token\",service=\"s\",scope=\"repository:app:pull\"");
        };
        _store.Configure("""{"maxConcurrentDownloads":1}""");
        _store.Pull(_registry.NameOf());
        Assert.InRange(tokens, 2, 6);
        Assert.All(server.Requests, request => Assert.Contains("scope=repository%3Aapp%3Apull", request.Query));
        Assert.Contains("account=user", server.Requests[0].Query);
    }

    [Fact]
    public void A_refresh_token_is_exchanged()
    {
        _registry.Add("1", Layer("a"));
        File.WriteAllText(_credentials.OwnFile, $$"""{"auths":{"{{_registry.Server.Authority}}":{"identitytoken":"refresh"} } }""");
        using var server = new HttpServer(request => request.Method == "POST" && Encoding.ASCII.GetString(request.Body).Contains("refresh_token=refresh", StringComparison.Ordinal)
            ? new HttpServerAnswer { Body = Text("""{"access_token":"t","expires_in":300}""") }
            : new HttpServerAnswer { Status = 401 });
        _registry.Instead = request => request.Authorization == "Bearer t" ? null : new HttpServerAnswer { Status = 401 }.With("WWW-Authenticate", $"Bearer realm=\"http://{server.Authority}/token\",service=\"s\"");
        _store.Pull(_registry.NameOf());
        Assert.Single(server.Requests);
    }

    [Fact]
    public void A_realm_without_tls_elsewhere_gets_no_password()
    {
        _registry.Instead = _ => new HttpServerAnswer { Status = 401 }.With("WWW-Authenticate", "Bearer realm=\"http://tokens.example/token\",service=\"s\"");
        var error = Assert.Throws<RegistryException>(() => _store.Pull(_registry.NameOf()));
        Assert.Contains("without TLS", error.Message);
    }

    [Fact]
    public void Challenges_are_read()
    {
        var challenge = Challenge.Read("realm=\"https://a.example/t?x=1,2\", service=s ,scope=\"repository:a/b:pull,push\",error=\"in\\\"valid\"");
        Assert.Equal("https://a.example/t?x=1,2", challenge["realm"]);
        Assert.Equal("s", challenge["service"]);
        Assert.Equal("repository:a/b:pull,push", challenge["scope"]);
        Assert.Equal("in\"valid", challenge["error"]);
    }

    [Fact]
    public void Docker_hub_is_searched()
    {
        using var hub = new HttpServer(request => request.Target == "/v1/search?q=web&n=100"
            ? new HttpServerAnswer { Body = Text("""{"results":[{"name":"nginx","description":"a server\u001b[31m","star_count":5,"is_official":true},{"name":"../x"},null]}""") }
            : new HttpServerAnswer { Status = 404 });
        var result = Assert.Single(new ImageRegistries(_store.Paths).Search(hub.Authority, "http", "web", null, CancellationToken.None));
        Assert.Equal("nginx", result.Image);
        Assert.Equal("a server[31m", result.Description);
        Assert.True(result.IsOfficial);
    }

    [Theory]
    [InlineData("https://hub.example/v2/", "http://proxy.example:3128/")]
    [InlineData("http://hub.example/v2/", "http://plain.example/")]
    [InlineData("https://a.none.example/v2/", null)]
    [InlineData("https://10.1.2.3/v2/", null)]
    [InlineData("https://127.0.0.1:5000/v2/", null)]
    public void Proxies_of_the_environment(string address, string? proxy)
    {
        var variables = new Dictionary<string, string> { ["https_proxy"] = "http://proxy.example:3128", ["HTTP_PROXY"] = "plain.example", ["NO_PROXY"] = ".none.example,10.0.0.0/8" };
        Assert.Equal(proxy, new EnvironmentProxy(variables.GetValueOrDefault).GetProxy(new Uri(address))?.AbsoluteUri);
    }
}
