using System.Text.Json;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>
/// All that one import adds to the store. It is staged out of sight, and becomes visible in <see cref="TryPublish"/> as a whole;
/// disposed before that, or after a kill -9, nothing of it remains. What it found in the store and builds upon is kept from removal by a lease.
/// </summary>
internal sealed class StoreTransaction : IDisposable
{
    private readonly ContentStore _content;
    private readonly LayerStore _unpacked;
    private readonly IndexFile _index;
    private readonly StoreLocks _storeLocks;
    private readonly UnreferencedContent _unreferenced;
    private readonly StagingFolder _blobFolder;
    private readonly StagingFolder _layerFolder;
    private readonly Dictionary<Digest, StagedBlob> _blobs = [];
    private readonly Dictionary<Digest, (StagedLayer Layer, LayerRecord Record)> _layers = [];
    private readonly Dictionary<Digest, long> _foundBlobs = [];
    private readonly HashSet<Digest> _foundLayers = [];
    private readonly List<FileLock> _locks = [];
    private readonly StoreLease _lease;
    private readonly Lock _gate = new();

    /// <param name="paths">The store.</param>
    /// <param name="content">Where blobs come to rest.</param>
    /// <param name="unpacked">Where layers come to rest.</param>
    /// <param name="index">Where the image is named.</param>
    /// <param name="locks">The locks of images.</param>
    /// <param name="unreferenced">Takes back what was published when naming it failed.</param>
    internal StoreTransaction(StorePaths paths, ContentStore content, LayerStore unpacked, IndexFile index, StoreLocks locks, UnreferencedContent unreferenced)
    {
        (_content, _unpacked, _index, _storeLocks, _unreferenced) = (content, unpacked, index, locks, unreferenced);
        _blobFolder = content.Stage();
        try
        {
            _layerFolder = unpacked.Stage();
            _lease = StoreLease.Take(paths);
        }
        catch
        {
            _layerFolder?.Dispose();
            _blobFolder.Dispose();
            throw;
        }
    }

    /// <summary>Where the caller may put files of its own until the end.</summary>
    internal StagingFolder Scratch => _blobFolder;

    /// <summary>Waits for others that unpack one of these layers, and keeps others from unpacking them until the end.</summary>
    /// <remarks>Called once, with all of them, and sorted, so that two imports of the same layers cannot wait for one another.</remarks>
    internal void LockLayers(IEnumerable<Digest> chains, CancellationToken cancellation)
    {
        foreach (var chain in chains.Distinct().OrderBy(chain => chain.Hex, StringComparer.Ordinal))
            if (!_unpacked.Exists(chain)) _locks.Add(_unpacked.Lock(chain, cancellation));
    }

    /// <summary>Adds a document.</summary>
    internal Digest AddDocument(ReadOnlySpan<byte> document)
    {
        var digest = Digest.Of(document);
        if (!HasBlob(digest)) Note(BlobWriter.Stage(_blobFolder, document));
        return digest;
    }

    /// <summary>True when nothing of a layer is missing. Several threads may ask, and add, at once.</summary>
    internal bool Has(LayerPlan layer, bool unpacked) => HasBlob(layer.Blob) && (!unpacked || HasLayer(layer.Chain));

    /// <summary>Adds a blob, and its layer unless it is there or not wanted, from a download that keeps the blob's bytes in a file; the caller removes that file when all is published.</summary>
    internal void AddDownload(LayerPlan layer, Stream download, string path, bool unpack, Action<long>? progress, CancellationToken cancellation)
    {
        if (unpack)
        {
            var staged = HasLayer(layer.Chain) ? null : LayerStore.Begin(_layerFolder);
            var result = LayerIngest.Run(download, null, staged?.Diff, progress, cancellation);
            Verify(layer, result);
            if (staged is not null) Note(layer.Chain, staged, result.Record);
        }
        else
        {
            VerifyBlob(layer, download, progress, cancellation);
        }

        // A second name, not another: what is staged goes with this process, and what has come is to outlive it.
        var kept = _blobFolder.NewPath();
        HardLink.Make(path, kept);
        Note(new StagedBlob(kept, layer.Blob, layer.Size!.Value));
    }

    /// <summary>Adds a layer whose digests are known: stores and unpacks what is missing, and verifies what passes.</summary>
    internal void AddLayer(LayerPlan layer, Func<Stream> open, Action<long>? progress, CancellationToken cancellation)
    {
        var (hasBlob, hasLayer) = (HasBlob(layer.Blob), HasLayer(layer.Chain));
        if (hasBlob && hasLayer) return;
        var staged = hasLayer ? null : LayerStore.Begin(_layerFolder);
        var stored = hasBlob ? TryOpenBlob(layer.Blob) : null;
        hasBlob = stored is not null;
        using var source = stored ?? open();
        var result = LayerIngest.Run(source, hasBlob ? null : _blobFolder, staged?.Diff, progress, cancellation);
        Verify(layer, result);
        if (result.Blob is not null) Note(result.Blob);
        if (staged is not null) Note(layer.Chain, staged, result.Record);
    }

