using System.Text.Json.Nodes;
using ContainerPS.Engine.Images;
using static ContainerPS.Engine.Tests.Images.TestArchives;

namespace ContainerPS.Engine.Tests.Images;

/// <summary>Other tools read our store in place, and we read their archives. They come with Debian: skopeo and umoci.</summary>
public sealed class InteropTests : IDisposable
{
    private readonly TestStore _store = new();
    private readonly string _policy;

    public InteropTests()
    {
        foreach (var tool in new[] { "skopeo", "umoci" })
            Assert.True(File.Exists($"/usr/bin/{tool}"), $"These tests need {tool}: apt-get install -y skopeo umoci");
        _policy = _store.File(Text("""{"default":[{"type":"insecureAcceptAnything"}]}"""), "policy.json");
    }

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Skopeo_and_umoci_read_the_store_in_place()
    {
        byte[][] layers = [Layer("a", "dir/b"), Layer("c")];
        var docker = _store.Import(Docker(["app:1", "hub.example:5000/it/app:2"], layers))[0];
        var root = _store.Import(RootFileSystem(), "tiny")[0];

        foreach (var image in new[] { docker, root })
        {
            var inspected = JsonNode.Parse(Skopeo("inspect", $"oci:{_store.Paths.Images}:{image.Name}"))!;
            Assert.Equal(image.Digest, inspected["Digest"]!.GetValue<string>());
            Assert.Equal("amd64", inspected["Architecture"]!.GetValue<string>());
            Assert.Equal(image.Layers, inspected["Layers"]!.AsArray().Select(layer => layer!.GetValue<string>()));
        }

        Skopeo("inspect", $"oci:{_store.Paths.Images}:hub.example:5000/it/app:2");
        Assert.Contains("app:1", TestStore.Run("umoci", "list", "--layout", _store.Paths.Images));
        var bundle = Path.Combine(_store.Folder, "bundle");
        TestStore.Run("umoci", "unpack", "--image", $"{_store.Paths.Images}:app:1", bundle);
        Assert.Equal("content of dir/b", File.ReadAllText(Path.Combine(bundle, "rootfs/dir/b")));
        Assert.True(File.Exists(Path.Combine(bundle, "rootfs/c")));
    }

    [Fact]
    public void Archives_that_skopeo_makes_of_our_store_come_back_the_same()
    {
        var image = _store.Import(Docker(["app:1"], Layer("a"), Layer("b")))[0];
        using var other = new TestStore();
        var archive = Path.Combine(_store.Folder, "skopeo.tar");
        var layout = Path.Combine(_store.Folder, "layout");
        foreach (var (target, path) in new[] { ("docker-archive", archive), ("oci-archive", archive), ("oci", layout) })
        {
            File.Delete(archive);
            // Left to itself, skopeo compresses the layers of a layout.
            string[] options = target == "docker-archive" ? [] : ["--preserve-digests"];
            Skopeo("copy", [.. options, $"oci:{_store.Paths.Images}:app:1", $"{target}:{path}:back:1"]);
            var back = Assert.Single(other.Import(path));
            Assert.Equal("back:1", back.Name);
            Assert.Equal(image.Layers, back.Layers);
            // For the docker-archive skopeo writes the config anew, in Docker's form, and names it by its digest.
            var id = target == "docker-archive" ? "sha256:" + TestStore.Run("tar", "-xOf", path, "manifest.json").Split('"')[3][..64] : image.ImageId;
            Assert.Equal(id, back.ImageId);
            if (target != "docker-archive") Assert.Equal(image.Digest, back.Digest);
            other.Images.Remove("back:1", [], force: false);
        }

        other.AssertEmpty();
    }

    [Fact]
    public void What_skopeo_copies_into_our_store_is_an_image_there()
    {
        _store.Import(RootFileSystem(), "ours");
        var oci = OciOf([Layer("a")], [Gzip(Layer("a"))]);
        Skopeo("copy", $"oci-archive:{_store.File(oci.Tar("theirs:1"))}:theirs:1", $"oci:{_store.Paths.Images}:theirs:1");
        Assert.Equal(["ours:latest", "theirs:1"], _store.Images.List().Select(image => image.Name).Order());
        Assert.Equal(Sha(oci.Blobs[0]), _store.Images.Get("theirs:1").ImageId);
        Assert.True(File.Exists(Path.Combine(Assert.Single(_store.Images.Resolve("theirs:1").LayerPaths), "a")));
    }

    private string Skopeo(string verb, params string[] arguments) => TestStore.Run("skopeo", ["--policy", _policy, verb, .. arguments]);
}
