using System.Text.Json.Nodes;
using ContainerPS.Engine.Images;
using ContainerPS.Engine.Storage;
using static ContainerPS.Engine.Tests.Images.TestArchives;

namespace ContainerPS.Engine.Tests.Images;

/// <summary>Archives that are written: what is in them, that they come back byte for byte, and that other tools take them.</summary>
public sealed class SaveTests : IDisposable
{
    private readonly TestStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void An_archive_is_what_docker_save_writes()
    {
        byte[][] layers = [Layer("a"), Layer("b")];
        var image = _store.Import(OciOf(layers, [Gzip(layers[0]), layers[1]]).Tar("app:1"))[0];
        _store.Images.Tag("app:1", "hub.example:5000/it/app:2");
        var path = Save(["app:1", "hub.example:5000/it/app"]);

        string[] blobs = [image.ImageId[7..], image.Digest![7..], Digest.Of(Gzip(layers[0])).Hex, Digest.Of(layers[1]).Hex];
        Assert.Equal(
            ["blobs/", "blobs/sha256/", .. blobs.Order(StringComparer.Ordinal).Select(hex => $"blobs/sha256/{hex}"), "index.json", "manifest.json", "oci-layout", "repositories"],
            TestStore.Run("tar", "-tf", path).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var item = Member(path, "manifest.json").AsArray().Single()!;
        Assert.Equal($"blobs/sha256/{image.ImageId[7..]}", item["Config"]!.GetValue<string>());
        Assert.Equal(["app:1", "hub.example:5000/it/app:2"], item["RepoTags"]!.AsArray().Select(tag => tag!.GetValue<string>()));
        Assert.Equal([$"blobs/sha256/{blobs[2]}", $"blobs/sha256/{blobs[3]}"], item["Layers"]!.AsArray().Select(layer => layer!.GetValue<string>()));
        Assert.Equal($"sha256:{blobs[2]}", item["LayerSources"]![image.Layers[0]]!["digest"]!.GetValue<string>());
        Assert.Equal(blobs[3], Member(path, "repositories")["hub.example:5000/it/app"]!["2"]!.GetValue<string>());
        var annotations = Member(path, "index.json")["manifests"]!.AsArray()[0]!["annotations"]!;
        Assert.Equal("docker.io/library/app:1", annotations["io.containerd.image.name"]!.GetValue<string>());
        Assert.Equal("1", annotations["org.opencontainers.image.ref.name"]!.GetValue<string>());
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(Save(["app:1", "hub.example:5000/it/app:2"], name: "again.tar")));
    }

    [Theory]
    [InlineData(ImageArchiveFormat.Docker, "f.tar")]
    [InlineData(ImageArchiveFormat.Docker, "f.tar.gz")]
    [InlineData(ImageArchiveFormat.Docker, "f.tar.zst")]
    [InlineData(ImageArchiveFormat.Oci, "f.tar.bz2")]
    [InlineData(ImageArchiveFormat.Oci, "f.oci")]
    [InlineData(ImageArchiveFormat.OciDirectory, "layout")]
    public void Comes_back_byte_for_byte(ImageArchiveFormat format, string name)
    {
        byte[][] layers = [Layer("shared"), Layer("b"), Layer("c")];
        _store.Import(OciOf([layers[0], layers[1]], [Gzip(layers[0]), layers[1]]).Tar("one:1"));
        _store.Import(OciOf([layers[0], layers[2]], [Gzip(layers[0]), Gzip(layers[2])]).Tar("two:1"));
        _store.Import(RootFileSystem(), "three");
        var path = Save(["one", "two", "three"], format, name);

        using var other = new TestStore();
        var back = other.Import(path);
        Assert.Equal(["one:1", "three:latest", "two:1"], back.Select(image => image.Name).Order());
        foreach (var image in back)
        {
            var original = _store.Images.Get(image.Name);
            Assert.Equal((original.ImageId, original.Digest), (image.ImageId, image.Digest));
        }

        Assert.Equal(_store.Blobs(), other.Blobs());
        Assert.Equal(_store.Layers(), other.Layers());
    }

    [Fact]
    public void What_docker_archives_brought_comes_back_the_same_too()
    {
        var image = _store.Import(Docker(["app:1"], Layer("a"), Layer("b")))[0];
        using var other = new TestStore();
        var back = Assert.Single(other.Import(Save(["app:1"])));
        Assert.Equal((image.ImageId, image.Digest), (back.ImageId, back.Digest));
    }