    /// <summary>Adds a layer of which nothing is known before it has been read.</summary>
    /// <param name="tar">The layer.</param>
    /// <param name="parent">Chain id of the layers below; null for a lowest layer.</param>
    /// <param name="progress">Told the bytes read so far.</param>
    /// <param name="cancellation">Gives up.</param>
    internal IngestedLayer AddLayer(Stream tar, Digest? parent, Action<long>? progress, CancellationToken cancellation)
    {
        var staged = LayerStore.Begin(_layerFolder);
        var result = LayerIngest.Run(tar, _blobFolder, staged.Diff, progress, cancellation);
        _blobs[result.Digest] = result.Blob!;
        _layers[LayerStore.ChainId(parent, result.DiffId)] = (staged, result.Record);
        return result;
    }

    /// <summary>Begins a layer to fill: changes of a container or of a step of a build.</summary>
    internal StagedLayer BeginLayer() => LayerStore.Begin(_layerFolder);

    /// <summary>Begins a blob to write.</summary>
    internal BlobWriter BeginBlob() => new(_blobFolder);

    /// <summary>Adds a blob that has been written.</summary>
    internal void Add(StagedBlob blob) => Note(blob);

    /// <summary>Makes a layer that was filled visible at once, though not written back: others may build upon it as long as the machine runs.</summary>
    internal void PublishNow(StagedLayer layer, Digest chain, LayerRecord record)
    {
        lock (_gate)
        {
            using var held = Keep(chain);
            _unpacked.Publish(layer, chain, record, isWrittenBack: false);
            _foundLayers.Add(chain);
        }
    }

    /// <summary>Adds a layer whose digests are known, and makes it visible at once, though not written back.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="open">Opens it, when its blob is not in the store.</param>
    /// <param name="keepsBlob">True to add the blob, too.</param>
    /// <param name="cancellation">Gives up.</param>
    internal void AddLayerNow(LayerPlan layer, Func<Stream> open, bool keepsBlob, CancellationToken cancellation)
    {
        var staged = LayerStore.Begin(_layerFolder);
        var stored = HasBlob(layer.Blob) ? TryOpenBlob(layer.Blob) : null;
        keepsBlob &= stored is null;
        using var source = stored ?? open();
        var result = LayerIngest.Run(source, keepsBlob ? _blobFolder : null, staged.Diff, null, cancellation);
        Verify(layer, result);
        if (result.Blob is not null) Note(result.Blob);
        PublishNow(staged, layer.Chain, result.Record);
    }

    /// <summary>Writes back the layers that others made visible before, and were found, or that this has made so: they outlive a power cut from now on.</summary>
    internal void ConfirmLayers()
    {
        lock (_gate)
        {
            if (_foundLayers.All(_unpacked.IsWrittenBack)) return;
            WriteBack.FileSystemOf(_layerFolder.Path);
            using var held = _storeLocks.Use();
            foreach (var chain in _foundLayers)
                if (_unpacked.Exists(chain)) _unpacked.Confirm(chain);
        }
    }

    /// <summary>Takes back a layer that was added so, when it turns out to be none.</summary>
    internal void Withdraw(IngestedLayer layer, Digest? parent)
    {
        _blobs.Remove(layer.Digest);
        _layers.Remove(LayerStore.ChainId(parent, layer.DiffId));
    }

    /// <summary>What a manifest says of a layer that was added or found, a plain tar.</summary>
    internal Descriptor DescriptorOf(Digest blob) => new() { MediaType = MediaTypes.OciLayer, Digest = blob.ToString(), Size = SizeOf(blob) };

    /// <summary>Adds a manifest.</summary>
    /// <param name="config">The image's config.</param>
    /// <param name="configSize">Its bytes.</param>
    /// <param name="layers">Its layers, lowest first.</param>
    /// <param name="platform">What it is for.</param>
    internal StagedManifest AddManifest(Digest config, long configSize, List<Descriptor> layers, Platform platform)
    {
        var manifest = JsonSerializer.SerializeToUtf8Bytes(
            new ImageManifest
            {
                MediaType = MediaTypes.OciManifest,
                Config = new Descriptor { MediaType = MediaTypes.OciConfig, Digest = config.ToString(), Size = configSize },
                Layers = layers,
            },
            OciJson.Default.ImageManifest);
        return new StagedManifest(AddDocument(manifest), manifest.Length, MediaTypes.OciManifest, platform);
    }

    /// <summary>Makes the layers that are whole outlive this transaction although it comes to nothing: the next one finds them. Nothing names them.</summary>
    internal void KeepLayers()
    {
        if (_layers.Count == 0) return;
        WriteBack.FileSystemOf(_blobFolder.Path);
        WriteBack.FileSystemOf(_layerFolder.Path);
        using var held = _storeLocks.Use();
        foreach (var blob in _blobs.Values) _content.Publish(blob);
        foreach (var (chain, (layer, record)) in _layers) _unpacked.Publish(layer, chain, record);
        _content.FlushNames();
        _unpacked.FlushNames();
        _blobs.Clear();
        _layers.Clear();
    }

