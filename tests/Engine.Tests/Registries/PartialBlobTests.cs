using ContainerPS.Engine.Images;
using ContainerPS.Engine.Storage;
using ContainerPS.Engine.Tests.Images;
using static ContainerPS.Engine.Tests.Images.TestArchives;

namespace ContainerPS.Engine.Tests.Registries;

/// <summary>What pulls leave in part: known to those who measure, clear and check the store.</summary>
public sealed class PartialBlobTests : IDisposable
{
    private readonly TestStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void It_is_counted_and_cleared_and_nothing_wrong()
    {
        _store.Import(Docker(["app:1"], Layer("a")));
        Leave(Digest.Of("one"), 1000);
        var held = Leave(Digest.Of("two"), 500);
        using (new PartialBlobs(_store.Paths).Lock(held, CancellationToken.None))
        {
            var found = _store.Images.FindUnreferenced(() => []);
            Assert.Equal((1, 1000), (found.Count, found.Size));
            Assert.Contains("1 blobs that have come in part", found.ToString());
            Assert.Empty(_store.Images.Check(repair: true, () => [], null, CancellationToken.None));
            Assert.Equal(2, _store.Partials().Length);
            _store.Images.RemoveUnused([], content: false, () => []);
            Assert.Equal(2, _store.Partials().Length);
            _store.Images.RemoveUnused([], content: true, () => []);
            // Somebody is at the other.
            Assert.Equal([held.Hex], _store.Partials());
        }

        Assert.Equal(500, _store.Images.FindUnreferenced(() => []).Size);
        _store.Images.RemoveUnused([], content: true, () => []);
        Assert.Empty(_store.Partials());
        Assert.Equal("app:1", Assert.Single(_store.Images.List()).Name);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void A_manifest_with_a_wrong_size_does_not_change_what_another_pull_has_verified(int difference)
    {
        using var registry = new TestRegistry();
        var layer = Gzip(Layer("a"));
        var image = OciOf([Layer("a")], [layer], change: manifest => manifest["layers"]![0]!["size"] = layer.Length + difference);
        registry.Add("1", image);
        // As between the other pull's verifying and publishing.
        Leave(Digest.Of(layer), 0);
        var (partial, staged) = (Path.Combine(_store.Paths.Images, "partial", Digest.Of(layer).Hex), Path.Combine(_store.Folder, "staged"));
        File.WriteAllBytes(partial, layer);
        HardLink.Make(partial, staged);
        Assert.ThrowsAny<ContainerEngineException>(() => _store.Pull(registry.NameOf()));
        Assert.Equal(layer, File.ReadAllBytes(staged));
    }

    private Digest Leave(Digest digest, int size)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_store.Paths.Images, "partial")).FullName;
        File.WriteAllBytes(Path.Combine(folder, digest.Hex), new byte[size]);
        return digest;
    }
}
