using ContainerPS.Engine.Images;
using ContainerPS.Engine.Storage;
using static ContainerPS.Engine.Tests.Images.TestArchives;

namespace ContainerPS.Engine.Tests.Images;

public sealed class StoreTransactionTests : IDisposable
{
    private readonly TestStore _store = new();
    private readonly ContentStore _content;
    private readonly LayerStore _layers;
    private readonly IndexFile _index;

    public StoreTransactionTests()
    {
        _content = new ContentStore(_store.Paths);
        _layers = new LayerStore(_store.Paths);
        _index = new IndexFile(_store.Paths);
    }

    public void Dispose() => _store.Dispose();

    [Fact]
    public void What_cannot_be_named_is_taken_back_but_not_what_others_have()
    {
        _store.Import(Docker(["app:1"], Layer("a")));
        var (blobs, layers) = (_store.Blobs(), _store.Layers());
        using (var transaction = Begin())
        {
            transaction.AddDocument("document"u8);
            transaction.AddLayer(new MemoryStream(Layer("b")), null, null, CancellationToken.None);
            transaction.AddLayer(new MemoryStream(Layer("a")), null, null, CancellationToken.None);
            Assert.Throws<NoSpaceException>(() => transaction.TryPublish(_ => throw new NoSpaceException("index.json")));
        }

        Assert.Equal(blobs, _store.Blobs());
        Assert.Equal(layers, _store.Layers());
        _store.AssertClean();
        Assert.NotEmpty(Directory.GetFiles(_store.Images.Resolve("app:1").LayerPaths[0]));
    }

    [Fact]
    public void What_was_found_stays_though_what_named_it_is_removed()
    {
        _store.Import(Docker(["app:1"], Layer("a")));
        var layer = Digest.Of(Layer("a"));
        using (var transaction = Begin())
        {
            transaction.AddLayer(Plan(layer), () => throw new InvalidOperationException("It is there and need not be read."), null, CancellationToken.None);
            new ImageStore(_store.Paths).Remove("app:1", [], force: false);
            Assert.Equal([layer.Hex], _store.Blobs());
            Assert.True(transaction.TryPublish(entries => entries));
        }

        Assert.True(_content.Exists(layer) && _layers.Exists(layer));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_store.Paths.Run, "leases")));
    }

    [Fact]
    public void What_was_found_and_then_removed_by_another_tool_is_added_after_all()
    {
        _store.Import(Docker(["app:1"], Layer("a")));
        var layer = Digest.Of(Layer("a"));
        using var transaction = Begin();
        transaction.AddLayer(Plan(layer), () => throw new InvalidOperationException("It is there and need not be read."), null, CancellationToken.None);
        _content.Delete(layer);
        Assert.False(transaction.TryPublish(entries => entries));
        transaction.AddLayer(Plan(layer), () => new MemoryStream(Layer("a")), null, CancellationToken.None);
        Assert.True(transaction.TryPublish(entries => entries));
        Assert.True(_content.Exists(layer) && _layers.Exists(layer));
    }

    [Fact]
    public void The_lease_of_a_dead_process_keeps_nothing()
    {
        _store.Import(Docker(["app:1"], Layer("a")));
        var layer = Digest.Of(Layer("a"));
        using (var living = StoreLease.Take(_store.Paths))
        {
            living.Keep(layer);
            living.Keep(layer);
            Assert.Equal([layer], StoreLease.Held(_store.Paths));
        }

        // What a killed process leaves: the file, and nobody who locks it.
        File.WriteAllText(Path.Combine(_store.Paths.Run, "leases", "dead"), layer.Hex + "\n");
        _store.Images.Remove("app:1", [], force: false);
        _store.AssertEmpty();
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_store.Paths.Run, "leases")));
    }

    [Fact]
    public void A_blob_without_its_layer_and_a_layer_without_its_blob_are_made_whole()
    {
        _store.Import(Docker(["app:1"], Layer("a")));
        var layer = Digest.Of(Layer("a"));
        foreach (var damage in new Action[] { () => _content.Delete(layer), () => Directory.Delete(_store.Paths.Layers, recursive: true) })
        {
            damage();
            _store.Import(Docker(["app:1"], Layer("a")));
            Assert.True(_content.Exists(layer) && _layers.Exists(layer));
        }
    }

    private static LayerPlan Plan(Digest layer) => new("layer.tar", layer, null, layer, layer);

    private StoreTransaction Begin() => new(_store.Paths, _content, _layers, _index, new StoreLocks(_store.Paths), new UnreferencedContent(_store.Paths, _index, new ImageCatalog(_store.Paths, _content, _layers), _content, _layers));
}
