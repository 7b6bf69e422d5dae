using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>An OCI image layout in a folder or a tar (image-spec image-layout.md); also within the archives of Docker 25 and later.</summary>
internal sealed class OciArchive
{
    private const int MaxDepth = 4;

    private readonly ImageSource _source;
    private readonly Platform? _wanted;
    private readonly string? _repository;
    private readonly List<ImagePlan> _images = [];

    private OciArchive(ImageSource source, Platform? wanted, string? repository)
    {
        _source = source;
        _wanted = wanted;
        _repository = repository;
    }

    /// <summary>True when the source has a layout's two files.</summary>
    internal static bool Is(ImageSource source) => source.Contains("oci-layout") && source.Contains("index.json");

    /// <summary>The images of the layout.</summary>
    /// <param name="source">The layout.</param>
    /// <param name="wanted">The platform asked for, or null for this machine's.</param>
    /// <param name="repository">The repository that is meant when the layout gives only a tag.</param>
    internal static IReadOnlyList<ImagePlan> Read(ImageSource source, Platform? wanted, string? repository)
    {
        var layout = Documents.Read(source.ReadDocument("oci-layout", ContentStore.MaxManifest, "The layout"), OciJson.Default.ImageLayout, "file 'oci-layout'");
        if (layout.ImageLayoutVersion is not { } version || !version.StartsWith("1.", StringComparison.Ordinal))
            throw new InvalidContentException($"The layout is of version '{layout.ImageLayoutVersion}', and this module reads version 1.", layout.ImageLayoutVersion);
        var archive = new OciArchive(source, wanted, repository);
        archive.ReadIndex(source.ReadDocument("index.json", ContentStore.MaxManifest, "The layout"), null, "file 'index.json'", null, 0);
        return archive._images.Count > 0 ? archive._images : throw new InvalidContentException("The layout's index.json lists no image.", "index.json");
    }

    private void ReadIndex(byte[] json, string? mediaType, string what, ImageReference? name, int depth)
    {
        if (depth > MaxDepth) throw new InvalidContentException($"The {what} is reached through more than {MaxDepth} indexes.", what);
        var manifests = Documents.ReadIndex(json, mediaType, what).Manifests!;
        // Below the top, and at the top when nothing has a name, an index lists one image for several platforms.
        var choice = depth > 0 || (manifests.Count > 1 && manifests.TrueForAll(manifest => NameOf(manifest) is null) && manifests.Exists(manifest => manifest.Platform is not null));
        foreach (var descriptor in choice ? [Choose(manifests, what)] : Wanted(manifests)) ReadDescriptor(descriptor, what, name ?? NameOf(descriptor), depth);
    }

    // Signatures and attestations lie beside images, under no platform that a machine has.
    private IEnumerable<Descriptor> Wanted(List<Descriptor> manifests)
    {
        foreach (var manifest in manifests)
        {
            if (manifest.Platform is { Os: "unknown" } || manifest.ArtifactType is not null) continue;
            // A name given to several platforms means the one that is wanted.
            if (NameOf(manifest) is { } name && manifest.Platform is not null
                && manifests.FindAll(other => other.Platform is not null && name.Equals(NameOf(other))) is { Count: > 1 } same
                && !ReferenceEquals(Choose(same, "file 'index.json'"), manifest)) continue;
            yield return manifest;
        }
    }

    private Descriptor Choose(List<Descriptor> manifests, string what)
    {
        var wanted = _wanted ?? Platforms.Host;
        if (Platforms.Choose(manifests, wanted) is { } chosen) return chosen;
        if (manifests.Count == 1 && manifests[0].Platform is null) return manifests[0];
        var offered = string.Join(", ", manifests.Where(manifest => manifest.Platform is { Os: not "unknown" }).Select(manifest => Platforms.Show(manifest.Platform!.Os, manifest.Platform.Architecture, manifest.Platform.Variant)));
        throw new InvalidContentException($"The {what} has no image for {Platforms.Show(wanted.Os, wanted.Architecture, wanted.Variant)}; it has: {offered}. Choose one with -Platform.", what);
    }

    private void ReadDescriptor(Descriptor descriptor, string listedBy, ImageReference? name, int depth)
    {
        var digest = Digest.Parse(descriptor.Digest, $"The {listedBy}");
        var what = $"document '{digest}'";
        var json = ReadBlob(digest, descriptor.Size, ContentStore.MaxManifest, $"The {listedBy}");
        if (Documents.KindOf(json, descriptor.MediaType, what) == DocumentKind.Index) ReadIndex(json, descriptor.MediaType, what, name, depth + 1);
        else AddImage(json, descriptor, digest, name);
    }

