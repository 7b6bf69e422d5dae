using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>The images to save and the blobs they are made of, open: what is removed meanwhile stays readable until this is disposed.</summary>
internal sealed class ExportPlan : IDisposable
{
    private readonly SortedDictionary<string, ExportBlob> _blobs = new(StringComparer.Ordinal);
    private readonly List<ExportImage> _images = [];

    private ExportPlan()
    {
    }

    /// <summary>The images, each once, in the order in which they were asked for.</summary>
    internal IReadOnlyList<ExportImage> Images => _images;

    /// <summary>Their blobs, each once, sorted.</summary>
    internal IReadOnlyCollection<ExportBlob> Blobs => _blobs.Values;

    /// <summary>Finds what is asked for. The caller keeps images from being removed until this returns.</summary>
    internal static ExportPlan Make(IReadOnlyList<IndexEntry> entries, IReadOnlyList<string> asked, ImageFinder finder, ImageCatalog catalog, ContentStore content)
    {
        var plan = new ExportPlan();
        try
        {
            foreach (var text in asked)
            {
                var found = finder.Find(entries, text, out var byId);
                foreach (var entry in found) plan.Add(entry, byId ? null : entry.Name, catalog, content);
            }

            return plan;
        }
        catch
        {
            plan.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var blob in _blobs.Values) blob.File.Dispose();
    }

    private void Add(IndexEntry entry, ImageReference? name, ImageCatalog catalog, ContentStore content)
    {
        // A name with a digest says nothing that the digest does not, and a tag can be given by it.
        var tagged = name?.Tag is { } tag ? name.WithTag(tag) : null;
        if (_images.Find(image => image.Entry.Manifest == entry.Manifest) is { } known)
        {
            if (tagged is not null && !known.Names.Contains(tagged)) known.Names.Add(tagged);
            return;
        }

        var (manifest, digest) = catalog.ReadManifest(entry);
        var diffIds = ImageCatalog.DiffIds(catalog.ReadConfig(manifest, digest), $"config of the image '{digest}'");
        if (diffIds.Count != manifest.Layers!.Count) throw new InvalidContentException($"The config of the image '{digest}' lists {diffIds.Count} layers, and its manifest {manifest.Layers.Count}.", digest.ToString());
        // The image itself has to be whole; of other platforms that an index lists, what is there.
        foreach (var descriptor in (Descriptor[])[manifest.Config!, .. manifest.Layers]) Open(Digest.Parse(descriptor.Digest, $"The manifest '{digest}'"), content);
        foreach (var blob in catalog.ReferencesOf(entry).Blobs)
            if (content.Exists(blob)) Open(blob, content);
        _images.Add(new ExportImage(entry, manifest, diffIds, tagged is null ? [] : [tagged]));
    }

    private void Open(Digest digest, ContentStore content)
    {
        if (_blobs.ContainsKey(digest.Hex)) return;
        var file = content.Open(digest);
        _blobs[digest.Hex] = new ExportBlob(digest, file, file.Length);
    }
}

/// <summary>An image to save.</summary>
/// <param name="Entry">Its entry in the index.</param>
/// <param name="Manifest">Its manifest; of an index, the one for this machine.</param>
/// <param name="DiffIds">Diff ids of its layers.</param>
/// <param name="Names">Names to save it under, each with a tag.</param>
internal sealed record ExportImage(IndexEntry Entry, ImageManifest Manifest, IReadOnlyList<Digest> DiffIds, List<ImageReference> Names);

/// <summary>A blob to save.</summary>
internal sealed record ExportBlob(Digest Digest, FileStream File, long Size)
{
    /// <summary>Where it is in a layout.</summary>
    internal string Name => NameOf(Digest);

    internal static string NameOf(Digest digest) => $"blobs/sha256/{digest.Hex}";
}
