using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>Deletes content of which nothing in the index knows any more.</summary>
internal sealed class UnreferencedContent(IndexFile index, ImageCatalog catalog, ContentStore content, LayerStore layers)
{
    /// <summary>Deletes those of the given blobs and layers that no image refers to. The caller keeps others from adding images.</summary>
    /// <param name="blobs">Blobs that may go.</param>
    /// <param name="chains">Layers that may go.</param>
    /// <param name="grave">Where layers are put out of sight; the caller disposes it after letting go of the lock.</param>
    internal void Drop(IEnumerable<Digest> blobs, IEnumerable<Digest> chains, StagingFolder grave)
    {
        var (goingBlobs, goingChains) = (blobs.ToHashSet(), chains.ToHashSet());
        foreach (var entry in index.Read().DistinctBy(entry => entry.Manifest))
        {
            var kept = catalog.ReferencesOf(entry);
            goingBlobs.ExceptWith(kept.Blobs);
            goingChains.ExceptWith(kept.Layers);
        }

        foreach (var chain in goingChains) layers.Retire(chain, grave);
        foreach (var blob in goingBlobs) content.Delete(blob);
    }
}
