using ContainerPS.Engine.Images;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;
using static ContainerPS.Engine.Tests.Images.TestArchives;

namespace ContainerPS.Engine.Tests.Images;

public sealed class ImportTests : IDisposable
{
    private readonly TestStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void A_root_file_system_becomes_an_image_with_one_plain_layer()
    {
        var tar = RootFileSystem();
        var request = new ImportRequest { Path = _store.File(tar), Name = "tiny", Author = "me", Message = "why", Command = ["/bin/sh", "-l"] };
        var image = Assert.Single(_store.Images.Import(request, null, CancellationToken.None));

        Assert.Equal("tiny:latest", image.Name);
        Assert.Equal(["/bin/sh", "-l"], image.Command);
        Assert.Equal("me", image.Author);
        Assert.Equal([Sha(tar)], image.Layers);
        Assert.Equal("#!test".Length + "ID=test\n".Length, image.Size);
        var resolved = _store.Images.Resolve("tiny");
        Assert.Equal("why", Assert.Single(resolved.Config.History!).Comment);
        Assert.Equal("ID=test\n", File.ReadAllText(Path.Combine(Assert.Single(resolved.LayerPaths), "etc/os-release")));
        Assert.Contains(Digest.Of(tar).Hex, _store.Blobs());
        Assert.Equal(3, _store.Blobs().Length);
        _store.AssertClean();
    }

    [Fact]
    public void An_image_needs_neither_name_nor_command()
    {
        var image = Assert.Single(_store.Import(RootFileSystem()));
        Assert.Null(image.Repository);
        Assert.Empty(image.Command);
        Assert.Equal(image.ImageId, _store.Images.Get(image.ShortId).ImageId);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("xz")]
    [InlineData("zstd")]
    [InlineData("bzip2")]
    public void Archives_may_be_compressed_as_a_whole(string program)
    {
        var plain = _store.File(RootFileSystem());
        TestStore.Run("bash", "-c", $"{program} -c '{plain}' > '{plain}.z'");
        Assert.Equal(Sha(RootFileSystem()), Assert.Single(Assert.Single(_store.Import(plain + ".z", "whole")).Layers));

        var docker = _store.File(Docker(["saved:1"], Layer("a"), Layer("b")), "docker.tar");
        TestStore.Run("bash", "-c", $"{program} -c '{docker}' > '{docker}.z'");
        Assert.Equal("saved:1", Assert.Single(_store.Import(docker + ".z")).Name);
        _store.AssertClean();
    }

    [Fact]
    public void A_docker_archive_keeps_config_names_and_order_of_layers()
    {
        byte[][] layers = [Layer("a", "shared"), Layer("b"), Layer("c")];
        var images = _store.Import(Docker(["app:1", "hub.example:5000/it/app:2"], layers));
        Assert.Equal(["app:1", "hub.example:5000/it/app:2"], images.Select(image => image.Name));
        Assert.All(images, image => Assert.Equal(Sha(Config(layers)), image.ImageId));
        Assert.Equal(layers.Select(Sha), images[0].Layers);
        Assert.Equal(["80/tcp"], images[0].ExposedPorts);
        Assert.Equal("b", images[0].Labels["a"]);
        Assert.Equal(2024, images[0].Created!.Value.Year);

        var paths = _store.Images.Resolve("app:1").LayerPaths;
        Assert.True(File.Exists(Path.Combine(paths[0], "c")));
        Assert.True(File.Exists(Path.Combine(paths[2], "a")));
    }

    [Fact]
    public void A_docker_archive_may_have_compressed_layers_and_links_between_its_members()
    {
        byte[][] layers = [Layer("a"), Layer("b")];
        Assert.Equal(layers.Select(Sha), Assert.Single(_store.Import(Docker(["zipped"], layers, [Gzip(layers[0]), Gzip(layers[1])]))).Layers);

        var folder = Directory.CreateDirectory(Path.Combine(_store.Folder, "links")).FullName;
        var config = Config([layers[0], layers[0]]);
        File.WriteAllBytes(Path.Combine(folder, "config.json"), config);
        File.WriteAllBytes(Path.Combine(folder, "one.tar"), layers[0]);
        Directory.CreateDirectory(Path.Combine(folder, "two"));
        File.CreateSymbolicLink(Path.Combine(folder, "two", "layer.tar"), "../one.tar");
        File.WriteAllBytes(Path.Combine(folder, "manifest.json"), Json(new System.Text.Json.Nodes.JsonArray(DockerItem("config.json", ["linked:1"], ["one.tar", "two/layer.tar"]))));
        TestStore.Run("tar", "-C", folder, "-cf", folder + ".tar", "config.json", "one.tar", "two", "manifest.json");
        Assert.Equal(Sha(config), Assert.Single(_store.Import(folder + ".tar")).ImageId);
    }

