using ContainerPS.Engine.Images;
using ContainerPS.Engine.Storage;
using static ContainerPS.Engine.Tests.Images.TestArchives;

namespace ContainerPS.Engine.Tests.Images;

/// <summary>What is wrong in a store is found, and put right where that can be.</summary>
public sealed class StoreCheckTests : IDisposable
{
    private readonly TestStore _store = new();
    private readonly byte[] _archive = Docker(["app:1"], Layer("a", "dir/b"), Layer("c", "dir/.wh.b"));

    public StoreCheckTests() => _store.Import(_archive);

    public void Dispose() => _store.Dispose();

    [Fact]
    public void A_store_that_is_well_has_no_problems()
    {
        _store.Import(RootFileSystem(), "root");
        _store.Import(OciOf([Layer("a")], [Gzip(Layer("a"))]).Tar("zipped:1"));
        _store.Images.List();
        Assert.Empty(Check());
        _store.AssertClean();
    }

    [Fact]
    public void An_empty_store_is_well()
    {
        using var empty = new TestStore();
        Assert.Empty(empty.Images.Check(true, () => [], null, CancellationToken.None));
    }

    [Theory]
    [InlineData("content")]
    [InlineData("mode")]
    [InlineData("missing")]
    [InlineData("more")]
    [InlineData("time")]
    [InlineData("link")]
    [InlineData("attribute")]
    [InlineData("marker")]
    [InlineData("wrong marker")]
    public void A_damaged_layer_is_unpacked_again(string damage)
    {
        var layer = _store.Images.Resolve("app:1").LayerPaths[1];
        var (file, marker) = (Path.Combine(layer, "dir/b"), Path.Combine(Path.GetDirectoryName(layer)!, "layer.json"));
        var time = File.GetLastWriteTimeUtc(file);
        switch (damage)
        {
            case "content": File.WriteAllText(file, "Content of dir/b"); File.SetLastWriteTimeUtc(file, time); break;
            case "mode": File.SetUnixFileMode(file, UnixFileMode.UserRead); break;
            case "missing": File.Delete(file); break;
            case "more": File.WriteAllText(Path.Combine(layer, "dir/more"), ""); break;
            case "time": File.SetLastWriteTimeUtc(file, time.AddSeconds(1)); break;
            case "link": File.Delete(file); File.CreateSymbolicLink(file, "a"); break;
            case "attribute": TestStore.Run("setfattr", "-n", "user.x", "-v", "y", Path.Combine(layer, "dir")); break;
            case "marker": File.Delete(marker); break;
            default: File.WriteAllText(marker, File.ReadAllText(marker).Replace("sha256:", "sha256:0")); break;
        }

        var problem = Assert.Single(Check());
        Assert.Equal((StoreProblemKind.LayerDamaged, false, false), (problem.Kind, problem.IsHarmless, problem.IsRepaired));
        Assert.Equal(["app:1"], problem.UsedBy);
        Assert.Contains("Repair", problem.Advice);
        Assert.True(Assert.Single(Check(repair: true)).IsRepaired);
        Assert.Empty(Check());
        Assert.Equal("content of dir/b", File.ReadAllText(file));
        _store.AssertClean();
    }

    [Fact]
    public void A_damaged_blob_has_to_come_again()
    {
        var blob = BlobPath(Digest.Of(Layer("a", "dir/b")));
        Flip(blob);
        var problem = Assert.Single(Check());
        Assert.Equal(StoreProblemKind.BlobDamaged, problem.Kind);
        Assert.Contains("app:1", problem.Advice);
        Assert.True(File.Exists(blob));
        Assert.False(Assert.Single(Check(repair: true)).IsRepaired);
        Assert.Equal(StoreProblemKind.BlobMissing, Assert.Single(Check()).Kind);
        _store.Import(_archive);
        Assert.Empty(Check());
    }

    [Fact]
    public void With_blob_and_layer_damaged_both_come_again()
    {
        var layer = _store.Images.Resolve("app:1").LayerPaths[1];
        Flip(BlobPath(Digest.Of(Layer("a", "dir/b"))));
        File.Delete(Path.Combine(Path.GetDirectoryName(layer)!, "layer.json"));
        var problems = Check(repair: true);
        Assert.Equal([StoreProblemKind.BlobDamaged, StoreProblemKind.LayerDamaged], problems.Select(problem => problem.Kind).Order());
        Assert.All(problems, problem => Assert.Contains("app:1", problem.Advice));
        _store.Import(_archive);
        Assert.Empty(Check());
        Assert.Equal("content of a", File.ReadAllText(Path.Combine(layer, "a")));
    }

