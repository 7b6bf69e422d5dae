using System.Text.Json.Nodes;
using ContainerPS.Engine.Images;
using ContainerPS.Engine.Storage;
using static ContainerPS.Engine.Tests.Images.TestArchives;

namespace ContainerPS.Engine.Tests.Images;

/// <summary>Damaged and hostile sources: one clear error, nothing visible, nothing left, nothing outside touched.</summary>
public sealed class HostileArchiveTests : IDisposable
{
    private readonly TestStore _store = new();

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData("../../x/layer.tar", "a path out of the archive")]
    [InlineData("/etc/passwd", "a path out of the archive")]
    [InlineData("a/../../b/layer.tar", "a path out of the archive")]
    [InlineData("none/layer.tar", "there is none of that name")]
    [InlineData("", "a path out of the archive")]
    public void Layers_are_members_of_the_archive(string layer, string message)
    {
        var plain = Layer("a");
        var config = Config([plain]);
        Refused(DockerWith(DockerItem("config.json", ["x:1"], [layer]), ("config.json", config), ("../../x/layer.tar", plain)), message);
    }

    [Theory]
    [InlineData("../config.json")]
    [InlineData("/proc/self/environ")]
    public void Configs_are_members_of_the_archive(string config) =>
        Refused(DockerWith(DockerItem(config, ["x:1"], [])), "a path out of the archive");

    [Fact]
    public void A_link_leads_nowhere_but_into_the_archive()
    {
        var secret = _store.File(Layer("secret"), "secret.tar");
        var folder = Directory.CreateDirectory(Path.Combine(_store.Folder, "hostile")).FullName;
        File.WriteAllBytes(Path.Combine(folder, "config.json"), Config([Layer("secret")]));
        File.WriteAllBytes(Path.Combine(folder, "manifest.json"), Json(new JsonArray(DockerItem("config.json", ["x:1"], ["layer.tar"]))));
        foreach (var target in new[] { secret, "../secret.tar", "layer.tar" })
        {
            File.CreateSymbolicLink(Path.Combine(folder, "layer.tar"), target);
            TestStore.Run("tar", "-C", folder, "-cf", folder + ".tar", "manifest.json", "config.json", "layer.tar");
            File.Delete(Path.Combine(folder, "layer.tar"));
            Refused(File.ReadAllBytes(folder + ".tar"), "there is none of that name");
        }
    }

    [Theory]
    [InlineData("../../x")]
    [InlineData("x:../../y")]
    [InlineData("Capital:1")]
    public void Names_are_image_names(string tag)
    {
        Refused(Docker([tag], Layer("a")), "is not an image name");
        Refused(OciOf([Layer("a")]).Tar(tag), "is not an image name");
    }

    [Theory]
    [InlineData("sha256:../../x")]
    [InlineData("sha256:ABCDEF")]
    [InlineData("sha512:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("")]
    public void Digests_are_digests(string digest)
    {
        Refused(OciOf([Layer("a")], change: manifest => manifest["config"]!["digest"] = digest).Tar("x:1"), "which is not 'sha256:'");
        Refused(OciOf([Layer("a")], change: manifest => manifest["layers"]![0]!["digest"] = digest).Tar("x:1"), "which is not 'sha256:'");
        var entry = OciOf([Layer("a")]).Entry("x:1");
        entry["digest"] = digest;
        Refused(OciTar(Index(entry)), "which is not 'sha256:'");
        var config = Text($$$"""{"os":"linux","rootfs":{"type":"layers","diff_ids":["{{{digest}}}"]}}""");
        Refused(DockerWith(DockerItem("config.json", ["x:1"], ["layer.tar"]), ("config.json", config), ("layer.tar", Layer("a"))), "which is not 'sha256:'");
    }

    [Fact]
    public void Diff_ids_digests_and_sizes_are_verified()
    {
        Refused(Docker(["x:1"], [Layer("a")], [Layer("b")]), "it is damaged");
        Refused(OciOf([Layer("a")], [Gzip(Layer("b"))]).Tar("x:1"), "and the image's config says");
        Refused(OciOf([Layer("a")], change: manifest => manifest["layers"]![0]!["size"] = 5).Tar("x:1"), "and should have 5");
        Refused(OciOf([Layer("a")], change: manifest => manifest["layers"]![0]!["size"] = -5).Tar("x:1"), "the size -5");
        Refused(OciOf([Layer("a")], change: manifest => manifest["config"]!["size"] = 5).Tar("x:1"), "and should have 5");

        var image = OciOf([Layer("a")]);
        var wrong = Layer("wrong");
        Refused(Tar(("index.json", Json(Index(image.Entry("x:1")))), ("oci-layout", Text("""{"imageLayoutVersion":"1.0.0"}""")), (Blob(image.Manifest), image.Manifest), (Blob(image.Blobs[0]), image.Blobs[0]), (Blob(image.Blobs[1]), wrong)), "it is damaged");
        Refused(Tar(("index.json", Json(Index(image.Entry("x:1")))), ("oci-layout", Text("""{"imageLayoutVersion":"1.0.0"}""")), (Blob(image.Manifest), wrong)), "it is damaged");

        static string Blob(byte[] content) => $"blobs/sha256/{Digest.Of(content).Hex}";
    }

    [Fact]
    public void Two_layers_of_which_the_second_is_bad_leave_nothing_of_the_first() =>
        Refused(Docker(["x:1"], [Layer("a"), Layer("b")], [Layer("a"), Layer("c")]), "it is damaged");

    [Fact]
    public void The_numbers_of_layers_agree()
    {
        Refused(DockerWith(DockerItem("config.json", ["x:1"], []), ("config.json", Config([Layer("a")]))), "lists 0 layers");
        Refused(OciOf([Layer("a"), Layer("b")], [Layer("a")]).Tar("x:1"), "lists 1 layers");
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("[null]")]
    [InlineData("{}")]
    [InlineData("[{}]")]
    [InlineData("[{\"Config\":\"config.json\",\"Layers\":null}]")]
    [InlineData("[{\"Config\":\"config.json\",\"Layers\":[null]}]")]
    [InlineData("[{\"Config\":5,\"Layers\":[]}]")]
    [InlineData("[{\"Config\":\"config.json\",\"Layers\":[],\"RepoTags\":[null]}]")]
    [InlineData("[{\"Config\":")]
    public void Odd_manifest_json(string manifest) => Refused(Tar(("manifest.json", Text(manifest)), ("config.json", Config([]))), "");

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"schemaVersion\":2}")]
    [InlineData("{\"schemaVersion\":2,\"config\":null,\"layers\":[]}")]
    [InlineData("{\"schemaVersion\":2,\"config\":{},\"layers\":null}")]
    [InlineData("{\"schemaVersion\":2,\"config\":{},\"layers\":[null]}")]
    [InlineData("{\"schemaVersion\":2,\"config\":{\"size\":99999999999999999999999},\"layers\":[]}")]
    [InlineData("{\"schemaVersion\":2,\"config\":{\"size\":1e400},\"layers\":[]}")]
    [InlineData("{\"schemaVersion\":2,\"manifests\":[null]}")]
    [InlineData("{\"schemaVersion\":2,\"manifests\":[],\"layers\":[],\"config\":{}}")]
    [InlineData("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"layers\":[],\"config\":{}}")]
    [InlineData("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.docker.distribution.manifest.v2+json\",\"layers\":[],\"config\":{}}")]
    public void Odd_manifests(string manifest)
    {
        var image = new OciImage(Text(manifest), [], "amd64");
        Refused(image.Tar("x:1"), "");
    }

    [Fact]
    public void Deep_nesting_and_long_documents()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 100_000));
        Refused(Tar(("manifest.json", Text(deep))), "manifest.json");
        Refused(new OciImage(Text("{\"config\":" + new string('[', 50_000)), [], "amd64").Tar("x:1"), "");
        Refused(Tar(("manifest.json", new byte[5 << 20])), "longer than 4 MiB");
        Refused(new OciImage(new byte[5 << 20], [], "amd64").Tar("x:1"), "longer than 4 MiB");
    }

    [Fact]
    public void An_index_that_leads_to_itself_through_others_ends()
    {
        var inner = Json(Index());
        var blobs = new List<byte[]> { inner };
        for (var i = 0; i < 10; i++)
        {
            var descriptor = Descriptor("application/vnd.oci.image.index.v1+json", inner);
            descriptor["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = "amd64" };
            inner = Json(Index(descriptor));
            blobs.Add(inner);
        }

        Refused(OciTar(Index(Descriptor("application/vnd.oci.image.index.v1+json", inner)), [.. blobs]), "more than 4 indexes");
    }

    [Fact]
    public void Truncated_anywhere()
    {
        byte[][] archives = [RootFileSystem(), Docker(["x:1"], Layer("a"), Layer("b")), OciOf([Layer("a")]).Tar("x:1")];
        foreach (var archive in archives)
        {
            // Through the middle of a header, of a content, and of a gzip stream.
            Refused(archive[..(archive.Length / 2 / 512 * 512 + 100)], "");
            var zipped = Gzip(archive);
            Refused(zipped[..(zipped.Length / 2)], "");
            Refused(zipped[..^4], "");
            Refused([.. zipped, .. Text("junk after the end")], "");
        }

        Refused(DockerLayer(Gzip(Layer("a"))[..^9], Layer("a")), "");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    [InlineData("xz")]
    [InlineData("bzip2")]
    public void Compressed_layers_that_are_cut_or_have_something_behind_them(string program)
    {
        var plain = Layer([.. Enumerable.Range(0, 200).Select(i => $"file{i}")]);
        var file = _store.File(plain, "plain.tar");
        TestStore.Run("bash", "-c", $"{program} -c '{file}' > '{file}.z'");
        var whole = File.ReadAllBytes(file + ".z");
        File.Delete(file);
        File.Delete(file + ".z");
        foreach (var bad in new byte[][] { whole[..(whole.Length / 2)], whole[..^3], [.. whole, .. Text("junk after the end of it")] })
        {
            Refused(DockerLayer(bad, plain), "");
            Refused(OciOf([plain], [bad]).Tar("x:1"), "");
        }

        Assert.Single(_store.Import(OciOf([plain], [whole]).Tar("x:1")));
        _store.Images.Remove("x:1", [], force: false);
    }

    [Theory]
    [InlineData("""{"Config":"config.json","RepoTags":["x:1"],"Layers":["layer.tar"],"LayerSources":5}""")]
    [InlineData("""{"Config":"config.json","RepoTags":["x:1"],"Layers":["layer.tar"],"LayerSources":{"../../x":{"digest":5}}}""")]
    [InlineData("""{"Config":"config.json","RepoTags":["x:1","../../x"],"Layers":["layer.tar"]}""")]
    public void Odd_entries_of_a_docker_archive(string item) =>
        Refused(Tar(("config.json", Config([Layer("a")])), ("layer.tar", Layer("a")), ("manifest.json", Text($"[{item}]"))), "manifest.json");

    [Fact]
    public void Where_layers_come_from_and_the_old_list_of_repositories_are_not_believed()
    {
        var item = DockerItem("config.json", ["x:1"], ["layer.tar"]);
        item["LayerSources"] = new JsonObject { [Sha(Layer("a"))] = new JsonObject { ["digest"] = "sha256:../../x", ["urls"] = new JsonArray("http://127.0.0.1:1/") } };
        var archive = Tar(("repositories", Text("""{"../../x":{"../y":"../../z"}}""")), ("config.json", Config([Layer("a")])), ("layer.tar", Layer("a")), ("manifest.json", Json(new JsonArray(item))));
        Assert.Equal("x:1", Assert.Single(_store.Import(archive)).Name);
        Assert.Equal(["root", "run"], Directory.EnumerateFileSystemEntries(_store.Folder).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("../escaped")]
    [InlineData("a/../../escaped")]
    public void Paths_out_of_the_root_stay_in_it_or_are_refused(string name)
    {
        var outside = Path.Combine(_store.Paths.Layers, "escaped");
        try
        {
            _store.Import(Tar(("etc/", []), (name, Text("out"))), "x");
            _store.Images.Remove("x", [], force: false);
        }
        catch (InvalidContentException)
        {
        }

        Assert.False(File.Exists(outside));
        _store.AssertEmpty();
    }

    [Fact]
    public void A_bomb_is_stopped()
    {
        // More than 1 GiB of zeros in some kilobytes.
        var bomb = Path.Combine(_store.Folder, "bomb.tar.zst");
        TestStore.Run("bash", "-c", $"cd '{_store.Folder}' && truncate -s 1100M zeros && tar --format=ustar -cf - zeros | zstd -q > '{bomb}'; rm -f zeros");
        var error = Assert.Throws<InvalidContentException>(() => _store.Import(bomb, "bomb"));
        Assert.Contains("compressed bytes expand", error.Message);
        _store.AssertEmpty();
    }

    private static byte[] DockerWith(JsonObject item, params (string, byte[])[] members) => Tar([.. members, ("manifest.json", Json(new JsonArray(item)))]);

    private static byte[] DockerLayer(byte[] stored, byte[] plain) =>
        DockerWith(DockerItem("config.json", ["x:1"], ["layer.tar"]), ("config.json", Config([plain])), ("layer.tar", stored));

    private void Refused(byte[] archive, string message)
    {
        // From a file, which is read in place, and from a stream, which is spooled.
        var fromFile = Assert.ThrowsAny<ContainerEngineException>(() => _store.Import(_store.File(archive), archive.Length > 0 ? null : "x"));
        Assert.Equal(ErrorKind.InvalidData, fromFile.Kind);
        Assert.Contains(message, fromFile.Message);
        Assert.Equal(ErrorKind.InvalidData, Assert.ThrowsAny<ContainerEngineException>(() => _store.Import(archive)).Kind);
        _store.AssertEmpty();
        Assert.Empty(Directory.EnumerateFileSystemEntries(_store.Folder).Select(Path.GetFileName).Except(["root", "run", "archive.tar", "secret.tar", "hostile", "hostile.tar"]));
    }
}