    [Fact]
    public void An_oci_archive_keeps_its_manifest_byte_for_byte()
    {
        byte[][] layers = [Layer("a"), Layer("b")];
        var oci = OciOf(layers, [Gzip(layers[0]), layers[1]]);
        var image = Assert.Single(_store.Import(oci.Tar("app:1")));
        Assert.Equal(Sha(oci.Manifest), image.Digest);
        Assert.Equal(Sha(oci.Blobs[0]), image.ImageId);
        Assert.Equal(oci.Blobs.Append(oci.Manifest).Select(blob => Digest.Of(blob).Hex).Order(StringComparer.Ordinal), _store.Blobs());
        Assert.True(File.Exists(Path.Combine(_store.Images.Resolve("app:1").LayerPaths[1], "a")));
    }

    [Fact]
    public void A_layout_folder_is_an_image_source()
    {
        var oci = OciOf([Layer("a")]);
        var folder = Directory.CreateDirectory(Path.Combine(_store.Folder, "layout")).FullName;
        TestStore.Run("tar", "-C", folder, "-xf", _store.File(oci.Tar("app:1")));
        Assert.Equal(Sha(oci.Manifest), Assert.Single(_store.Import(folder)).Digest);
        var error = Assert.Throws<InvalidContentException>(() => _store.Import(Path.Combine(folder, "blobs")));
        Assert.Contains("no OCI image layout", error.Message);
    }

    [Fact]
    public void An_archive_of_Docker_25_is_read_as_the_layout_it_holds()
    {
        var layer = Layer("a");
        var oci = OciOf([layer]);
        var config = oci.Blobs[0];
        var item = DockerItem($"blobs/sha256/{Digest.Of(config).Hex}", ["app:1"], [$"blobs/sha256/{Digest.Of(layer).Hex}"]);
        var entry = oci.Entry("docker.io/library/app:1", annotation: "io.containerd.image.name");
        entry["annotations"]!["org.opencontainers.image.ref.name"] = "1";
        var archive = Tar(
        [
            .. oci.Blobs.Append(oci.Manifest).Select(blob => ($"blobs/sha256/{Digest.Of(blob).Hex}", blob)),
            ("index.json", Json(Index(entry))), ("manifest.json", Json(new System.Text.Json.Nodes.JsonArray(item))), ("oci-layout", Text("""{"imageLayoutVersion":"1.0.0"}""")),
        ]);
        var image = Assert.Single(_store.Import(archive));
        Assert.Equal(("app:1", Sha(oci.Manifest)), (image.Name, image.Digest));
    }

    [Fact]
    public void Of_several_platforms_the_wanted_one_is_taken()
    {
        var (amd, arm) = (OciOf([Layer("amd")]), OciOf([Layer("arm")], architecture: "arm64"));
        var inner = Json(Index(amd.Entry(platform: true), arm.Entry(platform: true)));
        var outer = Descriptor(MediaTypes.OciIndex, inner);
        outer["annotations"] = new System.Text.Json.Nodes.JsonObject { ["org.opencontainers.image.ref.name"] = "multi:1" };
        var archive = _store.File(OciTar(Index(outer), [inner, amd.Manifest, arm.Manifest, .. amd.Blobs, .. arm.Blobs]));

        Assert.Equal("linux/arm64", Assert.Single(_store.Import(archive, platform: "linux/arm64/v8")).Platform);
        Assert.Equal("multi:1", Assert.Single(_store.Import(archive, platform: "amd64")).Name);
        Assert.Equal("linux/amd64", _store.Images.Get("multi:1").Platform);
        var error = Assert.Throws<InvalidContentException>(() => _store.Import(archive, platform: "linux/s390x"));
        Assert.Contains("it has: linux/amd64, linux/arm64", error.Message);
        Assert.Throws<InvalidSettingException>(() => _store.Import(archive, platform: "a/b/c/d"));
    }