    [Fact]
    public void By_id_an_image_has_no_name_in_the_archive()
    {
        var image = _store.Import(Docker(["app:1", "app:2"], Layer("a")))[0];
        var path = Save([image.ShortId]);
        Assert.Null(Member(path, "manifest.json").AsArray().Single()!["RepoTags"]);
        using var other = new TestStore();
        Assert.Null(Assert.Single(other.Import(path)).Repository);
    }

    [Fact]
    public void A_stream_takes_the_same_bytes()
    {
        _store.Import(Docker(["app:1"], Layer("a")));
        using var stream = new MemoryStream();
        _store.Images.Save(new SaveRequest { Images = ["app:1"], Destination = stream }, null, CancellationToken.None);
        Assert.Equal(File.ReadAllBytes(Save(["app:1"])), stream.ToArray());
    }

    [Fact]
    public void A_damaged_blob_is_not_passed_on_and_nothing_is_left()
    {
        _store.Import(Docker(["app:1"], Layer("a")));
        var blob = Path.Combine(_store.Paths.Images, "blobs/sha256", Digest.Of(Layer("a")).Hex);
        var bytes = File.ReadAllBytes(blob);
        foreach (var damage in new Func<byte[]>[] { () => [.. bytes[..600], (byte)(bytes[600] ^ 1), .. bytes[601..]], () => bytes[..^512] })
        {
            File.WriteAllBytes(blob, damage());
            foreach (var format in Enum.GetValues<ImageArchiveFormat>())
            {
                Assert.Contains("damaged", Assert.Throws<InvalidContentException>(() => Save(["app:1"], format, "out")).Message);
                AssertNothingLeft();
            }
        }

        File.Delete(blob);
        Assert.Contains("lacks the blob", Assert.Throws<InvalidContentException>(() => Save(["app:1"])).Message);
        AssertNothingLeft();
    }

