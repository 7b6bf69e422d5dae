using System.Text.Json.Nodes;
using ContainerPS.Engine.Images;
using ContainerPS.Engine.Tests.Images;
using static ContainerPS.Engine.Tests.Images.TestArchives;

namespace ContainerPS.Engine.Tests.Registries;

/// <summary>Pulling from a registry that behaves, over a network that need not.</summary>
public sealed class PullTests
{
    [Fact]
    public void An_image_comes_whole_and_keeps_its_bytes()
    {
        using var store = new TestStore();
        using var registry = new TestRegistry();
        var image = registry.Add("1", Layer("a"), Layer("b"));
        var phases = new List<TransferPhase>();
        var result = store.Pull(registry.NameOf(), progress: new TestTransfers.Told(report =>
        {
            lock (phases) phases.Add(report.Phase);
        }));
        Assert.Equal(Sha(image.Manifest), result.Digest);
        Assert.Equal(Sha(image.Manifest), result.Image.Digest);
        Assert.True(result.IsNew);
        Assert.Equal(registry.NameOf(), result.Image.Name);
        Assert.Equal(2, store.Images.Resolve(registry.NameOf()).LayerPaths.Count);
        Assert.Equal(4, store.Blobs().Length);
        Assert.Contains(TransferPhase.Waiting, phases);
        Assert.Equal(2, phases.Count(phase => phase == TransferPhase.Done));
        Assert.Empty(store.Partials());
        store.AssertClean();
    }

    [Fact]
    public void What_is_there_is_not_fetched_again()
    {
        using var store = new TestStore();
        using var registry = new TestRegistry();
        registry.Add("1", Layer("a"), Layer("b"));
        registry.Add("2", Layer("a"), Layer("c"));
        store.Pull(registry.NameOf("1"));
        var before = registry.Count("GET", "/blobs/");
        Assert.False(store.Pull(registry.NameOf("1")).IsNew);
        Assert.Equal(before, registry.Count("GET", "/blobs/"));
        Assert.True(store.Pull(registry.NameOf("2")).IsNew);
        Assert.Equal(before + 2, registry.Count("GET", "/blobs/"));
    }

    [Fact]
    public void A_tag_that_has_moved_takes_the_name_along()
    {
        using var store = new TestStore();
        using var registry = new TestRegistry();
        registry.Add("1", Layer("a"));
        store.Pull(registry.NameOf());
        registry.Add("1", Layer("b"));
        store.Pull(registry.NameOf());
        Assert.Equal(2, store.Images.List().Count);
        Assert.Single(store.Images.List(), image => image.Repository is null);
    }

    [Fact]
    public void By_digest()
    {
        using var store = new TestStore();
        using var registry = new TestRegistry();
        var image = registry.Add("1", Layer("a"));
        var name = $"{registry.Server.Authority}/app:1@{Sha(image.Manifest)}";
        Assert.Equal(Sha(image.Manifest), store.Pull(name).Image.Digest);
        Assert.Single(store.Images.Resolve(name).LayerPaths);
        Assert.Null(store.Images.List().Single().Tag);
    }

    [Fact]
    public void Of_an_index_comes_the_image_for_the_platform()
    {
        using var store = new TestStore();
        using var registry = new TestRegistry();
        var index = AddIndex(registry);
        Assert.Equal("linux/amd64", store.Pull(registry.NameOf()).Image.Platform);
        Assert.Equal("linux/arm64", store.Pull(registry.NameOf(), "linux/arm64").Image.Platform);
        var error = Assert.Throws<InvalidContentException>(() => store.Pull(registry.NameOf(), "linux/s390x"));
        Assert.Contains("linux/amd64, linux/arm64", error.Message);
        Assert.DoesNotContain(store.Blobs(), blob => index.EndsWith(blob, StringComparison.Ordinal));
    }

    [Fact]
    public void Of_an_index_come_all_and_only_this_machines_is_unpacked()
    {
        using var store = new TestStore();
        using var registry = new TestRegistry();
        var index = AddIndex(registry);
        var result = store.Pull(registry.NameOf(), all: true);
        Assert.Equal(index, result.Digest);
        Assert.Equal(index, result.Image.Digest);
        Assert.Equal("linux/amd64", result.Image.Platform);
        Assert.Single(store.Layers());
        // Index, and of two images manifest, config and layer.
        Assert.Equal(7, store.Blobs().Length);
        Assert.Single(store.Images.Resolve(registry.NameOf()).LayerPaths);
        store.Images.Remove(registry.NameOf(), [], force: false);
        store.AssertEmpty();
    }