    [Fact]
    public void A_given_name_replaces_the_archives_own_and_fits_one_image_only()
    {
        Assert.Equal("mine:2", Assert.Single(_store.Import(Docker(["theirs:1"], Layer("a")), "mine:2")).Name);
        Assert.Equal("mine:v7", Assert.Single(_store.Import(OciOf([Layer("b")]).Tar("v7"), "mine")).Name);
        var two = (OciOf([Layer("c")]), OciOf([Layer("d")]));
        var archive = OciTar(Index(two.Item1.Entry("c:1"), two.Item2.Entry("d:1")), [.. two.Item1.Blobs, .. two.Item2.Blobs, two.Item1.Manifest, two.Item2.Manifest]);
        Assert.Contains("2 images", Assert.Throws<InvalidSettingException>(() => _store.Import(archive, "mine")).Message);
        Assert.Equal(2, _store.Import(archive).Count);
        Assert.Throws<InvalidReferenceException>(() => _store.Import(RootFileSystem(), "../../x"));
        Assert.Throws<InvalidReferenceException>(() => _store.Import(RootFileSystem(), "Capital"));
    }

    [Fact]
    public void A_second_image_takes_the_name_and_the_first_stays_without_one()
    {
        var first = Assert.Single(_store.Import(Docker(["app:1"], Layer("a"))));
        var second = Assert.Single(_store.Import(Docker(["app:1"], Layer("b"))));
        Assert.Equal(second.ImageId, _store.Images.Get("app:1").ImageId);
        Assert.Null(_store.Images.Get(first.ShortId).Repository);
        Assert.Equal(2, _store.Images.List().Count);

        // Imported once more, nothing changes; and under a name, the nameless one has it.
        _store.Import(Docker(["app:1"], Layer("b")));
        _store.Import(Docker(["old:1"], Layer("a")));
        Assert.Equal(["app:1", "old:1"], _store.Images.List().Select(image => image.Name).Order());
    }

    [Fact]
    public void A_pipe_is_read_in_one_pass()
    {
        var tar = RootFileSystem();
        foreach (var (archive, name) in new[] { (tar, "piped:1"), (Docker(["piped:2"], Layer("a")), null), (Gzip(OciOf([Layer("b")]).Tar("piped:3")), null) })
            _store.Images.Import(new ImportRequest { Source = new ForwardStream(archive), Name = name }, null, CancellationToken.None);
        Assert.Equal(["piped:1", "piped:2", "piped:3"], _store.Images.Find("piped").Select(image => image.Name).Order());
        _store.AssertClean();
    }

    [Fact]
    public void Progress_is_told_and_cancellation_leaves_nothing()
    {
        var big = Tar(("etc/", []), ("etc/big", new byte[8 << 20]));
        var reports = new List<ImportProgress>();
        _store.Images.Import(new ImportRequest { Path = _store.File(big), Name = "big" }, new Reporter(reports.Add), CancellationToken.None);
        Assert.Contains(reports, report => report is { Phase: ImportPhase.Unpacking } && report.Done == report.Total);
        Assert.Equal(ImportPhase.Saving, reports[^1].Phase);
        _store.Images.Remove("big", [], force: false);

        using var cancellation = new CancellationTokenSource();
        var request = new ImportRequest { Path = _store.File(big), Name = "big" };
        Assert.ThrowsAny<OperationCanceledException>(() => _store.Images.Import(request, new Reporter(_ => cancellation.Cancel()), cancellation.Token));
        _store.AssertEmpty();
    }

    [Fact]
    public void What_is_not_there_or_empty_is_said()
    {
        Assert.Contains("no file '/no/such/file'", Assert.Throws<InvalidSettingException>(() => _store.Import("/no/such/file")).Message);
        Assert.Contains("empty", Assert.Throws<InvalidContentException>(() => _store.Import([])).Message);
        Assert.Throws<InvalidSettingException>(() => _store.Images.Import(new ImportRequest(), null, CancellationToken.None));
        Assert.Throws<InvalidContentException>(() => _store.Import(Text("this is not a tar archive but some text that is long enough to fill a block" + new string('.', 1024))));
        _store.AssertEmpty();
    }

    [Fact]
    public void A_root_file_system_may_have_members_that_look_like_an_archives()
    {
        var tar = Tar(("manifest.txt.tar", Text("no archive")), ("etc/", []), ("etc/passwd", Text("root")));
        Assert.Equal([Sha(tar)], Assert.Single(_store.Import(_store.File(tar), "odd")).Layers);
    }

    private sealed class Reporter(Action<ImportProgress> report) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => report(value);
    }

    /// <summary>A stream that neither seeks nor gives much at once.</summary>
    private sealed class ForwardStream(byte[] content) : ReadStream
    {
        private int _position;

        public override int Read(Span<byte> buffer)
        {
            var count = Math.Min(Math.Min(buffer.Length, 1000), content.Length - _position);
            content.AsSpan(_position, count).CopyTo(buffer);
            _position += count;
            return count;
        }
    }
}
