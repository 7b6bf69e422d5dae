using System.Text.Json;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Registries;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Build;

/// <summary>Gives the steps of a build to folders and registries, where other machines' builds find them.</summary>
internal sealed class CacheExports
{
    private readonly BuildSession _session;
    private readonly IReadOnlyList<CachePlace> _places;
    private readonly List<UsedStep> _steps = [];
    private readonly Dictionary<Digest, string> _staged = [];
    private readonly Lock _gate = new();

    internal CacheExports(BuildSession session)
    {
        _session = session;
        _places = [.. session.Settings.CacheTo.Select(text => CachePlace.Parse(text, session.Settings.Folder, "CacheTo"))];
        foreach (var place in _places)
            if (place.Folder is { } folder && (File.Exists(folder) || (Directory.Exists(folder) && !File.Exists(Path.Combine(folder, "oci-layout")) && Directory.EnumerateFileSystemEntries(folder).Any())))
                throw new InvalidSettingException("CacheTo", folder, $"'{folder}' is there already and has something else in it: give the name of a new folder, or of one that an earlier -CacheTo has made.");
    }

    /// <summary>A step that this build has done or found.</summary>
    internal void Add(UsedStep step)
    {
        if (_places.Count == 0) return;
        lock (_gate) _steps.Add(step);
    }

    /// <summary>Writes all steps to all places.</summary>
    internal void Write()
    {
        if (_places.Count == 0) return;
        var steps = _steps.DistinctBy(static step => step.Key).OrderBy(static step => step.Key.Hex, StringComparer.Ordinal).ToList();
        var layers = steps.Select(static step => step.Layer).DistinctBy(static layer => layer.DiffId).ToList();
        var config = JsonSerializer.SerializeToUtf8Bytes(
            new SharedSteps { Steps = [.. steps.Select(static step => new SharedStep { Key = step.Key.ToString(), DiffId = step.Layer.DiffId.ToString(), Created = step.Layer.Created!.Value, Text = step.Text })] },
            BuildJson.Default.SharedSteps);
        var manifest = JsonSerializer.SerializeToUtf8Bytes(
            new ImageManifest
            {
                MediaType = MediaTypes.OciManifest,
                ArtifactType = SharedSteps.MediaType,
                Config = new Descriptor { MediaType = SharedSteps.MediaType, Digest = Digest.Of(config).ToString(), Size = config.Length },
                Layers = [.. layers.Select(layer => new Descriptor { MediaType = MediaTypes.OciLayer, Digest = layer.DiffId.ToString(), Size = SizeOf(layer) })],
            },
            OciJson.Default.ImageManifest);
        foreach (var place in _places)
        {
            _session.Cancellation.ThrowIfCancellationRequested();
            if (place.Folder is { } folder) WriteFolder(folder, layers, config, manifest);
            else WriteRegistry(place.Image!, layers, config, manifest);
        }
    }

    private void WriteFolder(string folder, List<BuildLayer> layers, byte[] config, byte[] manifest)
    {
        var blobs = Path.Combine(folder, "blobs", "sha256");
        Directory.CreateDirectory(blobs);
        var layout = Path.Combine(folder, "oci-layout");
        if (!File.Exists(layout)) AtomicFile.Write(layout, """{"imageLayoutVersion":"1.0.0"}"""u8, durable: false);
        foreach (var layer in layers)
        {
            var path = Path.Combine(blobs, layer.DiffId.Hex);
            if (new FileInfo(path) is { Exists: true } there && there.Length == SizeOf(layer)) continue;
            var unfinished = Path.Combine(blobs, $".{Guid.NewGuid():n}");
            try
            {
                using (var source = OpenLayer(layer.DiffId))
                using (var copy = File.Create(unfinished)) source.CopyTo(copy);
                File.Move(unfinished, path, overwrite: true);
            }
            finally
            {
                File.Delete(unfinished);
            }
        }

        foreach (var document in (ReadOnlySpan<byte[]>)[config, manifest]) AtomicFile.Write(Path.Combine(blobs, Digest.Of(document).Hex), document, durable: false);

        // The manifest that was there before goes out of the index; blobs stay, since somebody may be reading them.
        var index = new ImageIndex
        {
            MediaType = MediaTypes.OciIndex,
            Manifests = [new Descriptor { MediaType = MediaTypes.OciManifest, ArtifactType = SharedSteps.MediaType, Digest = Digest.Of(manifest).ToString(), Size = manifest.Length }],
        };
        AtomicFile.Write(Path.Combine(folder, "index.json"), JsonSerializer.SerializeToUtf8Bytes(index, OciJson.Default.ImageIndex));
    }

    private void WriteRegistry(ImageReference name, List<BuildLayer> layers, byte[] config, byte[] manifest)
    {
        using var context = RegistryContext.Open(_session.Paths, log: null);
        var client = new RegistryClient(context, RegistrySettings.EndpointToWrite(new RegistryAddress(name.Domain)), name.Path);
        foreach (var layer in layers) Upload(client, layer.DiffId, SizeOf(layer), () => OpenLayer(layer.DiffId));
        Upload(client, Digest.Of(config), config.Length, () => new MemoryStream(config, writable: false));
        client.PutManifest(name.Tag!, manifest, MediaTypes.OciManifest, _session.Cancellation);
    }

    private void Upload(RegistryClient client, Digest digest, long size, Func<Stream> open)
    {
        if (client.HasBlob(digest, _session.Cancellation)) return;
        client.Upload(
            digest,
            size,
            from =>
            {
                var stream = open();
                stream.Position = from;
                return stream;
            },
            upload: null,
            progress: null,
            _session.Cancellation);
    }

    private long SizeOf(BuildLayer layer)
    {
        if (_session.Images.Content.Size(layer.DiffId) is { } size) return size;
        if (!_staged.TryGetValue(layer.DiffId, out var path)) _staged[layer.DiffId] = path = new LayerMaker(_session).WriteTar(layer);
        return new FileInfo(path).Length;
    }

    private FileStream OpenLayer(Digest layer) =>
        _staged.TryGetValue(layer, out var path) ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0) : _session.Images.Content.Open(layer);
}
