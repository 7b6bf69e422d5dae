using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>
/// Verifies every blob by its digest, every image by its documents and every layer by unpacking its blob again beside it; notes what is wrong, and how it can be
/// put right. Finding and repairing are two passes: the first only keeps images from being removed, the second is alone in the store.
/// </summary>
internal sealed partial class StoreChecker(StorePaths paths, ContentStore content, LayerStore layers, IndexFile index, ImageCatalog catalog, IProgress<StoreCheckProgress>? progress, CancellationToken cancellation)
{
    private readonly List<(StoreProblem Problem, Func<StoreProblem, bool>? Repair)> _found = [];
    private readonly HashSet<Digest> _badBlobs = [];
    private readonly Dictionary<Digest, LayerSource> _sources = [];
    private readonly Dictionary<Digest, SortedSet<string>> _usersOfBlobs = [];
    private int _done;
    private int _total;

    /// <summary>True when the index could not be read, so that nothing is known of what belongs to what.</summary>
    internal bool HasNoIndex { get; private set; }

    /// <summary>What has been found.</summary>
    internal IEnumerable<StoreProblem> Problems => _found.Select(found => found.Problem);

    /// <summary>Looks at everything. The caller keeps images from being removed.</summary>
    /// <param name="usedBy">The containers there are.</param>
    internal void Check(IReadOnlyCollection<ImageUser> usedBy)
    {
        if (!Directory.Exists(paths.Images)) return;
        var entries = ReadIndex();
        foreach (var entry in entries) NoteUsers(entry);
        var (blobs, chains) = (content.All().ToList(), layers.All().ToList());
        _total = blobs.Count + chains.Count;
        foreach (var (blob, _) in blobs) CheckBlob(blob);
        if (HasNoIndex) return;
        foreach (var group in entries.GroupBy(entry => entry.Manifest)) CheckImage(group.First(), [.. group.Select(NameOf)]);
        foreach (var chain in chains) CheckLayer(chain);
        CheckUsers(usedBy);
        if (!catalog.RecordsFit(entries))
            Add(new StoreProblem { Kind = StoreProblemKind.Records, Item = "records.json", Message = "it says something else than the images" }, _ => catalog.ForgetRecords());
    }

    /// <summary>Notes what nothing refers to. The caller is alone in the store.</summary>
    internal void AddUnreferenced(UnreferencedItems items)
    {
        foreach (var (blob, size) in items.Blobs) Add(Unreferenced(blob, size, "blob"), _ => { content.Delete(blob); return true; });
        foreach (var (chain, size) in items.Layers) Add(Unreferenced(chain, size, "layer"), _ => { Retire(chain); return true; });
    }

    private static StoreProblem Unreferenced(Digest digest, long size, string what) => new()
    {
        Kind = StoreProblemKind.Unreferenced,
        Item = digest.ToString(),
        Message = $"nothing refers to this {what} of {HumanReadable.Size(size)}",
        Advice = "Clear-ContainerStore removes it.",
    };

    private IReadOnlyList<IndexEntry> ReadIndex()
    {
        if (!File.Exists(Path.Combine(paths.Images, "oci-layout")))
            Add(new StoreProblem { Kind = StoreProblemKind.Index, Item = "oci-layout", Message = "it is missing, so that other tools do not read the store" }, _ => { content.Create(); return true; });
        try
        {
            return index.Read();
        }
        catch (InvalidContentException e)
        {
            HasNoIndex = true;
            var problem = new StoreProblem { Kind = StoreProblemKind.Index, Item = "index.json", Message = e.Message, Advice = "Test-ContainerStore -Repair lists the images again, without their names." };
            Add(problem, RebuildIndex);
            return [];
        }
    }

    private void NoteUsers(IndexEntry entry)
    {
        foreach (var blob in catalog.ReferencesOf(entry).Blobs)
        {
            if (!_usersOfBlobs.TryGetValue(blob, out var users)) _usersOfBlobs[blob] = users = new(StringComparer.Ordinal);
            users.Add(NameOf(entry));
        }
    }

    private void CheckBlob(Digest blob)
    {
        Report(blob);
        using var file = content.TryOpen(blob);
        if (file is null) return;
        using var hashing = new DigestStream(file, leaveOpen: true);
        var buffer = new byte[256 * 1024];
        while (hashing.Read(buffer) > 0) cancellation.ThrowIfCancellationRequested();
        if (hashing.Digest == blob.ToString()) return;
        _badBlobs.Add(blob);
        var users = UsersOf(blob);
        var advice = users.Count == 0 ? null : Again(users);
        Add(new StoreProblem { Kind = StoreProblemKind.BlobDamaged, Item = blob.ToString(), UsedBy = users, Message = $"the blob's content has the digest '{hashing.Digest}'", Advice = advice }, _ =>
        {
            // Gone, it is fetched again when the image comes again; there, it would be taken for what it is not.
            content.Delete(blob);
            return users.Count == 0;
        });
    }

