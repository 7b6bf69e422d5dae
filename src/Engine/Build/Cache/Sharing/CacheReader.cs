using ContainerPS.Engine.Images;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Registries;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Build;

/// <summary>Steps that builds have given to a folder or a registry.</summary>
internal abstract class CacheReader : IDisposable
{
    private readonly Dictionary<Digest, SharedStep> _steps = [];
    private readonly Dictionary<Digest, long> _sizes = [];

    /// <summary>Opens a place.</summary>
    /// <exception cref="ContainerEngineException">There is none, or it has no steps.</exception>
    internal static CacheReader Open(CachePlace place, StorePaths paths, Func<string> newPath, CancellationToken cancellation)
    {
        CacheReader reader = place.Folder is { } folder ? new FolderReader(folder) : new RegistryReader(place.Image!, paths, newPath, cancellation);
        try
        {
            reader.Read(place.ToString());
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>The step of a key, or null.</summary>
    internal SharedStep? Find(Digest key) => _steps.GetValueOrDefault(key);

    /// <summary>A layer before it has come, on top of others.</summary>
    internal LayerPlan PlanOf(Digest layer, Digest chain) => new(layer.ToString(), layer, _sizes[layer], layer, chain);

    /// <summary>Opens a layer.</summary>
    internal abstract Stream OpenLayer(LayerPlan layer);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }

    /// <summary>The manifest and the document with the steps.</summary>
    protected abstract (ImageManifest Manifest, byte[] Steps) ReadDocuments(string what);

    /// <summary>The manifest, when it is one of steps.</summary>
    protected static (ImageManifest Manifest, Digest Steps) Check(byte[] json, string? mediaType, string what)
    {
        var manifest = Documents.ReadManifest(json, mediaType, what);
        if (manifest.Config!.MediaType != SharedSteps.MediaType) throw new InvalidContentException($"The {what} holds an image, and no steps of builds: Build-Image -CacheTo writes those.", what);
        return (manifest, Digest.Parse(manifest.Config.Digest, $"The {what}"));
    }

    /// <summary>A document whose digest is known.</summary>
    protected static byte[] Verify(byte[] document, Digest digest) => Digest.Of(document) == digest
        ? document
        : throw new InvalidContentException($"The document '{digest}' has another digest, '{Digest.Of(document)}': it is damaged.", digest.ToString());

    private void Read(string place)
    {
        var what = $"build cache '{place}'";
        var (manifest, json) = ReadDocuments(what);
        foreach (var layer in manifest.Layers!) _sizes[Digest.Parse(layer.Digest, $"The {what}")] = layer.Size;
        foreach (var step in Documents.Read(json, BuildJson.Default.SharedSteps, what).Steps)
        {
            if (!_sizes.ContainsKey(Digest.Parse(step.DiffId, $"The {what}"))) throw new InvalidContentException($"The {what} lacks the layer '{step.DiffId}' of a step.", step.DiffId);
            _steps[Digest.Parse(step.Key, $"The {what}")] = step;
        }
    }

    private sealed class FolderReader(string folder) : CacheReader
    {
        private readonly FolderImageSource _source = new(folder);

        internal override Stream OpenLayer(LayerPlan layer) => _source.Open(NameOf(layer.Blob), "The layout");

        protected override (ImageManifest Manifest, byte[] Steps) ReadDocuments(string what)
        {
            if (!OciArchive.Is(_source)) throw new InvalidContentException($"'{folder}' has no steps of builds: Build-Image -CacheTo writes them.", folder);
            foreach (var descriptor in Documents.ReadIndex(_source.ReadDocument("index.json", ContentStore.MaxManifest, "The layout"), null, what).Manifests!)
            {
                if (descriptor.ArtifactType != SharedSteps.MediaType) continue;
                var digest = Digest.Parse(descriptor.Digest, $"The {what}");
                var (manifest, steps) = Check(Verify(_source.ReadDocument(NameOf(digest), ContentStore.MaxManifest, "The layout"), digest), descriptor.MediaType, what);
                return (manifest, Verify(_source.ReadDocument(NameOf(steps), ContentStore.MaxConfig, "The layout"), steps));
            }

            throw new InvalidContentException($"'{folder}' has no steps of builds: Build-Image -CacheTo writes them.", folder);
        }

        private static string NameOf(Digest digest) => $"blobs/sha256/{digest.Hex}";
    }

    private sealed class RegistryReader(ImageReference name, StorePaths paths, Func<string> newPath, CancellationToken cancellation) : CacheReader
    {
        private readonly RegistryContext _context = RegistryContext.Open(paths, log: null);
        private BlobSource? _source;

        // What has come in part is asked for from there on when the connection breaks; nothing of it outlives the build.
        internal override Stream OpenLayer(LayerPlan layer) => new BlobDownload(newPath(), _source!, new PulledLayer(layer, []), cancellation);

        public override void Dispose() => _context.Dispose();

        protected override (ImageManifest Manifest, byte[] Steps) ReadDocuments(string what)
        {
            _source = BlobSource.Open(_context, name);
            var answer = _source.GetManifest(name.Tag!, cancellation);
            var (manifest, steps) = Check(answer.Content, answer.MediaType, what);
            return (manifest, _source.GetConfig(steps, cancellation));
        }
    }
}