    [Fact]
    public void A_broken_transfer_goes_on_where_it_broke()
    {
        using var store = new TestStore();
        using var registry = new TestRegistry();
        var image = registry.Add("1", TestTransfers.Big(3 << 20));
        var layer = image.Blobs[1];
        var broken = 0;
        registry.Instead = request => request.Path.EndsWith(Sha(layer), StringComparison.Ordinal) && Interlocked.Increment(ref broken) <= 3
            ? new HttpServerAnswer { Status = request.RangeStart is null ? 200 : 206, Body = layer[(int)(request.RangeStart ?? 0)..], CutAt = 700_000 }
                .With("Content-Range", $"bytes {request.RangeStart ?? 0}-{layer.Length - 1}/{layer.Length}")
            : null;
        store.Pull(registry.NameOf());
        Assert.Equal([null, 700_000, 1_400_000, 2_100_000], registry.Server.Requests.Where(request => request.Path.EndsWith(Sha(layer), StringComparison.Ordinal)).Select(request => request.RangeStart));
        Assert.Single(store.Images.Resolve(registry.NameOf()).LayerPaths);
    }

    [Fact]
    public void A_cancelled_pull_keeps_whole_layers_and_goes_on_with_the_others()
    {
        using var store = new TestStore();
        using var registry = new TestRegistry();
        var image = registry.Add("1", Layer("a"), TestTransfers.Big(3 << 20));
        var layer = image.Blobs[2];
        using var cancellation = new CancellationTokenSource();
        using var firstDone = new ManualResetEventSlim();
        registry.Instead = request => request.Path.EndsWith(Sha(layer), StringComparison.Ordinal)
            ? new HttpServerAnswer
            {
                Length = layer.Length,
                Custom = (stream, stop) =>
                {
                    stream.Write(layer, 0, 2 << 20);
                    stream.Flush();
                    stop.WaitHandle.WaitOne();
                },
            }
            : null;
        var progress = new TestTransfers.Told(report =>
        {
            if (report.Phase == TransferPhase.Done) firstDone.Set();
            if (report.Phase == TransferPhase.Downloading && report.Done >= 1 << 20)
            {
                firstDone.Wait(TimeSpan.FromSeconds(60));
                cancellation.Cancel();
            }
        });
        Assert.ThrowsAny<OperationCanceledException>(() => store.Pull(registry.NameOf(), progress: progress, cancellation: cancellation.Token));
        Assert.Empty(store.Images.List());
        Assert.Single(store.Layers());
        Assert.Single(store.Partials());
        store.AssertClean();

        registry.Instead = null;
        var before = registry.Server.Requests.Count;
        store.Pull(registry.NameOf());
        var blobs = registry.Server.Requests.Skip(before).Where(request => request.Path.Contains("/blobs/", StringComparison.Ordinal)).ToList();
        Assert.True(Assert.Single(blobs).RangeStart >= 1 << 20);
        Assert.Empty(store.Partials());
        Assert.Equal(2, store.Images.Resolve(registry.NameOf()).LayerPaths.Count);
    }

    [Fact]
    public void What_was_left_and_is_damaged_is_fetched_anew()
    {
        using var store = new TestStore();
        using var registry = new TestRegistry();
        var image = registry.Add("1", TestTransfers.Big(1 << 20));
        Directory.CreateDirectory(Path.Combine(store.Paths.Images, "partial"));
        File.WriteAllBytes(Path.Combine(store.Paths.Images, "partial", Sha(image.Blobs[1])["sha256:".Length..]), new byte[500_000]);
        store.Pull(registry.NameOf());
        Assert.Single(store.Images.Resolve(registry.NameOf()).LayerPaths);
        Assert.Empty(store.Partials());
    }

    [Fact]
    public void A_busy_registry_is_asked_again_when_it_says()
    {
        using var store = new TestStore();
        using var registry = new TestRegistry();
        registry.Add("1", Layer("a"));
        var busy = 0;
        registry.Instead = request => request.Path.Contains("/manifests/", StringComparison.Ordinal) && Interlocked.Increment(ref busy) <= 2
            ? TestRegistry.Error(busy == 1 ? 429 : 503, "TOOMANYREQUESTS", "slowly").With("Retry-After", "1")
            : null;
        var started = System.Diagnostics.Stopwatch.StartNew();
        store.Pull(registry.NameOf());
        Assert.InRange(started.Elapsed.TotalSeconds, 1.9, 60);
        busy = -100;
        registry.Instead = request => TestRegistry.Error(429, "TOOMANYREQUESTS", "slowly").With("Retry-After", "3600");
        var error = Assert.Throws<RegistryException>(() => store.Pull(registry.NameOf()));
        Assert.Equal("RegistryLimit", error.ErrorId);
    }

