using System.Text.Json;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>Reads what the entries of the index refer to: manifests, configs, and the short records that lists show.</summary>
internal sealed class ImageCatalog(StorePaths paths, ContentStore content, LayerStore layers)
{
    private readonly string _file = Path.Combine(paths.Images, "records.json");
    private readonly Lock _gate = new();
    private Dictionary<string, ImageRecord>? _records;

    /// <summary>The records of entries, in their order.</summary>
    /// <remarks>What an entry refers to never changes, so its record is kept in memory and in a file. The file is only ever a saving: it is rebuilt when it is missing or unreadable.</remarks>
    internal IReadOnlyList<ImageRecord> Describe(IReadOnlyList<IndexEntry> entries)
    {
        lock (_gate)
        {
            _records ??= Load();
            var added = false;
            var result = new ImageRecord[entries.Count];
            for (var i = 0; i < result.Length; i++)
            {
                var key = entries[i].Manifest.ToString();
                if (_records.TryGetValue(key, out var known) && IsCurrent(known))
                {
                    result[i] = known;
                    continue;
                }

                result[i] = Read(entries[i], out var readable);
                if (!readable || (known is not null && !result[i].IsUnpacked)) continue;
                _records[key] = result[i];
                added = true;
            }

            if (added) Save(entries);
            return result;
        }
    }

    /// <summary>The record of one entry, without reading those of others.</summary>
    internal ImageRecord Describe(IndexEntry entry)
    {
        lock (_gate)
            return _records is not null && _records.TryGetValue(entry.Manifest.ToString(), out var known) && IsCurrent(known) ? known : Read(entry, out _);
    }

    /// <summary>True when the file of records can be read, and says of these entries what they are.</summary>
    internal bool RecordsFit(IReadOnlyList<IndexEntry> entries)
    {
        if (!File.Exists(_file)) return true;
        return TryLoad() is { } kept && entries.All(entry => !kept.TryGetValue(entry.Manifest.ToString(), out var record) || Fits(record, entry));

        // The size of what is not unpacked yet may have changed since; who lists it next looks again.
        bool Fits(ImageRecord record, IndexEntry entry) =>
            Read(entry, out var readable) is var now && (!readable || (record.ImageId == now.ImageId && (record.Size == now.Size || !record.IsUnpacked || !now.IsUnpacked)));
    }

    /// <summary>Has all records made anew.</summary>
    internal bool ForgetRecords()
    {
        lock (_gate)
        {
            File.Delete(_file);
            _records = null;
        }

        return true;
    }

    /// <summary>The manifest of an entry; of an index that another tool has made, the one for this machine.</summary>
    internal (ImageManifest Manifest, Digest Digest) ReadManifest(IndexEntry entry)
    {
        var digest = entry.Manifest;
        var mediaType = entry.Descriptor.MediaType;
        // An index of indexes is legal; deeper than this it is a loop or a joke.
        for (var depth = 0; depth < 4; depth++)
        {
            var json = content.ReadDocument(digest, ContentStore.MaxManifest);
            var what = $"document '{digest}'";
            if (Documents.KindOf(json, mediaType, what) == DocumentKind.Manifest) return (Documents.ReadManifest(json, mediaType, what), digest);
            var index = Documents.ReadIndex(json, mediaType, what);
            var chosen = Platforms.Choose(index.Manifests!, Platforms.Host)
                ?? throw new InvalidContentException($"The {what} lists no image for {Platforms.Show(Platforms.Host.Os, Platforms.Host.Architecture, null)}.", digest.ToString());
            digest = Digest.Parse(chosen.Digest, $"The {what}");
            mediaType = chosen.MediaType;
        }

        throw new InvalidContentException($"The index '{entry.Manifest}' leads through more than four indexes.", entry.Manifest.ToString());
    }

    /// <summary>The config of a manifest.</summary>
    internal ImageConfig ReadConfig(ImageManifest manifest, Digest digest)
    {
        var id = Digest.Parse(manifest.Config!.Digest, $"The manifest '{digest}'");
        return Documents.ReadConfig(content.ReadDocument(id, ContentStore.MaxConfig), $"config '{id}'");
    }

    /// <summary>All blobs that an entry keeps in the store, and the chain ids of its layers.</summary>
    /// <remarks>What cannot be read refers to nothing that could be known: the entry then keeps only itself.</remarks>
    internal ImageReferences ReferencesOf(IndexEntry entry)
    {
        var references = new ImageReferences([entry.Manifest], []);
        Collect(entry.Manifest, entry.Descriptor.MediaType, references, 0);
        return references;
    }

