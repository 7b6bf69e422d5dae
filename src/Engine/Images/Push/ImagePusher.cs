using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Registries;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>Pushes one manifest or index under one name: what it refers to first, then itself, byte for byte as it is in the store.</summary>
internal sealed class ImagePusher(ContentStore content, ImageCatalog catalog, RegistryContext context, IReadOnlyList<IndexEntry> entries, IProgress<TransferProgress>? progress, CancellationToken cancellation)
{
    private const int MaxDepth = 4;

    /// <summary>Pushes an entry of the index under its name.</summary>
    internal void Push(IndexEntry entry, ImageReference name)
    {
        var registry = new RegistryAddress(name.Domain);
        var client = new RegistryClient(context, RegistrySettings.EndpointToWrite(registry), name.Path);
        var documents = new List<(byte[] Json, string MediaType, Digest Digest)>();
        var blobs = new Dictionary<Digest, Descriptor>();
        Collect(entry.Manifest, entry.Descriptor.MediaType, documents, blobs, 0);
        Upload(client, registry, name, [.. blobs.Values]);
        foreach (var (json, mediaType, digest) in documents)
        {
            cancellation.ThrowIfCancellationRequested();
            client.PutManifest(digest == entry.Manifest ? name.Tag ?? digest.ToString() : digest.ToString(), json, mediaType, cancellation);
        }
    }

    // Children come before what lists them, which is the order in which a registry accepts them.
    private void Collect(Digest digest, string? mediaType, List<(byte[] Json, string MediaType, Digest Digest)> documents, Dictionary<Digest, Descriptor> blobs, int depth)
    {
        if (depth > MaxDepth) throw new InvalidContentException($"The index '{digest}' is reached through more than {MaxDepth} indexes.", digest.ToString());
        if (documents.Exists(document => document.Digest == digest)) return;
        var json = content.ReadDocument(digest, ContentStore.MaxManifest);
        var what = $"document '{digest}'";
        string? own;
        if (Documents.KindOf(json, mediaType, what) == DocumentKind.Index)
        {
            var index = Documents.ReadIndex(json, mediaType, what);
            own = index.MediaType ?? mediaType ?? MediaTypes.OciIndex;
            foreach (var child in index.Manifests!) Collect(Digest.Parse(child.Digest, $"The {what}"), child.MediaType, documents, blobs, depth + 1);
        }
        else
        {
            var manifest = Documents.ReadManifest(json, mediaType, what);
            own = manifest.MediaType ?? mediaType ?? MediaTypes.OciManifest;
            foreach (var blob in manifest.Layers!.Append(manifest.Config!))
            {
                // Layers that their publisher keeps to himself are named in the manifest, and fetched from him.
                if (blob.Urls is { Count: > 0 } && blob.MediaType is { } type && (type == MediaTypes.DockerForeignLayer || type.Contains(".nondistributable.", StringComparison.Ordinal))) continue;
                blobs[Digest.Parse(blob.Digest, $"The {what}")] = blob;
            }
        }

        documents.Add((json, own, digest));
    }

    private void Upload(RegistryClient client, RegistryAddress registry, ImageReference name, IReadOnlyList<Descriptor> blobs)
    {
        for (var i = 0; i < blobs.Count; i++) Report(blobs[i], TransferPhase.Waiting, 0, i, blobs.Count);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Exception? failure = null;
        var next = -1;
        var threads = Enumerable.Range(0, Math.Min(context.Settings.Uploads, blobs.Count))
            .Select(_ => Task.Factory.StartNew(Take, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        Task.WaitAll(threads, CancellationToken.None);
        cancellation.ThrowIfCancellationRequested();
        if (failure is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);

        void Take()
        {
            int i;
            while (!stop.IsCancellationRequested && (i = Interlocked.Increment(ref next)) < blobs.Count)
            {
                try
                {
                    Upload(client, registry, name, blobs[i], i, blobs.Count, stop.Token);
                }
                catch (Exception e)
                {
                    Interlocked.CompareExchange(ref failure, e, null);
                    stop.Cancel();
                }
            }
        }
    }

    private void Upload(RegistryClient client, RegistryAddress registry, ImageReference name, Descriptor blob, int index, int count, CancellationToken stop)
    {
        var digest = Digest.Parse(blob.Digest, "The manifest");
        if (client.HasBlob(digest, stop))
        {
            Report(blob, TransferPhase.Exists, blob.Size, index, count);
            return;
        }

        var size = content.Size(digest) ?? throw new InvalidContentException($"The store lacks the blob '{digest}' of the image '{name.ToFamiliarString()}'. Pull it again.", digest.ToString());
        Uri? upload = null;
        foreach (var other in OthersWith(digest, registry, name).Take(2))
        {
            if (!client.TryMount(digest, other, out upload, stop)) continue;
            Report(blob, TransferPhase.Exists, size, index, count);
            return;
        }

        client.Upload(digest, size, from => OpenAt(digest, from), upload, done => Report(blob, TransferPhase.Uploading, done, index, count), stop);
        Report(blob, TransferPhase.Done, size, index, count);
    }

    // Repositories of the same registry whose images here have the blob: there they will have it, too.
    private IEnumerable<string> OthersWith(Digest blob, RegistryAddress registry, ImageReference name) => entries
        .Where(entry => entry.Name is { } other && other.Domain == registry.Domain && other.Path != name.Path && catalog.ReferencesOf(entry).Blobs.Contains(blob))
        .Select(entry => entry.Name!.Path).Distinct();

    private FileStream OpenAt(Digest digest, long from)
    {
        var file = content.Open(digest);
        file.Position = from;
        return file;
    }

    private void Report(Descriptor blob, TransferPhase phase, long done, int index, int count) =>
        progress?.Report(new TransferProgress(Digest.Parse(blob.Digest, "The manifest").Hex[..12], phase, done, blob.Size, index, count));
}