    private void CheckImage(IndexEntry entry, IReadOnlyList<string> names)
    {
        ImageManifest manifest;
        ImageConfig config;
        try
        {
            (manifest, var digest) = catalog.ReadManifest(entry);
            foreach (var part in (Descriptor[])[manifest.Config!, .. manifest.Layers!]) CheckPart(part, digest, names);
            if (!content.Exists(Digest.Parse(manifest.Config!.Digest, $"The manifest '{digest}'"))) return;
            config = catalog.ReadConfig(manifest, digest);
            var diffIds = ImageCatalog.DiffIds(config, $"config of the image '{digest}'");
            if (diffIds.Count != manifest.Layers!.Count) throw new InvalidContentException($"its config lists {diffIds.Count} layers, and its manifest {manifest.Layers.Count}");
            var chains = LayerStore.ChainIds(diffIds);
            for (var i = 0; i < chains.Count; i++) _sources[chains[i]] = new LayerSource(Digest.Parse(manifest.Layers[i].Digest, "The manifest"), diffIds[i], names);
        }
        catch (InvalidContentException e)
        {
            // A damaged blob has been noted as such; this is what it does to the image, or what is wrong with undamaged documents.
            var kind = content.Exists(entry.Manifest) ? StoreProblemKind.Image : StoreProblemKind.BlobMissing;
            Add(new StoreProblem { Kind = kind, Item = entry.Manifest.ToString(), UsedBy = names, Message = e.Message, Advice = Again(names) });
        }
    }

    private void CheckPart(Descriptor part, Digest manifest, IReadOnlyList<string> names)
    {
        var blob = Digest.Parse(part.Digest, $"The manifest '{manifest}'");
        if (content.Size(blob) is not { } size)
            Add(new StoreProblem { Kind = StoreProblemKind.BlobMissing, Item = blob.ToString(), UsedBy = names, Message = $"the manifest '{manifest}' refers to it, and it is not there", Advice = Again(names) });
        else if (size != part.Size && !_badBlobs.Contains(blob))
            Add(new StoreProblem { Kind = StoreProblemKind.Image, Item = manifest.ToString(), UsedBy = names, Message = $"it gives the blob '{blob}' {part.Size} bytes, which has {size}", Advice = Again(names) });
    }

    private void CheckLayer(Digest chain)
    {
        Report(chain);
        if (!_sources.TryGetValue(chain, out var source)) return;
        var wrong = layers.Find(chain) is not { } record ? "its marker is missing or unreadable"
            : record.DiffId != source.DiffId.ToString() ? $"its marker gives the diff id '{record.DiffId}', and the image '{source.DiffId}'"
            : Compare(chain, source);
        if (wrong is null) return;
        var problem = new StoreProblem { Kind = StoreProblemKind.LayerDamaged, Item = chain.ToString(), UsedBy = source.Images, Message = wrong, Advice = "Test-ContainerStore -Repair unpacks it again." };
        Add(problem, found => Unpack(found, chain, source));
    }

    private string? Compare(Digest chain, LayerSource source)
    {
        if (_badBlobs.Contains(source.Blob) || content.TryOpen(source.Blob) is not { } file) return null;
        using (file)
        using (var folder = layers.Stage())
        {
            var staged = LayerStore.Begin(folder);
            var result = LayerIngest.Run(file, null, staged.Diff, null, cancellation);
            // Not the layer's fault, and said of the image.
            if (result.DiffId != source.DiffId) return null;
            return TreeCompare.FirstDifference(staged.Diff, layers.DiffOf(chain), cancellation);
        }
    }

    private void CheckUsers(IReadOnlyCollection<ImageUser> usedBy)
    {
        foreach (var group in usedBy.SelectMany(user => user.LayerPaths.Select(path => (user.Container, Path: path))).GroupBy(use => use.Path, use => use.Container))
        {
            if (!layers.TryChainOf(group.Key, out var chain) || layers.Exists(chain) || Problems.Any(problem => problem.Item == chain.ToString())) continue;
            var users = group.ToList();
            var problem = new StoreProblem
            {
                Kind = StoreProblemKind.LayerMissing,
                Item = chain.ToString(),
                UsedBy = users,
                Message = "containers stand on this layer, and it is not there",
                Advice = _sources.ContainsKey(chain) ? "Test-ContainerStore -Repair unpacks it again." : "Import or receive the containers' image again.",
            };
            Add(problem, found => _sources.TryGetValue(chain, out var source) && Unpack(found, chain, source));
        }
    }

    private void Add(StoreProblem problem, Func<StoreProblem, bool>? repair = null) => _found.Add((problem, repair));

    private void Report(Digest item)
    {
        cancellation.ThrowIfCancellationRequested();
        progress?.Report(new StoreCheckProgress(item.ToString(), ++_done, _total));
    }

    private IReadOnlyList<string> UsersOf(Digest blob) => _usersOfBlobs.TryGetValue(blob, out var users) ? [.. users] : [];

    private static string Again(IReadOnlyList<string> images) => $"Import or receive again: {string.Join(", ", images)}.";

    private static string NameOf(IndexEntry entry) => entry.Name?.ToFamiliarString() ?? entry.Manifest.ToString();

    /// <summary>What a layer is unpacked from.</summary>
    private sealed record LayerSource(Digest Blob, Digest DiffId, IReadOnlyList<string> Images);
}
