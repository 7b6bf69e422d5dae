using System.Diagnostics;
using System.Text.Json.Nodes;
using ContainerPS.Engine.Images;
using ContainerPS.Engine.Storage;
using static ContainerPS.Engine.Tests.Images.TestArchives;

namespace ContainerPS.Engine.Tests.Images;

public sealed class ImageStoreTests : IDisposable
{
    private readonly TestStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void An_empty_store_is_no_error()
    {
        Assert.Empty(_store.Images.List());
        Assert.Empty(_store.Images.Find("*"));
        Assert.Throws<ImageNotFoundException>(() => _store.Images.Get("none"));
        Assert.Throws<ImageNotFoundException>(() => _store.Images.Remove("none", [], force: true));
    }

    [Theory]
    [InlineData("ngin*", "nginx:1.25", "nginx:latest")]
    [InlineData("NGINX:1.?5", "nginx:1.25")]
    [InlineData("*/httpd*", "hub.example:5000/it/httpd:2.4")]
    [InlineData("[a-m]usybox", "busybox:latest")]
    [InlineData("docker.io/library/b*", "busybox:latest")]
    [InlineData("nothing*")]
    [InlineData("nginx", "nginx:1.25", "nginx:latest")]
    [InlineData("docker.io/library/nginx", "nginx:1.25", "nginx:latest")]
    [InlineData("nginx:latest", "nginx:latest")]
    [InlineData("hub.example:5000/it/httpd", "hub.example:5000/it/httpd:2.4")]
    public void Finds_by_name_and_wildcard(string pattern, params string[] names)
    {
        Fill();
        Assert.Equal(names, _store.Images.Find(pattern).Select(image => image.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Finds_by_id_and_its_beginning()
    {
        Fill();
        var id = _store.Images.Get("nginx").ImageId;
        foreach (var text in new[] { id, id[7..], id[7..19], id[..15] })
        {
            Assert.Equal(["nginx:1.25", "nginx:latest"], _store.Images.Find(text).Select(image => image.Name).Order(StringComparer.Ordinal));
            Assert.Equal(id, _store.Images.Get(text).ImageId);
        }

        Assert.Equal("nginx:latest", _store.Images.Get($"nginx@{_store.Images.Get("nginx").Digest}").Name);
        Assert.Throws<ImageNotFoundException>(() => _store.Images.Get("nginx:none"));
        Assert.Throws<ImageNotFoundException>(() => _store.Images.Get(new string('0', 64)));
        Assert.Throws<ImageNotFoundException>(() => _store.Images.Find("No such name"));
        Assert.Throws<ImageNotFoundException>(() => _store.Images.Get("hub.example:5000/it/httpd")); // has no latest
    }

    [Fact]
    public void The_beginning_of_several_ids_is_ambiguous()
    {
        // 17 images share the first digit of some two.
        for (var i = 0; i < 17; i++) _store.Import(Docker([$"x{i}:1"], Layer($"{i}")));
        var digit = _store.Images.List().GroupBy(image => image.ShortId[0]).First(group => group.Count() > 1).Key;
        var error = Assert.Throws<AmbiguousIdException>(() => _store.Images.Get(digit.ToString()));
        Assert.Contains("images", error.Message);
    }

    [Fact]
    public void Lists_a_thousand_images_of_other_tools()
    {
        Fill();
        var index = JsonNode.Parse(File.ReadAllText(Path.Combine(_store.Paths.Images, "index.json")))!;
        var blobs = Path.Combine(_store.Paths.Images, "blobs/sha256");
        var manifests = index["manifests"]!.AsArray();
        for (var i = 0; i < 1000; i++)
        {
            // As other tools would add them: none of them is unpacked.
            var image = OciOf([Layer($"file{i}")]);
            foreach (var blob in image.Blobs.Append(image.Manifest)) File.WriteAllBytes(Path.Combine(blobs, Digest.Of(blob).Hex), blob);
            manifests.Add(image.Entry($"many/image{i}:1"));
        }

        File.WriteAllText(Path.Combine(_store.Paths.Images, "index.json"), index.ToJsonString());
        Assert.Equal(1004, _store.Images.List().Count);
        Assert.Equal(1004, new ImageStore(_store.Paths).List().Count);

        File.WriteAllText(Path.Combine(_store.Paths.Images, "records.json"), "not JSON");
        Assert.Equal(1004, new ImageStore(_store.Paths).List().Count);
        Assert.True(File.Exists(Path.Combine(_store.Images.Resolve("many/image7:1").LayerPaths[0], "file7")));
    }

    [Fact]
    public void A_damaged_image_is_listed_and_can_be_removed()
    {
        var image = Assert.Single(_store.Import(Docker(["bad:1"], Layer("a"))));
        Fill();
        File.Delete(Path.Combine(_store.Paths.Images, "blobs/sha256", image.ImageId[7..]));
        var fresh = new ImageStore(_store.Paths);
        Assert.Contains(fresh.List(), other => other.Name == "bad:1");
        Assert.Contains("lacks the blob", Assert.Throws<InvalidContentException>(() => fresh.Resolve("bad:1")).Message);
        fresh.Remove("bad:1", [], force: false);
        Assert.DoesNotContain(fresh.List(), other => other.Name == "bad:1");
    }

    [Fact]
    public void A_layer_that_is_gone_or_half_is_unpacked_again()
    {
        _store.Import(Docker(["app:1"], Layer("a"), Layer("b")));
        var path = _store.Images.Resolve("app:1").LayerPaths[0];
        File.Delete(Path.Combine(path, "b"));
        File.Delete(Path.Combine(Path.GetDirectoryName(path)!, "layer.json"));
        Assert.True(File.Exists(Path.Combine(_store.Images.Resolve("app:1").LayerPaths[0], "b")));
        Directory.Delete(_store.Paths.Layers, recursive: true);
        Assert.True(File.Exists(Path.Combine(_store.Images.Resolve("app:1").LayerPaths[1], "a")));

        // A blob that the disk has damaged is found out.
        Directory.Delete(_store.Paths.Layers, recursive: true);
        var blob = Path.Combine(_store.Paths.Images, "blobs/sha256", Digest.Of(Layer("b")).Hex);
        var bytes = File.ReadAllBytes(blob);
        bytes[600] ^= 1;
        File.WriteAllBytes(blob, bytes);
        Assert.Contains("it is damaged", Assert.Throws<InvalidContentException>(() => _store.Images.Resolve("app:1")).Message);
        _store.AssertClean();
    }

    [Fact]
    public void Layers_below_one_that_hides_them_are_left_out()
    {
        _store.Import(Docker(["app:1"], Layer("a"), Layer("b", ".wh..wh..opq"), Layer("c")));
        var paths = _store.Images.Resolve("app:1").LayerPaths;
        Assert.Equal(2, paths.Count);
        Assert.True(File.Exists(Path.Combine(paths[0], "c")));
        Assert.True(File.Exists(Path.Combine(paths[1], "b")));
    }

    [Fact]
    public void Only_root_enters_the_store()
    {
        _store.Import(RootFileSystem(), "app");
        foreach (var folder in new[] { _store.Paths.Images, _store.Paths.Layers })
            Assert.Equal(StagingFolder.PrivateMode, File.GetUnixFileMode(folder));
        var (exitCode, _) = TestStore.TryRun("setpriv", "--reuid=65534", "--clear-groups", "ls", Path.GetDirectoryName(_store.Images.Resolve("app").LayerPaths[0])!);
        Assert.NotEqual(0, exitCode);
    }

    private void Fill()
    {
        _store.Import(Docker(["nginx:latest", "nginx:1.25"], Layer("nginx")));
        _store.Import(Docker(["busybox:latest"], Layer("busybox")));
        _store.Import(Docker(["hub.example:5000/it/httpd:2.4"], Layer("httpd")));
    }
}