    private void Collect(Digest digest, string? mediaType, ImageReferences references, int depth)
    {
        try
        {
            if (depth > 4 || !content.Exists(digest)) return;
            var json = content.ReadDocument(digest, ContentStore.MaxManifest);
            var what = $"document '{digest}'";
            if (Documents.KindOf(json, mediaType, what) == DocumentKind.Index)
            {
                foreach (var child in Documents.ReadIndex(json, mediaType, what).Manifests!)
                    if (Digest.TryParse(child.Digest, out var childDigest) && references.Blobs.Add(childDigest)) Collect(childDigest, child.MediaType, references, depth + 1);
                return;
            }

            var manifest = Documents.ReadManifest(json, mediaType, what);
            foreach (var layer in manifest.Layers!)
                if (Digest.TryParse(layer.Digest, out var layerDigest)) references.Blobs.Add(layerDigest);
            if (!Digest.TryParse(manifest.Config!.Digest, out var config)) return;
            references.Blobs.Add(config);
            if (!content.Exists(config)) return;
            foreach (var chain in LayerStore.ChainIds(DiffIds(ReadConfig(manifest, digest), $"config '{config}'"))) references.Layers.Add(chain);
        }
        catch (InvalidContentException)
        {
            // A document of another kind (an attestation, an artifact): what has been collected so far is what it refers to.
        }
    }

    /// <summary>The diff ids of a config.</summary>
    internal static IReadOnlyList<Digest> DiffIds(ImageConfig config, string what) =>
        [.. config.Rootfs!.DiffIds!.Select(diffId => Digest.Parse(diffId, $"The {what}"))];

    // The one thing of a record that changes: an image that another tool has put there is unpacked when it is first used.
    private bool IsCurrent(ImageRecord record) => record.IsUnpacked || record.Layers is not { Count: > 0 } diffIds
        || !layers.Exists(LayerStore.ChainIds([.. diffIds.Select(diffId => Digest.Parse(diffId, "A record"))])[^1]);

    private ImageRecord Read(IndexEntry entry, out bool readable)
    {
        try
        {
            var (manifest, digest) = ReadManifest(entry);
            var config = ReadConfig(manifest, digest);
            var size = SizeOf(manifest, config, out var isUnpacked);
            readable = true;
            return ImageRecord.From(manifest.Config!.Digest!, config, size, isUnpacked);
        }
        catch (InvalidContentException)
        {
            // Listed all the same, so that it is seen and can be removed; whoever wants to use it gets the error itself.
            readable = false;
            return new ImageRecord { ImageId = entry.Manifest.ToString(), Platform = "unknown" };
        }
    }

    private long SizeOf(ImageManifest manifest, ImageConfig config, out bool isUnpacked)
    {
        isUnpacked = true;
        long size = 0;
        foreach (var chain in LayerStore.ChainIds(DiffIds(config, $"config '{manifest.Config!.Digest}'")))
        {
            if (layers.Find(chain) is { } layer) size += layer.Size;
            else isUnpacked = false;
        }

        // Not unpacked yet: the sizes of the blobs are the best that is known.
        return isUnpacked ? size : manifest.Layers!.Sum(layer => layer.Size);
    }

    private Dictionary<string, ImageRecord> Load() => TryLoad() ?? [];

    private Dictionary<string, ImageRecord>? TryLoad()
    {
        try
        {
            using var file = File.OpenRead(_file);
            return JsonSerializer.Deserialize(file, ImageRecordJson.Default.ImageRecordFile)?.Records;
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    private void Save(IReadOnlyList<IndexEntry> entries)
    {
        var kept = new Dictionary<string, ImageRecord>(entries.Count);
        foreach (var entry in entries)
            if (_records!.TryGetValue(entry.Manifest.ToString(), out var record)) kept[entry.Manifest.ToString()] = record;
        _records = kept;
        try
        {
            AtomicFile.Write(_file, JsonSerializer.SerializeToUtf8Bytes(new ImageRecordFile(kept), ImageRecordJson.Default.ImageRecordFile), durable: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NoSpaceException)
        {
            // A full or read-only disk makes lists slower, not impossible.
        }
    }
}

/// <summary>What an image keeps in the store.</summary>
/// <param name="Blobs">Manifest, config and layers.</param>
/// <param name="Layers">Chain ids of its unpacked layers.</param>
internal sealed record ImageReferences(HashSet<Digest> Blobs, HashSet<Digest> Layers);
