using System.Diagnostics;
using System.Text.Json.Nodes;
using ContainerPS.Engine.Tests.Images;
using static ContainerPS.Engine.Tests.Images.TestArchives;

namespace ContainerPS.Engine.Tests.Registries;

/// <summary>Registries that lie: each a clear error, soon, with nothing left.</summary>
public sealed class HostileRegistryTests : IDisposable
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";

    private readonly TestStore _store = new();
    private readonly TestRegistry _registry = new();

    public void Dispose()
    {
        _store.Dispose();
        _registry.Dispose();
    }

    [Fact]
    public void A_layer_with_other_bytes()
    {
        var image = _registry.Add("1", Layer("a"), Layer("b"));
        var other = Gzip(Layer("z"));
        _registry.Instead = request => request.Path.EndsWith(Sha(image.Blobs[1]), StringComparison.Ordinal) ? new HttpServerAnswer { Body = other[..Math.Min(other.Length, image.Blobs[1].Length)] } : null;
        Refused<InvalidContentException>("");
    }

    [Fact]
    public void A_config_and_a_manifest_with_other_bytes()
    {
        var image = _registry.Add("1", Layer("a"));
        _registry.Instead = request => request.Path.EndsWith(Sha(image.Blobs[0]), StringComparison.Ordinal) ? new HttpServerAnswer { Body = Config([Layer("z")]) } : null;
        Refused<InvalidContentException>("damaged or forged");
        _registry.Instead = request => request.Path.Contains("/manifests/", StringComparison.Ordinal) ? new HttpServerAnswer { Body = OciOf([Layer("z")]).Manifest }.With("Content-Type", ManifestType) : null;
        Refused<InvalidContentException>("digest", $"{_registry.Server.Authority}/app@{Sha(image.Manifest)}");
    }

    [Fact]
    public void A_short_body_again_and_again()
    {
        var image = _registry.Add("1", TestTransfers.Big(1 << 20));
        _registry.Instead = request => request.Path.EndsWith(Sha(image.Blobs[1]), StringComparison.Ordinal) ? new HttpServerAnswer { Body = image.Blobs[1], CutAt = 1000 } : null;
        var error = Assert.Throws<RegistryException>(() => _store.Pull(_registry.NameOf()));
        Assert.Contains("did not come whole", error.Message);
        Assert.Empty(_store.Images.List());
        _store.AssertClean();
    }

    [Fact]
    public void An_endless_body()
    {
        var image = _registry.Add("1", Layer("a"));
        _registry.Instead = request => request.Path.EndsWith(Sha(image.Blobs[1]), StringComparison.Ordinal) ? Endless() : null;
        Refused<InvalidContentException>("");
        _registry.Instead = request => request.Path.Contains("/manifests/", StringComparison.Ordinal) ? Endless() : null;
        Refused<InvalidContentException>("4 MiB");
    }

    [Fact]
    public void A_body_that_drips()
    {
        var image = _registry.Add("1", Layer("a"));
        foreach (var part in new[] { "/manifests/", Sha(image.Blobs[1]) })
        {
            _registry.Instead = request => request.Path.Contains(part, StringComparison.Ordinal)
                ? new HttpServerAnswer
                {
                    Length = 100_000,
                    Custom = (stream, stop) =>
                    {
                        while (!stop.WaitHandle.WaitOne(200))
                        {
                            stream.WriteByte(0);
                            stream.Flush();
                        }
                    },
                }
                : null;
            var limits = TestTransfers.Limits with { Attempts = 2, Document = TimeSpan.FromSeconds(1), Window = TimeSpan.FromSeconds(1) };
            var started = Stopwatch.StartNew();
            Assert.ThrowsAny<ContainerEngineException>(() => _store.Pull(_registry.NameOf(), limits: limits));
            Assert.InRange(started.Elapsed.TotalSeconds, 0, 60);
            Assert.Empty(_store.Images.List());
        }
    }

    [Fact]
    public void A_silent_registry()
    {
        _registry.Instead = request => new HttpServerAnswer { Length = null, Custom = (_, stop) => stop.WaitHandle.WaitOne() };
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        Assert.ThrowsAny<OperationCanceledException>(() => _store.Pull(_registry.NameOf(), cancellation: cancellation.Token));
        _store.AssertEmpty();
    }

    [Theory]
    [InlineData("loop")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://user:word@127.0.0.1:1/")]
    [InlineData("http://192.0.2.1/plain")]
    public void Redirects_that_lead_nowhere(string target)
    {
        _registry.Add("1", Layer("a"));
        _registry.Instead = request => request.Path.Contains("/blobs/", StringComparison.Ordinal) || target == "loop"
            ? new HttpServerAnswer { Status = 307 }.With("Location", target == "loop" ? request.Path : target)
            : null;
        var limits = TestTransfers.Limits with { Attempts = 1, Connect = TimeSpan.FromSeconds(1), Answer = TimeSpan.FromSeconds(2) };
        Assert.ThrowsAny<RegistryException>(() => _store.Pull(_registry.NameOf(), limits: limits));
        _store.AssertEmpty();
    }

    [Fact]
    public void A_401_for_ever()
    {
        _registry.Instead = request => new HttpServerAnswer { Status = 401 }.With("WWW-Authenticate", $"Bearer realm=\"http://{_registry.Server.Authority}/token\",service=\"s\"");
        Assert.Throws<RegistryAccessException>(() => _store.Pull(_registry.NameOf()));
        _registry.Instead = request => request.Path == "/token"
            ? new HttpServerAnswer { Body = Text($$"""{"token":"{{Guid.NewGuid():n}}"}""") }
            : new HttpServerAnswer { Status = 401 }.With("WWW-Authenticate", $"Bearer realm=\"http://{_registry.Server.Authority}/token\",service=\"s\"");
        Assert.Throws<RegistryAccessException>(() => _store.Pull(_registry.NameOf()));
        Assert.InRange(_registry.Server.Requests.Count, 1, 20);
        _store.AssertEmpty();
    }

    [Fact]
    public void Huge_documents()
    {
        _registry.AddManifest("1", new byte[(4 << 20) + 1], ManifestType);
        Refused<InvalidContentException>("4 MiB");
        var image = OciOf([Layer("a")], change: manifest => manifest["config"]!["size"] = 1L << 40);
        _registry.Add("1", image);
        Refused<InvalidContentException>("8 MiB");
    }

    [Fact]
    public void An_index_that_leads_through_too_many()
    {
        var image = OciOf([Layer("a")]);
        _registry.Add(null, image);
        var document = Json(Index(image.Entry(platform: true)));
        for (var i = 0; i < 6; i++)
        {
            _registry.AddManifest(null, document, "application/vnd.oci.image.index.v1+json");
            var entry = Descriptor("application/vnd.oci.image.index.v1+json", document);
            entry["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = "amd64" };
            document = Json(Index(entry));
        }

        _registry.AddManifest("1", document, "application/vnd.oci.image.index.v1+json");
        Refused<InvalidContentException>("indexes");
    }

    [Theory]
    [InlineData("application/vnd.oci.image.index.v1+json")]
    [InlineData("application/vnd.docker.distribution.manifest.v2+json")]
    public void A_document_called_something_else(string mediaType)
    {
        var image = OciOf([Layer("a")]);
        _registry.Add("1", image);
        _registry.AddManifest("1", image.Manifest, mediaType);
        Refused<InvalidContentException>("");
    }

    [Fact]
    public void A_document_that_is_two_things()
    {
        var image = OciOf([Layer("a")], change: manifest => manifest["manifests"] = new JsonArray());
        _registry.Add("1", image);
        Refused<InvalidContentException>("both");
    }

    [Theory]
    [InlineData("sha256:../../../etc/passwd")]
    [InlineData("sha512:00")]
    [InlineData("../x")]
    public void Digests_that_are_paths(string digest)
    {
        var image = OciOf([Layer("a")], change: manifest => manifest["layers"]![0]!["digest"] = digest);
        _registry.Add("1", image);
        Refused<InvalidContentException>("digest");
    }

    [Fact]
    public void Tags_that_are_paths_are_no_references()
    {
        foreach (var tag in new[] { "../../x", "..", "a/b", "a?b", "a#b" })
            Assert.Throws<InvalidReferenceException>(() => _store.Pull($"{_registry.Server.Authority}/app:{tag}"));
        Assert.Empty(_registry.Server.Requests);
    }

    [Fact]
    public void A_wrong_diff_id_a_wrong_size_and_a_bomb()
    {
        _registry.Add("1", OciOf([Layer("z")], [Gzip(Layer("a"))]));
        Refused<InvalidContentException>("diff id");
        _registry.Add("1", OciOf([Layer("a")], [Gzip(Layer("a"))], change: manifest => manifest["layers"]![0]!["size"] = 5));
        Refused<InvalidContentException>("longer than the 5 bytes");
        _registry.Add("1", OciOf([Layer("a")], [Gzip(Layer("a"))], change: manifest => manifest["layers"]![0]!["size"] = -1));
        Refused<InvalidContentException>("-1");
        var escape = Tar(("../../escaped", Text("x")));
        _registry.Add("1", OciOf([escape], [Gzip(escape)]));
        try
        {
            _store.Pull(_registry.NameOf());
        }
        catch (InvalidContentException)
        {
        }

        Assert.False(File.Exists(Path.Combine(_store.Folder, "escaped")));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"schemaVersion\":2,\"config\":null,\"layers\":null}")]
    [InlineData("{\"schemaVersion\":99999999999999999999}")]
    [InlineData("{\"schemaVersion\":2,\"layers\":[null],\"config\":{\"digest\":\"sha256:00\"}}")]
    public void Documents_that_are_none(string json)
    {
        _registry.AddManifest("1", Text(json), ManifestType);
        Refused<InvalidContentException>("");
        _registry.AddManifest("1", Text(new string('[', 100_000)), ManifestType);
        Refused<InvalidContentException>("");
    }

    private static HttpServerAnswer Endless() => new HttpServerAnswer
    {
        Length = null,
        Custom = (stream, stop) =>
        {
            var zeros = new byte[65536];
            while (!stop.IsCancellationRequested) stream.Write(zeros);
        },
    }.With("Content-Type", ManifestType);

    private void Refused<T>(string part, string? name = null)
        where T : ContainerEngineException
    {
        var started = Stopwatch.StartNew();
        var error = Assert.Throws<T>(() => _store.Pull(name ?? _registry.NameOf()));
        Assert.Contains(part, error.Message);
        Assert.InRange(started.Elapsed.TotalSeconds, 0, 60);
        _store.AssertEmpty();
        Assert.Empty(_store.Partials());
    }
}
