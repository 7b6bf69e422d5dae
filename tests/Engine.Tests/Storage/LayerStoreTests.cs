using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Tests.Storage;

public sealed class LayerStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("containerps-layers-").FullName;
    private readonly StorePaths _paths;
    private readonly LayerStore _store;

    public LayerStoreTests()
    {
        _paths = new StorePaths(Path.Combine(_folder, "root"), Path.Combine(_folder, "run"), "/none");
        _store = new LayerStore(_paths);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Chain_ids_are_those_of_the_specification()
    {
        // image-spec config.md#layer-chainid: the lowest is its diff id, each further one hashes both.
        var (a, b, c) = (Digest.Of("a"), Digest.Of("b"), Digest.Of("c"));
        var chain = LayerStore.ChainIds([a, b, c]);
        Assert.Equal(a, chain[0]);
        Assert.Equal(Digest.Of($"{a} {b}"), chain[1]);
        Assert.Equal(Digest.Of($"{Digest.Of($"{a} {b}")} {c}"), chain[2]);
        Assert.Empty(LayerStore.ChainIds([]));
    }

    [Fact]
    public void A_layer_is_there_only_when_it_is_published()
    {
        using var folder = _store.Stage();
        var (staged, chain) = (LayerStore.Begin(folder), Digest.Of("layer"));
        File.WriteAllText(Path.Combine(staged.Diff, "file"), "content");
        Assert.False(_store.Exists(chain));
        Assert.Null(_store.Find(chain));

        var record = new LayerRecord(Digest.Of("diff").ToString(), 7, true);
        _store.Publish(staged, chain, record);
        Assert.Equal(record, _store.Find(chain));
        Assert.Equal("content", File.ReadAllText(Path.Combine(_store.DiffOf(chain), "file")));
        Assert.Equal(StagingFolder.PrivateMode, File.GetUnixFileMode(Path.GetDirectoryName(_store.DiffOf(chain))!));
        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(_store.DiffOf(chain)));

        // Who comes second leaves the first one alone.
        var second = LayerStore.Begin(folder);
        _store.Publish(second, chain, record);
        Assert.True(File.Exists(Path.Combine(_store.DiffOf(chain), "file")));

        _store.Retire(chain, folder);
        Assert.False(_store.Exists(chain));
        _store.Retire(chain, folder);
    }

    [Fact]
    public void A_folder_without_its_marker_is_nothing_and_is_replaced()
    {
        var chain = Digest.Of("half");
        Directory.CreateDirectory(_store.DiffOf(chain));
        File.WriteAllText(Path.Combine(_store.DiffOf(chain), "half"), "");
        Assert.False(_store.Exists(chain));
        using var folder = _store.Stage();
        _store.Publish(LayerStore.Begin(folder), chain, new LayerRecord("sha256:x", 0, false));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_store.DiffOf(chain)));
    }

    [Fact]
    public async Task One_unpacks_and_others_wait()
    {
        var chain = Digest.Of("layer");
        var first = _store.Lock(chain, CancellationToken.None);
        using var cancellation = new CancellationTokenSource();
        var given = Task.Run(() => _store.Lock(chain, cancellation.Token));
        var patient = Task.Run(() => new LayerStore(_paths).Lock(chain, CancellationToken.None));
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.False(patient.IsCompleted);
        using (_store.Lock(Digest.Of("another"), CancellationToken.None))
        {
            first.Dispose();
            (await patient).Dispose();
        }

        // What waited in the place of the one that gave up lets go as well.
        _store.Lock(chain, CancellationToken.None).Dispose();
    }
}
