using System.Text.Json;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>Imports images from files, streams and folders, whatever form they have.</summary>
internal sealed class ImageImporter
{
    private readonly Func<StoreTransaction> _begin;
    private readonly ImportRequest _request;
    private readonly IProgress<ImportProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly ImageReference? _name;
    private readonly Platform? _platform;

    internal ImageImporter(Func<StoreTransaction> begin, ImportRequest request, IProgress<ImportProgress>? progress, CancellationToken cancellation)
    {
        if (new object?[] { request.Path, request.Source, request.Url }.Count(given => given is not null) != 1) throw new InvalidSettingException("Path", request.Path, "Give either a path, a stream or an address to import from.");
        (_begin, _request, _progress, _cancellation) = (begin, request, progress, cancellation);
        _name = request.Name is null ? null : ImageReference.Parse(request.Name);
        if (_name?.Digest is not null) throw new InvalidSettingException("Name", request.Name, $"The name '{request.Name}' has a digest; a digest follows from the content and cannot be given.");
        _platform = request.Platform is null ? null : Platforms.Parse(request.Platform);
    }

    /// <summary>Imports, and gives what is now in the index: manifests under the names that this import gave them, or under none.</summary>
    internal IReadOnlyList<ImportedName> Run()
    {
        if (_request.Source is { } given) return FromStream(given);
        if (_request.Url is { } address)
        {
            using var remote = RemoteArchive.Open(address, _cancellation);
            return FromStream(remote);
        }

        var path = Path.GetFullPath(_request.Path!);
        if (Directory.Exists(path)) return FromFolder(path);
        using var file = OpenFile(path);
        return FromStream(file);
    }

