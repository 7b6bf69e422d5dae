using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>What images take on the disk, and what of it they share.</summary>
internal sealed class ImageSizes
{
    private readonly Dictionary<string, HashSet<(Digest Digest, bool IsLayer)>> _items = new(StringComparer.Ordinal);
    private readonly Dictionary<(Digest Digest, bool IsLayer), int> _owners = [];
    private readonly ContentStore _content;
    private readonly LayerStore _layers;

    /// <param name="images">Images with the entries of the index that they have.</param>
    /// <param name="catalog">Says what entries refer to.</param>
    /// <param name="content">The blobs.</param>
    /// <param name="layers">The layers.</param>
    internal ImageSizes(IEnumerable<(string ImageId, IndexEntry Entry)> images, ImageCatalog catalog, ContentStore content, LayerStore layers)
    {
        (_content, _layers) = (content, layers);
        foreach (var (id, entry) in images)
        {
            if (!_items.TryGetValue(id, out var items)) _items[id] = items = [];
            var references = catalog.ReferencesOf(entry);
            foreach (var item in references.Blobs.Select(blob => (blob, false)).Concat(references.Layers.Select(chain => (chain, true))))
                if (items.Add(item)) _owners[item] = _owners.GetValueOrDefault(item) + 1;
        }
    }

    /// <summary>Bytes of an image.</summary>
    internal long SizeOf(string imageId) => ItemsOf(imageId).Sum(SizeOf);

    /// <summary>Bytes of an image that others have, too.</summary>
    internal long SharedOf(string imageId) => ItemsOf(imageId).Where(item => _owners[item] > 1).Sum(SizeOf);

    /// <summary>Bytes of images together, what they share counted once.</summary>
    internal long SizeOf(IEnumerable<string> imageIds) => imageIds.SelectMany(ItemsOf).Distinct().Sum(SizeOf);

    /// <summary>Bytes that each of some images frees when all of them go, what they share with each other counted for the first.</summary>
    internal IReadOnlyList<long> FreedBy(IReadOnlyList<string> going)
    {
        var stays = _items.Where(pair => !going.Contains(pair.Key)).SelectMany(pair => pair.Value).ToHashSet();
        return [.. going.Select(id => ItemsOf(id).Where(stays.Add).Sum(SizeOf))];
    }

    // An image that has come since takes nothing that is known here.
    private IReadOnlyCollection<(Digest Digest, bool IsLayer)> ItemsOf(string imageId) => _items.TryGetValue(imageId, out var items) ? items : [];

    private long SizeOf((Digest Digest, bool IsLayer) item) => item.IsLayer ? _layers.Find(item.Digest)?.Size ?? 0 : _content.Size(item.Digest) ?? 0;
}
