using ContainerPS.Engine.Events;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

public sealed partial class ImageStore
{
    /// <summary>Blobs as they are stored.</summary>
    internal ContentStore Content => _content;

    /// <summary>Unpacked layers.</summary>
    internal LayerStore Layers => _layers;

    /// <summary>An image to build upon, unpacked, and kept from removal until a transaction ends.</summary>
    /// <param name="nameOrId">The image.</param>
    /// <param name="transaction">What keeps it.</param>
    /// <exception cref="ImageNotFoundException">There is none.</exception>
    internal (Image Image, ImageConfig Config, IReadOnlyList<BaseLayer> Layers) OpenBase(string nameOrId, StoreTransaction transaction)
    {
        var entry = _finder.FindOne(_index.Read(), nameOrId, out _)[0];
        var (manifest, digest) = _catalog.ReadManifest(entry);
        var config = _catalog.ReadConfig(manifest, digest);
        var layers = BaseLayer.Of(manifest, config, digest);
        foreach (var layer in layers)
        {
            transaction.HasBlob(layer.Blob);
            transaction.HasLayer(layer.Chain);
        }

        try
        {
            using var held = LockShared();
            new LayerUnpacker(_content, _layers).Unpack(manifest, config, digest);
        }
        catch (IOException e) when (AtomicFile.IsNoSpace(e))
        {
            throw new NoSpaceException(_paths.Root, e);
        }

        // What was unpacked just now is relied on, too.
        foreach (var layer in layers) transaction.HasLayer(layer.Chain);
        return (_catalog.Describe(entry).Named(entry), config, layers);
    }

    /// <summary>Makes an image that a transaction has put together visible, under names or none.</summary>
    /// <returns>The image under its first name; null when something that was found in the store has been removed meanwhile.</returns>
    internal Image? Publish(StoreTransaction transaction, StagedManifest manifest, IReadOnlyList<ImageReference> names)
    {
        if (!transaction.TryPublish(entries => IndexChanges.Add(entries, manifest, names))) return null;
        var entry = _index.Read().FirstOrDefault(entry => entry.Manifest == manifest.Digest && (names.Count == 0 || names[0].Equals(entry.Name))) ?? throw new ImageNotFoundException(manifest.Digest.ToString());
        var image = _catalog.Describe(entry).Named(entry);
        foreach (var name in names) _events.Write(ContainerEventType.Image, EventAction.Tag, image.ImageId, name.ToFamiliarString());
        return image;
    }
}
