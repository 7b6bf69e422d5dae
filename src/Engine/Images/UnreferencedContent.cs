using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>Deletes content of which nothing knows any more: no image, no container, no lease of an operation under way, no step that is kept for builds.</summary>
internal sealed class UnreferencedContent(StorePaths paths, IndexFile index, ImageCatalog catalog, ContentStore content, LayerStore layers)
{
    /// <summary>Deletes those of the given blobs and layers that nothing refers to. The caller keeps others from adding images.</summary>
    /// <param name="blobs">Blobs that may go.</param>
    /// <param name="chains">Layers that may go.</param>
    /// <param name="usedBy">The containers there are.</param>
    /// <param name="grave">Where layers are put out of sight; the caller disposes it after letting go of the lock.</param>
    internal void Drop(IEnumerable<Digest> blobs, IEnumerable<Digest> chains, IReadOnlyCollection<ImageUser> usedBy, StagingFolder grave)
    {
        var kept = Referenced(usedBy);
        var (goingBlobs, goingChains) = (blobs.ToHashSet(), chains.ToHashSet());
        goingBlobs.ExceptWith(kept.Blobs);
        goingChains.ExceptWith(kept.Layers);
        // Layers first: a blob without its layer is unpacked again, a layer without its blob cannot be saved any more.
        foreach (var chain in goingChains) layers.Retire(chain, grave);
        foreach (var blob in goingBlobs) content.Delete(blob);
    }

    /// <summary>All blobs and layers in the store that nothing refers to. The caller keeps others from adding images.</summary>
    internal UnreferencedItems Find(IReadOnlyCollection<ImageUser> usedBy)
    {
        var kept = Referenced(usedBy);
        return new UnreferencedItems(
            [.. content.All().Where(blob => !kept.Blobs.Contains(blob.Digest))],
            [.. layers.All().Where(chain => !kept.Layers.Contains(chain)).Select(chain => (chain, layers.Find(chain)?.Size ?? 0))]);
    }

    /// <summary>Deletes what <see cref="Find"/> has found.</summary>
    internal void Delete(UnreferencedItems items, StagingFolder grave)
    {
        foreach (var (chain, _) in items.Layers) layers.Retire(chain, grave);
        foreach (var (blob, _) in items.Blobs) content.Delete(blob);
    }

    /// <summary>Bytes of those of the given layers that nothing but builds' cache refers to.</summary>
    internal long SizeOfUnused(IEnumerable<Digest> chains, IReadOnlyCollection<ImageUser> usedBy)
    {
        var kept = Referenced(usedBy, withCache: false);
        return chains.Distinct().Where(chain => !kept.Layers.Contains(chain)).Sum(chain => layers.Find(chain)?.Size ?? 0);
    }

    private ImageReferences Referenced(IReadOnlyCollection<ImageUser> usedBy, bool withCache = true)
    {
        var kept = new ImageReferences(StoreLease.Held(paths), []);
        if (withCache) kept.Layers.UnionWith(StepCache.Chains(paths));
        kept.Layers.UnionWith(kept.Blobs);
        foreach (var path in usedBy.SelectMany(user => user.LayerPaths))
            if (layers.TryChainOf(path, out var chain)) kept.Layers.Add(chain);
        foreach (var entry in index.Read().DistinctBy(entry => entry.Manifest))
        {
            var references = catalog.ReferencesOf(entry);
            kept.Blobs.UnionWith(references.Blobs);
            kept.Layers.UnionWith(references.Layers);
        }

        return kept;
    }
}

/// <summary>Content that nothing refers to, with its sizes.</summary>
internal sealed record UnreferencedItems(IReadOnlyList<(Digest Digest, long Size)> Blobs, IReadOnlyList<(Digest Chain, long Size)> Layers)
{
    /// <summary>Blobs that have come in part, and at which nobody works.</summary>
    internal IReadOnlyList<(Digest Digest, long Size)> Partial { get; init; } = [];

    /// <summary>How many they are.</summary>
    internal int Count => Blobs.Count + Layers.Count + Partial.Count;

    /// <summary>Their bytes.</summary>
    internal long Size => Blobs.Concat(Layers).Concat(Partial).Sum(item => item.Item2);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Blobs.Count} blobs and {Layers.Count} layers that nothing refers to" + (Partial.Count > 0 ? $", {Partial.Count} blobs that have come in part" : "");
}