    [Fact]
    public void Many_pulls_of_the_same_fetch_each_layer_once()
    {
        using var store = new TestStore();
        using var registry = new TestRegistry();
        registry.Add("1", Layer("a"), Layer("b"), Layer("c"), TestTransfers.Big(1 << 20));
        Parallel.For(0, 6, new ParallelOptions { MaxDegreeOfParallelism = 6 }, _ =>
            new ImageStore(store.Paths).Pull(new PullRequest { Image = registry.NameOf(), Limits = TestTransfers.Limits }, null, CancellationToken.None));
        Assert.Single(store.Images.List());
        var blobs = registry.Server.Requests.Where(request => request.Path.Contains("/blobs/", StringComparison.Ordinal)).GroupBy(request => request.Path).ToList();
        Assert.Equal(5, blobs.Count);
        // The config is a document, read before anything is locked.
        Assert.Equal(4, blobs.Count(group => group.Count() == 1));
        store.AssertClean();
    }

    [Fact]
    public void The_same_layer_twice_comes_once()
    {
        using var store = new TestStore();
        using var registry = new TestRegistry();
        registry.Add("1", Layer("a"), Layer("b"), Layer("a"), Layer("a"));
        store.Pull(registry.NameOf());
        Assert.Equal(4, store.Images.Resolve(registry.NameOf()).LayerPaths.Count);
        Assert.Equal(3, registry.Count("GET", "/blobs/"));
    }

    [Fact]
    public void A_foreign_layer_comes_from_its_publisher_who_learns_nothing()
    {
        using var store = new TestStore();
        using var registry = new TestRegistry();
        var layer = Gzip(Layer("a"));
        using var publisher = new HttpServer(_ => new HttpServerAnswer { Body = layer });
        var image = OciOf([Layer("a")], [layer], change: manifest =>
        {
            var descriptor = manifest["layers"]![0]!.AsObject();
            descriptor["mediaType"] = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
            descriptor["urls"] = new JsonArray($"http://{publisher.Authority}/layer");
        });
        registry.AddBlob(image.Blobs[0]);
        registry.AddManifest("1", image.Manifest, "application/vnd.oci.image.manifest.v1+json");
        store.Pull(registry.NameOf());
        Assert.Null(Assert.Single(publisher.Requests).Authorization);
    }

    [Fact]
    public void Mirrors_come_first_and_may_fail()
    {
        using var store = new TestStore();
        using var registry = new TestRegistry();
        using var mirror = new TestRegistry();
        using var broken = new HttpServer(_ => new HttpServerAnswer { Status = 404 });
        registry.Add("1", Layer("a"));
        var image = mirror.Add("1", Layer("m"), Layer("n"));
        // The mirror has one layer damaged: it comes from the registry, which has it too.
        registry.Add("other", Layer("m"), Layer("n"));
        mirror.Instead = request => request.Path.EndsWith(Sha(image.Blobs[1]), StringComparison.Ordinal) ? new HttpServerAnswer { Status = 404 } : null;
        store.Configure($$"""{"registryMirrors":{"{{registry.Server.Authority}}":["http://{{broken.Authority}}","http://{{mirror.Server.Authority}}"]},"somethingElse":1}""");
        Assert.Equal(Sha(image.Manifest), store.Pull(registry.NameOf()).Digest);
        Assert.NotEmpty(broken.Requests);
        Assert.Equal(0, registry.Count("GET", "/manifests/"));
        Assert.Equal(1, registry.Count("GET", "/blobs/"));
    }

    private static string AddIndex(TestRegistry registry)
    {
        var images = new[] { OciOf([Layer("x")], [Gzip(Layer("x"))]), OciOf([Layer("y")], [Gzip(Layer("y"))], "arm64") };
        foreach (var image in images) registry.Add(null, image);
        var index = Json(Index([.. images.Select(image => image.Entry(platform: true))]));
        registry.AddManifest("1", index, "application/vnd.oci.image.index.v1+json");
        return Sha(index);
    }
}