    /// <summary>Size of a blob that was added or found.</summary>
    internal long SizeOf(Digest blob) => _blobs.TryGetValue(blob, out var staged) ? staged.Size : _foundBlobs[blob];

    /// <summary>Writes everything back and makes it visible, or gives false when something that was found in the store has been removed meanwhile: then add again what is missing.</summary>
    /// <param name="change">The change of the index.</param>
    internal bool TryPublish(Func<IReadOnlyList<IndexEntry>, IReadOnlyList<IndexEntry>> change)
    {
        // One writing back for all files, before any of them is visible: an image that is in the index is whole after a power cut.
        if (_blobs.Count > 0) WriteBack.FileSystemOf(_blobFolder.Path);
        if (_layers.Count > 0 || !_foundLayers.All(_unpacked.IsWrittenBack)) WriteBack.FileSystemOf(_layerFolder.Path);
        try
        {
            using var held = _storeLocks.Use();
            if (!_foundBlobs.Keys.All(_content.Exists) || !_foundLayers.All(_unpacked.Exists))
            {
                _foundBlobs.Clear();
                _foundLayers.Clear();
                return false;
            }

            foreach (var blob in _blobs.Values) _content.Publish(blob);
            foreach (var (chain, (layer, record)) in _layers) _unpacked.Publish(layer, chain, record);
            foreach (var chain in _foundLayers) _unpacked.Confirm(chain);
            if (_blobs.Count > 0) _content.FlushNames();
            if (_layers.Count > 0) _unpacked.FlushNames();
            _index.Update(change);
            return true;
        }
        catch
        {
            // The disk was full for the index, say: what it was to name goes again, unless others refer to it meanwhile.
            _lease.Dispose();
            using var held = _storeLocks.Remove();
            _unreferenced.Drop(_blobs.Keys, _layers.Keys, [], _layerFolder);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _blobFolder.Dispose();
        _layerFolder.Dispose();
        _lease.Dispose();
        foreach (var held in _locks) held.Dispose();
    }

    // What is found is kept from now on: nobody removes it before this is published, though what named it is removed.
    private FileLock Keep(Digest digest)
    {
        var held = _storeLocks.Use();
        _lease.Keep(digest);
        return held;
    }

    /// <summary>True when a blob was added or is in the store.</summary>
    internal bool HasBlob(Digest digest)
    {
        lock (_gate)
        {
            if (_blobs.ContainsKey(digest)) return true;
            using var held = Keep(digest);
            if (_content.Size(digest) is not { } size) return false;
            _foundBlobs[digest] = size;
            return true;
        }
    }

    // Another tool may have removed what was found before it is opened: then it is as if it had not been there.
    private FileStream? TryOpenBlob(Digest blob)
    {
        lock (_gate)
        {
            if (_blobs.TryGetValue(blob, out var staged)) return new FileStream(staged.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            if (_content.TryOpen(blob) is { } file) return file;
            _foundBlobs.Remove(blob);
            return null;
        }
    }

    /// <summary>True when a layer was added or is in the store.</summary>
    internal bool HasLayer(Digest chain)
    {
        lock (_gate)
        {
            if (_layers.ContainsKey(chain)) return true;
            using var held = Keep(chain);
            if (!_unpacked.Exists(chain)) return false;
            _foundLayers.Add(chain);
            return true;
        }
    }

    private void Note(StagedBlob blob)
    {
        lock (_gate) _blobs[blob.Digest] = blob;
    }

    private void Note(Digest chain, StagedLayer layer, LayerRecord record)
    {
        lock (_gate) _layers[chain] = (layer, record);
    }

    private static void Verify(LayerPlan layer, IngestedLayer result)
    {
        if (result.Digest != layer.Blob) throw new InvalidContentException($"The layer '{layer.Name}' has the digest '{result.Digest}', and should have '{layer.Blob}': it is damaged.", layer.Name);
        if (layer.Size is { } size && result.BlobSize != size) throw new InvalidContentException($"The layer '{layer.Name}' has {result.BlobSize} bytes, and should have {size}.", layer.Name);
        if (result.DiffId != layer.DiffId) throw new InvalidContentException($"The layer '{layer.Name}' unpacks to the diff id '{result.DiffId}', and the image's config says '{layer.DiffId}'.", layer.Name);
    }

    private static void VerifyBlob(LayerPlan layer, Stream download, Action<long>? progress, CancellationToken cancellation)
    {
        using var hashing = new DigestStream(download, leaveOpen: true);
        var buffer = new byte[256 * 1024];
        while (hashing.Read(buffer) > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Invoke(hashing.Count);
        }

        if (hashing.Digest != layer.Blob.ToString()) throw new InvalidContentException($"The blob '{layer.Name}' has the digest '{hashing.Digest}': it is damaged.", layer.Name);
    }
}