    [Fact]
    public void Damaged_documents_are_told_with_the_image()
    {
        var image = _store.Images.Get("app:1");
        foreach (var digest in new[] { image.Digest!, image.ImageId })
        {
            Flip(BlobPath(Digest.Parse(digest, "")));
            Assert.Contains(Check(), problem => problem.Kind == StoreProblemKind.BlobDamaged && problem.Item == digest && problem.UsedBy.Contains("app:1"));
            Check(repair: true);
            Assert.Contains(Check(), problem => problem.Kind == StoreProblemKind.BlobMissing && problem.Advice!.Contains("app:1"));
            _store.Import(_archive);
            Assert.DoesNotContain(Check(), problem => !problem.IsHarmless);
        }
    }

    [Fact]
    public void What_nothing_refers_to_is_harmless_and_goes()
    {
        var (stray, chain) = (Text("stray"), new string('b', 64));
        File.WriteAllBytes(BlobPath(Digest.Of(stray)), stray);
        Directory.CreateDirectory(Path.Combine(_store.Paths.Layers, chain, "diff"));
        var problems = Check(repair: true);
        Assert.Equal(2, problems.Count);
        Assert.All(problems, problem => Assert.True(problem is { Kind: StoreProblemKind.Unreferenced, IsHarmless: true, IsRepaired: true, Advice: null }));
        Assert.Empty(Check());
        Assert.Equal((4, 2), (_store.Blobs().Length, _store.Layers().Length));
    }

    [Fact]
    public void Without_an_index_images_come_back_without_names()
    {
        var image = _store.Images.Get("app:1");
        var index = Path.Combine(_store.Paths.Images, "index.json");
        File.WriteAllText(index, "{ damaged");
        Assert.Equal(StoreProblemKind.Index, Assert.Single(Check()).Kind);
        Assert.Equal("{ damaged", File.ReadAllText(index));
        Assert.True(Assert.Single(Check(repair: true)).IsRepaired);
        var back = Assert.Single(_store.Images.List());
        Assert.Equal((image.ImageId, image.Digest, null), (back.ImageId, back.Digest, back.Repository));
        Assert.Empty(Check());
    }

    [Fact]
    public void Records_that_lie_are_made_anew()
    {
        _store.Images.List();
        var records = Path.Combine(_store.Paths.Images, "records.json");
        foreach (var text in new[] { "no JSON", File.ReadAllText(records).Replace(_store.Images.Get("app:1").ImageId, "sha256:" + new string('c', 64)) })
        {
            File.WriteAllText(records, text);
            Assert.Equal((StoreProblemKind.Records, true), Check(repair: true).Select(problem => (problem.Kind, problem.IsRepaired)).Single());
            new ImageStore(_store.Paths).List();
            Assert.Empty(Check());
        }
    }

    [Fact]
    public void A_layer_that_a_container_lacks_is_unpacked_again_unless_it_runs()
    {
        var paths = _store.Images.Resolve("app:1").LayerPaths;
        var image = _store.Images.Get("app:1");
        File.WriteAllText(Path.Combine(paths[1], "a"), "changed");
        ImageUser[] running = [new(image.ImageId, "web", true) { LayerPaths = paths }];
        var problem = Assert.Single(_store.Images.Check(true, () => running, null, CancellationToken.None));
        Assert.False(problem.IsRepaired);
        Assert.Contains("'web'", problem.Advice);
        Assert.Equal("changed", File.ReadAllText(Path.Combine(paths[1], "a")));

        ImageUser[] stopped = [running[0] with { Running = false }];
        Directory.Delete(Path.GetDirectoryName(paths[1])!, recursive: true);
        problem = Assert.Single(_store.Images.Check(true, () => stopped, null, CancellationToken.None));
        Assert.Equal((StoreProblemKind.LayerMissing, true), (problem.Kind, problem.IsRepaired));
        Assert.Equal("content of a", File.ReadAllText(Path.Combine(paths[1], "a")));
    }

    [Fact]
    public void Only_what_nobody_uses_is_cleared_away()
    {
        var image = _store.Images.Get("app:1");
        _store.Import(Docker(["other:1"], Layer("a", "dir/b"), Layer("own")));
        ImageUser[] users = [new(image.ImageId, "web", false)];
        var other = _store.Images.Get("other:1").ImageId;
        Assert.True(_store.Images.Sizes().FreedBy([other])[0] is > 0 and < 100_000);
        Assert.Equal([other], _store.Images.RemoveUnused([image.ImageId, other], content: true, () => users));
        Assert.Equal("app:1", Assert.Single(_store.Images.List()).Name);
        Assert.Empty(Check());
    }

    private IReadOnlyList<StoreProblem> Check(bool repair = false) => new ImageStore(_store.Paths).Check(repair, () => [], null, CancellationToken.None);

    private string BlobPath(Digest digest) => Path.Combine(_store.Paths.Images, "blobs/sha256", digest.Hex);

    private static void Flip(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
