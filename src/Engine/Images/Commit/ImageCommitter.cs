using System.Text.Json;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>Makes an image of another and what was changed in it.</summary>
internal sealed class ImageCommitter(ImageCatalog catalog, CommitRequest request, CancellationToken cancellation)
{
    /// <summary>Adds the image to the store, and gives its manifest.</summary>
    /// <param name="transaction">Where it is added.</param>
    /// <param name="entry">The image below.</param>
    internal StagedManifest Run(StoreTransaction transaction, IndexEntry entry)
    {
        var (manifest, digest) = catalog.ReadManifest(entry);
        var config = catalog.ReadConfig(manifest, digest);
        var layers = BaseLayer.Of(manifest, config, digest);
        foreach (var layer in layers) Find(transaction, layer, entry);
        var parent = layers.Count == 0 ? (Digest?)null : layers[^1].Chain;
        var (added, content) = AddLayer(transaction, parent);

        // As Docker: changes of nothing are no layer.
        var isEmpty = content.Entries == 0;
        if (isEmpty) transaction.Withdraw(added, parent);
        var created = DateTimeOffset.UtcNow;
        var document = JsonSerializer.SerializeToUtf8Bytes(
            config with
            {
                Created = created,
                Author = request.Author ?? config.Author,
                Config = request.Config,
                Rootfs = new RootFs { Type = "layers", DiffIds = [.. layers.Select(layer => layer.DiffId.ToString()), .. isEmpty ? (string[])[] : [added.DiffId.ToString()]] },
                History = [.. config.History ?? [], new History { Created = created, CreatedBy = request.CreatedBy, Author = request.Author, Comment = request.Message, EmptyLayer = isEmpty ? true : null }],
            },
            OciJson.Default.ImageConfig);
        var platform = new Platform { Os = config.Os ?? "linux", Architecture = config.Architecture, Variant = config.Variant };
        List<Descriptor> descriptors = [.. layers.Select(layer => layer.Descriptor)];
        if (!isEmpty) descriptors.Add(transaction.DescriptorOf(added.Digest));
        return transaction.AddManifest(transaction.AddDocument(document), document.Length, descriptors, platform);
    }

    private void Find(StoreTransaction transaction, BaseLayer layer, IndexEntry entry)
    {
        if (!transaction.HasBlob(layer.Blob))
            throw new InvalidContentException($"The store lacks the layer '{layer.Blob}' of the image '{entry.Name?.ToFamiliarString() ?? request.ImageId}'. Import or receive that image again.", layer.Blob.ToString());
    }

    // One thread reads the changes, this one hashes and stores them, and a third unpacks.
    private (IngestedLayer Layer, LayerContent Content) AddLayer(StoreTransaction transaction, Digest? parent)
    {
        using var pipe = new ChunkPipe();
        var writing = Task.Factory.StartNew(() => Write(pipe), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        IngestedLayer layer;
        try
        {
            layer = transaction.AddLayer(pipe, parent, null, cancellation);
        }
        catch
        {
            // What stopped the writing has come through the pipe; it ends when it finds the pipe closed.
            pipe.Dispose();
            ((IAsyncResult)writing).AsyncWaitHandle.WaitOne();
            throw;
        }

        return (layer, writing.GetAwaiter().GetResult());
    }

    private LayerContent Write(ChunkPipe pipe)
    {
        try
        {
            var writer = new ChunkPipeWriter(pipe);
            var content = request.WriteLayer(writer);
            writer.Finish();
            return content;
        }
        catch (Exception e)
        {
            pipe.Complete(e);
            throw;
        }
    }
}