    [Fact]
    public void A_cancelled_save_leaves_the_archive_that_was_there()
    {
        _store.Import(Docker(["app:1"], Layer("a")));
        var path = _store.File(Text("old"), "f.tar");
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => _store.Images.Save(new SaveRequest { Images = ["app:1"], Path = path }, null, cancellation.Token));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Empty(Directory.GetFiles(_store.Folder, "*.unfinished"));
    }

    [Fact]
    public void A_full_disk_leaves_no_archive()
    {
        using var small = new TestStore(tmpfsSize: "3m");
        var noise = new byte[4 << 20];
        new Random(1).NextBytes(noise);
        _store.Import(Tar(("noise", noise)), "big");
        var request = new SaveRequest { Images = ["big"], Path = Path.Combine(small.Paths.Root, "f.tar") };
        Assert.Throws<NoSpaceException>(() => _store.Images.Save(request, null, CancellationToken.None));
        Assert.Empty(Directory.GetFileSystemEntries(small.Paths.Root));
    }

    [Fact]
    public void What_is_removed_while_it_is_saved_is_saved_whole()
    {
        var noise = new byte[3 << 20];
        new Random(1).NextBytes(noise);
        _store.Import(Tar(("noise", noise)), "app");
        var removed = false;
        var path = Path.Combine(_store.Folder, "f.tar");
        _store.Images.Save(new SaveRequest { Images = ["app"], Path = path }, new Reporter(() =>
        {
            if (removed) return;
            removed = true;
            new ImageStore(_store.Paths).Remove("app", [], force: false);
        }), CancellationToken.None);
        Assert.True(removed);
        _store.AssertEmpty();
        Assert.Equal("app:latest", Assert.Single(_store.Import(path)).Name);
    }

    [Fact]
    public void What_cannot_be_saved_so_is_said_before_anything_is_written()
    {
        _store.Import(Docker(["app:1"], Layer("a")));
        Assert.Throws<ImageNotFoundException>(() => Save(["none"]));
        Assert.Throws<ImageNotFoundException>(() => Save(["app:1", "none"]));
        Assert.Contains("no folder", Assert.Throws<InvalidSettingException>(() => Save(["app:1"], name: "none/f.tar")).Message);
        Assert.Contains("xz", Assert.Throws<InvalidSettingException>(() => Save(["app:1"], name: "f.tar.xz")).Message);
        Assert.Contains("is a folder", Assert.Throws<InvalidSettingException>(() => Save(["app:1"], name: "root")).Message);
        Assert.Contains("not an empty folder", Assert.Throws<InvalidSettingException>(() => Save(["app:1"], ImageArchiveFormat.OciDirectory, "root")).Message);
        AssertNothingLeft();
    }

    [Fact]
    public void An_import_returns_only_what_it_named()
    {
        _store.Import(Docker(["app:1", "app:2"], Layer("a")));
        Assert.Equal(["app:3"], _store.Import(Docker(["app:3"], Layer("a"))).Select(image => image.Name));
        Assert.Equal(3, _store.Images.List().Count);
    }

    [Fact]
    public void A_name_with_a_digest_says_nothing_of_other_content()
    {
        var claimed = $"app@sha256:{new string('a', 64)}";
        var image = Assert.Single(_store.Import(OciOf([Layer("a")]).Tar(claimed)));
        Assert.Null(image.Repository);
        Assert.Throws<ImageNotFoundException>(() => _store.Images.Get(claimed));
    }

    [Fact]
    public void Podman_and_skopeo_take_the_archives_and_digests_stay()
    {
        byte[][] layers = [Layer("a"), Layer("b")];
        var image = _store.Import(OciOf(layers, [Gzip(layers[0]), Gzip(layers[1])]).Tar("app:1"))[0];
        var second = _store.Import(Docker(["second:1"], Layer("c")))[0];
        var policy = _store.File(Text("""{"default":[{"type":"insecureAcceptAnything"}]}"""), "policy.json");
        var docker = Save(["app:1", "second:1"]);
        var oci = Save(["app:1"], ImageArchiveFormat.Oci, "f.oci");
        var layout = Save(["app:1", "second:1"], ImageArchiveFormat.OciDirectory, "layout");

        string[] podman = ["--root", Path.Combine(_store.Folder, "podman"), "--runroot", Path.Combine(_store.Folder, "podman-run"), "--storage-driver", "vfs"];
        foreach (var path in new[] { docker, oci })
        {
            TestStore.Run("podman", [.. podman, "load", "--quiet", "--signature-policy", policy, "--input", path]);
            Assert.Contains(image.ImageId[7..], TestStore.Run("podman", [.. podman, "images", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}"]).Split('\n').Single(line => line.Contains("/app:1")));
            TestStore.Run("podman", [.. podman, "rmi", "--all", "--force"]);
        }

        Assert.Equal(image.Digest, Inspect($"oci-archive:{oci}:app:1"));
        Assert.Equal(image.Digest, Inspect($"oci:{layout}:app:1"));
        Assert.Equal(second.Digest, Inspect($"oci:{layout}:second:1"));
        Assert.Contains("second:1", TestStore.Run("umoci", "list", "--layout", layout));
        Assert.Equal(image.Layers.Count, JsonNode.Parse(TestStore.Run("skopeo", "--policy", policy, "inspect", $"docker-archive:{docker}:app:1"))!["Layers"]!.AsArray().Count);

        // And back: what podman saves of ours.
        foreach (var (format, source) in new[] { ("docker-archive", docker), ("oci-archive", oci) })
        {
            TestStore.Run("podman", [.. podman, "load", "--quiet", "--signature-policy", policy, "--input", source]);
            var back = Path.Combine(_store.Folder, format);
            TestStore.Run("podman", [.. podman, "save", "--quiet", "--format", format, "--output", back, "app:1"]);
            using var other = new TestStore();
            var found = Assert.Single(other.Import(back));
            Assert.EndsWith("app:1", found.Name, StringComparison.Ordinal);
            Assert.Equal(image.Layers, found.Layers);
            // For the docker-archive podman writes the config anew, in Docker's form.
            if (format == "oci-archive") Assert.Equal(image.ImageId, found.ImageId);
            TestStore.Run("podman", [.. podman, "rmi", "--all", "--force"]);
        }

        string Inspect(string reference) => JsonNode.Parse(TestStore.Run("skopeo", "--policy", policy, "inspect", reference))!["Digest"]!.GetValue<string>();
    }

    private string Save(string[] images, ImageArchiveFormat format = ImageArchiveFormat.Docker, string name = "f.tar")
    {
        var path = Path.Combine(_store.Folder, name);
        _store.Images.Save(new SaveRequest { Images = images, Path = path, Format = format }, null, CancellationToken.None);
        return path;
    }

    private static JsonNode Member(string archive, string name) => JsonNode.Parse(TestStore.Run("tar", "-xOf", archive, name))!;

    private void AssertNothingLeft() => Assert.Equal(["root", "run"], Directory.EnumerateFileSystemEntries(_store.Folder).Select(Path.GetFileName).Order());

    private sealed class Reporter(Action action) : IProgress<SaveProgress>
    {
        public void Report(SaveProgress value) => action();
    }
}