    private void AddImage(byte[] json, Descriptor descriptor, Digest digest, ImageReference? name)
    {
        var what = $"manifest '{digest}'";
        var manifest = Documents.ReadManifest(json, descriptor.MediaType, what);
        // Signatures, charts and the like have manifests, too; they are no images.
        if (manifest.Config!.MediaType is not (null or "" or MediaTypes.OciConfig or MediaTypes.DockerConfig)) return;
        var configDigest = Digest.Parse(manifest.Config.Digest, $"The {what}");
        var config = ReadBlob(configDigest, manifest.Config.Size, ContentStore.MaxConfig, $"The {what}");
        var parsed = Documents.ReadConfig(config, $"config '{configDigest}'");
        if (_wanted is not null && Platforms.Rank(new Platform { Os = parsed.Os, Architecture = parsed.Architecture, Variant = parsed.Variant }, _wanted) < 0)
            throw new InvalidContentException($"The image is for {Platforms.Show(parsed.Os, parsed.Architecture, parsed.Variant)}, and {Platforms.Show(_wanted.Os, _wanted.Architecture, _wanted.Variant)} was asked for.", digest.ToString());
        var diffIds = ImageCatalog.DiffIds(parsed, $"config '{configDigest}'");
        if (diffIds.Count != manifest.Layers!.Count) throw new InvalidContentException($"The {what} lists {manifest.Layers.Count} layers, and its config {diffIds.Count}.", digest.ToString());
        var chains = LayerStore.ChainIds(diffIds);
        var layers = manifest.Layers.Select((layer, i) =>
        {
            var blob = Digest.Parse(layer.Digest, $"The {what}");
            if (layer.Size < 0) throw new InvalidContentException($"The {what} gives a layer the size {layer.Size}.", digest.ToString());
            return new LayerPlan(BlobName(blob), blob, layer.Size, diffIds[i], chains[i]);
        });

        // One manifest under several names is one image.
        if (_images.FindIndex(image => image.Manifest.AsSpan().SequenceEqual(json)) is var known and >= 0)
        {
            if (name is not null) _images[known] = _images[known] with { Names = [.. _images[known].Names, name] };
            return;
        }

        var mediaType = descriptor.MediaType ?? manifest.MediaType ?? MediaTypes.OciManifest;
        _images.Add(new ImagePlan { Config = config, Manifest = json, MediaType = mediaType, Layers = [.. layers], Names = name is null ? [] : [name] });
    }

    private byte[] ReadBlob(Digest digest, long size, int limit, string namedBy)
    {
        var content = _source.ReadDocument(BlobName(digest), limit, namedBy);
        if (Digest.Of(content) != digest) throw new InvalidContentException($"The document '{digest}' has another digest, '{Digest.Of(content)}': it is damaged.", digest.ToString());
        return content.Length == size ? content : throw new InvalidContentException($"The document '{digest}' has {content.Length} bytes, and should have {size}.", digest.ToString());
    }

    private ImageReference? NameOf(Descriptor descriptor)
    {
        if (descriptor.Annotations is not { } annotations) return null;
        if (annotations.TryGetValue(IndexEntry.FullNameAnnotation, out var full)) return Parse(full);
        if (!annotations.TryGetValue(IndexEntry.RefNameAnnotation, out var name)) return null;
        var bare = name.AsSpan().IndexOfAny('/', ':', '@') < 0;
        // A bare word is a tag when it is known of what; alone it is a repository, but for "latest", which names nothing.
        if (bare && _repository is not null) return Parse($"{_repository}:{name}");
        return bare && name == ImageReference.DefaultTag ? null : Parse(name);
    }

    // A digest in a name is a claim about the content, which the content's own digest settles: only a tag is taken from it.
    private static ImageReference? Parse(string name)
    {
        var parsed = ImageReference.TryParse(name) ?? throw new InvalidContentException($"The layout names an image '{name}', which is not an image name.", name);
        return parsed.Tag is { } tag ? parsed.WithTag(tag) : parsed.Digest is null ? parsed.WithDefaultTag() : null;
    }

    private static string BlobName(Digest digest) => $"blobs/sha256/{digest.Hex}";
}