    private static FileStream OpenFile(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidSettingException("Path", path, $"There is no file '{path}' to import.");
        }
    }

    private IReadOnlyList<ImportedName> FromFolder(string path)
    {
        var source = new FolderImageSource(path);
        if (!OciArchive.Is(source)) throw new InvalidContentException($"The folder '{path}' is no OCI image layout: it lacks 'oci-layout' or 'index.json'. Give a layout, or the archive's file.", path);
        using var transaction = _begin();
        return Images(transaction, source);
    }

    private IReadOnlyList<ImportedName> FromStream(Stream source)
    {
        var start = source.CanSeek ? source.Position : 0;
        var total = source.CanSeek ? source.Length - start : (source as RemoteArchive)?.Total;
        var compressed = new CountingStream(source);
        using var plain = Compression.OpenDecompressed(compressed, out var kind);
        using var tar = kind == CompressionKind.None ? plain : new PipelinedStream(plain);
        var prefix = new byte[ArchiveSniffer.PrefixLength];
        prefix = prefix[..tar.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false)];
        if (prefix.Length == 0) throw new InvalidContentException($"There is nothing to import: '{_request.Display}' is empty.", _request.Display);

        using var transaction = _begin();
        var whole = new ReplayStream(prefix, tar);
        if (!ArchiveSniffer.MayHoldImages(prefix)) return RootFileSystem(transaction, whole, () => compressed.Count, total);
        if (kind == CompressionKind.None && source is FileStream { CanSeek: true } file && start == 0) return Archive(transaction, file);
        using var spool = Spool(transaction, whole, () => compressed.Count, total);
        return Archive(transaction, spool);
    }

    /// <summary>Members of an image archive are needed in another order than they come in: from a pipe or a compressed file it goes to the disk first.</summary>
    private FileStream Spool(StoreTransaction transaction, Stream archive, Func<long> done, long? total)
    {
        var spool = new FileStream(transaction.Scratch.NewPath(), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        try
        {
            var buffer = new byte[512 * 1024];
            int count;
            while ((count = archive.Read(buffer)) > 0)
            {
                _cancellation.ThrowIfCancellationRequested();
                spool.Write(buffer, 0, count);
                _progress?.Report(new ImportProgress(_request.Display, done(), total, ImportPhase.Reading));
            }

            return spool;
        }
        catch
        {
            spool.Dispose();
            throw;
        }
    }

    private IReadOnlyList<ImportedName> Archive(StoreTransaction transaction, FileStream archive)
    {
        var source = new TarImageSource(archive, _cancellation);
        if (OciArchive.Is(source) || source.Contains(DockerArchive.ManifestName)) return Images(transaction, source);
        if (source.Contains("repositories") || source.Names.Any(name => name.EndsWith("/layer.tar", StringComparison.Ordinal)))
            throw new InvalidContentException($"The archive '{_request.Display}' has layers but no 'manifest.json': it is not whole, or was made by Docker 1.9 or older, whose format no longer can be verified.", _request.Display);

        // It only looked like an archive of images by its first member.
        archive.Position = 0;
        var counted = new CountingStream(archive);
        return RootFileSystem(transaction, counted, () => counted.Count, archive.Length);
    }

    private IReadOnlyList<ImportedName> Images(StoreTransaction transaction, ImageSource source)
    {
        var repository = _name is { Tag: null } ? _name.ToString() : null;
        var plans = OciArchive.Is(source) ? OciArchive.Read(source, _platform, repository) : DockerArchive.Read(source);
        if (_name is not null)
        {
            if (plans.Count > 1) throw new InvalidSettingException("Name", _request.Name, $"'{_request.Display}' holds {plans.Count} images, and the name '{_request.Name}' can be given to one only.");
            var tagged = repository is not null && plans[0].Names.Count > 0 && plans[0].Names.All(name => name.Repository == repository);
            plans = [plans[0] with { Names = tagged ? plans[0].Names : [_name.WithDefaultTag()] }];
        }

        transaction.LockLayers(plans.SelectMany(plan => plan.Layers.Select(layer => layer.Chain)), _cancellation);
        while (true)
        {
            var manifests = plans.Select(plan => Add(transaction, source, plan)).ToList();
            _progress?.Report(new ImportProgress(_request.Display, 0, null, ImportPhase.Saving));
            if (transaction.TryPublish(entries => manifests.Zip(plans).Aggregate(entries, (all, pair) => IndexChanges.Add(all, pair.First, pair.Second.Names))))
                return [.. manifests.Zip(plans).SelectMany(pair => ImportedName.Of(pair.First, pair.Second.Names))];
        }
    }

    private StagedManifest Add(StoreTransaction transaction, ImageSource source, ImagePlan plan)
    {
        var config = transaction.AddDocument(plan.Config);
        foreach (var layer in plan.Layers)
        {
            var total = layer.Size ?? source.LengthOf(layer.Name);
            transaction.AddLayer(layer, () => OpenLayer(source, layer), done => Report(layer.Name, done, total), _cancellation);
        }

        var parsed = Documents.ReadConfig(plan.Config, $"config '{config}'");
        var platform = new Platform { Os = parsed.Os ?? "linux", Architecture = parsed.Architecture, Variant = parsed.Variant };
        if (plan.Manifest is { } manifest) return new StagedManifest(transaction.AddDocument(manifest), manifest.Length, plan.MediaType!, platform);
        return transaction.AddManifest(config, plan.Config.Length, [.. plan.Layers.Select(layer => transaction.DescriptorOf(layer.Blob))], platform);
    }

    // A docker-archive's layer is taken in as a plain tar, an OCI blob as it is.
    private static Stream OpenLayer(ImageSource source, LayerPlan layer)
    {
        var stream = source.Open(layer.Name, "The image");
        return layer.Size is null ? Compression.OpenDecompressed(stream, out _) : stream;
    }

    private IReadOnlyList<ImportedName> RootFileSystem(StoreTransaction transaction, Stream tar, Func<long> done, long? total)
    {
        var layer = transaction.AddLayer(tar, null, _ => _progress?.Report(new ImportProgress(_request.Display, done(), total, ImportPhase.Unpacking)), _cancellation);
        var platform = _platform ?? Platforms.Host;
        var created = DateTimeOffset.UtcNow;
        var config = JsonSerializer.SerializeToUtf8Bytes(
            new ImageConfig
            {
                Created = created,
                Author = _request.Author,
                Architecture = platform.Architecture,
                Variant = platform.Architecture == "amd64" ? null : platform.Variant,
                Os = platform.Os,
                Config = _request.Command is { } command ? (_request.Config ?? new ContainerConfig()) with { Cmd = [.. command] } : _request.Config ?? new ContainerConfig(),
                Rootfs = new RootFs { Type = "layers", DiffIds = [layer.DiffId.ToString()] },
                History = [new History { Created = created, Author = _request.Author, Comment = _request.Message ?? $"Imported from {Path.GetFileName(_request.Display)}" }],
            },
            OciJson.Default.ImageConfig);
        _progress?.Report(new ImportProgress(_request.Display, 0, null, ImportPhase.Saving));
        IReadOnlyList<ImageReference> names = _name is null ? [] : [_name.WithDefaultTag()];
        StagedManifest manifest;
        do manifest = transaction.AddManifest(transaction.AddDocument(config), config.Length, [transaction.DescriptorOf(layer.Digest)], platform);
        while (!transaction.TryPublish(entries => IndexChanges.Add(entries, manifest, names)));
        return [.. ImportedName.Of(manifest, names)];
    }

    private void Report(string item, long done, long? total) => _progress?.Report(new ImportProgress(item, done, total, ImportPhase.Unpacking));
}
