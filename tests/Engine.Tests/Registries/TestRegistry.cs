using System.Security.Cryptography.X509Certificates;
using System.Text;
using ContainerPS.Engine.Images;
using ContainerPS.Engine.Registries;
using ContainerPS.Engine.Storage;
using ContainerPS.Engine.Tests.Images;

namespace ContainerPS.Engine.Tests.Registries;

/// <summary>A registry to pull from, in this process; a test may answer single requests in its place.</summary>
internal sealed class TestRegistry : IDisposable
{
    private readonly Dictionary<string, byte[]> _blobs = [];
    private readonly Dictionary<string, (byte[] Content, string MediaType)> _manifests = [];

    internal TestRegistry(X509Certificate2? certificate = null) => Server = new HttpServer(Answer, certificate);

    internal HttpServer Server { get; }

    /// <summary>Answers in place of the registry; null leaves it to it.</summary>
    internal Func<HttpServerRequest, HttpServerAnswer?>? Instead { get; set; }

    internal string NameOf(string tag = "1", string repository = "app") => $"{Server.Authority}/{repository}:{tag}";

    /// <summary>How many times a path was asked for.</summary>
    internal int Count(string method, string part) => Server.Requests.Count(request => request.Method == method && request.Path.Contains(part, StringComparison.Ordinal));

    /// <summary>Adds an image, and gives its manifest.</summary>
    internal OciImage Add(string tag, params byte[][] layers)
    {
        var image = TestArchives.OciOf(layers, [.. layers.Select(TestArchives.Gzip)]);
        Add(tag, image);
        return image;
    }

    internal void Add(string? tag, OciImage image)
    {
        foreach (var blob in image.Blobs) AddBlob(blob);
        AddManifest(tag, image.Manifest, "application/vnd.oci.image.manifest.v1+json");
    }

    internal string AddBlob(byte[] blob)
    {
        var digest = TestArchives.Sha(blob);
        lock (_blobs) _blobs[digest] = blob;
        return digest;
    }

    internal void AddManifest(string? tag, byte[] content, string mediaType)
    {
        _manifests[TestArchives.Sha(content)] = (content, mediaType);
        if (tag is not null) _manifests[tag] = (content, mediaType);
    }

    public void Dispose() => Server.Dispose();

    internal HttpServerAnswer Answer(HttpServerRequest request)
    {
        if (Instead?.Invoke(request) is { } other) return other;
        if (request.Path == "/v2/") return new HttpServerAnswer();
        var name = request.Path.Split('/')[^1];
        if (request.Path.Contains("/manifests/", StringComparison.Ordinal) && _manifests.TryGetValue(name, out var manifest))
            return new HttpServerAnswer { Body = manifest.Content }.With("Content-Type", manifest.MediaType).With("Docker-Content-Digest", TestArchives.Sha(manifest.Content));
        byte[]? blob;
        lock (_blobs) _blobs.TryGetValue(name, out blob);
        if (blob is null || !request.Path.Contains("/blobs/", StringComparison.Ordinal)) return Error(404, "MANIFEST_UNKNOWN", "nothing is known of it");
        return request.RangeStart is { } from
            ? new HttpServerAnswer { Status = 206, Body = blob[(int)from..] }.With("Content-Range", $"bytes {from}-{blob.Length - 1}/{blob.Length}")
            : new HttpServerAnswer { Body = blob };
    }

    internal static HttpServerAnswer Error(int status, string code, string message) =>
        new HttpServerAnswer { Status = status, Body = Encoding.UTF8.GetBytes($$"""{"errors":[{"code":"{{code}}","message":"{{message}}"}]}""") }.With("Content-Type", "application/json");
}

/// <summary>Pulling and pushing in tests: soon tried again, but as patient as a busy machine needs it.</summary>
internal static class TestTransfers
{
    internal static TransferLimits Limits { get; } = new()
    {
        Answer = TimeSpan.FromSeconds(60),
        Document = TimeSpan.FromSeconds(60),
        Window = TimeSpan.FromSeconds(30),
        Attempts = 4,
        FirstDelay = TimeSpan.FromMilliseconds(10),
        LongestDelay = TimeSpan.FromSeconds(3),
    };

    internal static PullResult Pull(this TestStore store, string image, string? platform = null, bool all = false, IProgress<TransferProgress>? progress = null, CancellationToken cancellation = default, TransferLimits? limits = null) =>
        store.Images.Pull(new PullRequest { Image = image, Platform = platform, AllPlatforms = all, Limits = limits ?? Limits }, progress, cancellation);

    internal static IReadOnlyList<Image> Push(this TestStore store, string image, bool allTags = false, TransferLimits? limits = null) =>
        store.Images.Push(new PushRequest { Image = image, AllTags = allTags, Limits = limits ?? Limits }, null, CancellationToken.None);

    /// <summary>Bytes that do not compress, as a layer.</summary>
    internal static byte[] Big(int size, int seed = 1)
    {
        var noise = new byte[size];
        new Random(seed).NextBytes(noise);
        return TestArchives.Tar(("etc/", []), ("etc/noise", noise));
    }

    internal static void Configure(this TestStore store, string json) => File.WriteAllText(store.Paths.ConfigFile, json);

    internal static string[] Partials(this TestStore store)
    {
        var folder = Path.Combine(store.Paths.Images, "partial");
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)!)] : [];
    }

    /// <summary>Synchronous progress.</summary>
    internal sealed class Told(Action<TransferProgress> action) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => action(value);
    }
}
