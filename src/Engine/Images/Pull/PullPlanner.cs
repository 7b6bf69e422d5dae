using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Registries;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>Reads manifests and configs from a registry, verifies them, and says what else is to be fetched.</summary>
internal sealed class PullPlanner(BlobSource source, ContentStore content, Platform? platform, bool allPlatforms, CancellationToken cancellation)
{
    private const int MaxDepth = 4;
    private const int MaxManifests = 512;

    private readonly Dictionary<Digest, byte[]> _documents = [];
    private readonly Dictionary<Digest, PulledLayer> _blobs = [];

    /// <summary>Follows a reference to the image.</summary>
    internal PullPlan Read(ImageReference image)
    {
        var asked = source.GetManifest(image.Digest ?? image.Tag!, cancellation);
        var what = $"manifest of '{image.ToFamiliarString()}'";
        var kind = Documents.KindOf(asked.Content, Said(asked, null), what);
        if (kind == DocumentKind.Manifest) return Single(asked.Content, asked.Digest, Said(asked, null), null, asked.Digest, image, mayDiffer: false);
        _documents[asked.Digest] = asked.Content;
        var (chosen, chosenContent) = Choose(asked.Content, asked.Digest, Said(asked, null), what);
        if (!allPlatforms) return Single(chosenContent, Digest.Parse(chosen.Digest, what), chosen.MediaType, chosen.Platform, asked.Digest, image, mayDiffer: true);

        CollectAll(asked.Content, Said(asked, null), what, 0);
        var mediaType = Said(asked, null) ?? MediaTypes.OciIndex;
        var plan = new PullPlan { Top = new StagedManifest(asked.Digest, asked.Content.Length, mediaType, null), Asked = asked.Digest };
        AddImage(plan, chosenContent, Digest.Parse(chosen.Digest, what), chosen.MediaType);
        plan.Documents.AddRange(_documents.Values.Where(document => !plan.Documents.Contains(document)));
        plan.Blobs.AddRange(_blobs.Values.Where(blob => !plan.Layers.Exists(layer => layer.Plan.Blob == blob.Plan.Blob)));
        return plan;
    }

    private PullPlan Single(byte[] json, Digest digest, string? mediaType, Platform? listed, Digest asked, ImageReference image, bool mayDiffer)
    {
        var plan = new PullPlan { Top = null!, Asked = asked };
        var config = AddImage(plan, json, digest, mediaType);
        var own = new Platform { Os = string.IsNullOrEmpty(config.Os) ? "linux" : config.Os, Architecture = config.Architecture, Variant = config.Variant };
        if (platform is not null && !mayDiffer && Platforms.Rank(own, platform) < 0)
        {
            throw new InvalidContentException($"The image '{image.ToFamiliarString()}' is for {Platforms.Show(own.Os, own.Architecture, own.Variant)} only, and {Platforms.Show(platform.Os, platform.Architecture, platform.Variant)} was asked for.", image.ToFamiliarString());
        }

        var result = new PullPlan { Top = new StagedManifest(digest, json.Length, mediaType ?? MediaTypes.OciManifest, listed ?? own), Asked = asked };
        result.Documents.AddRange(plan.Documents);
        result.Layers.AddRange(plan.Layers);
        return result;
    }

    // The manifest for the wanted platform; an index may list indexes.
    private (Descriptor Descriptor, byte[] Content) Choose(byte[] json, Digest digest, string? mediaType, string what)
    {
        var wanted = platform ?? Platforms.Host;
        for (var depth = 0; depth < MaxDepth; depth++)
        {
            var manifests = Documents.ReadIndex(json, mediaType, what).Manifests!;
            var chosen = Platforms.Choose(manifests, wanted) ?? (manifests is [{ Platform: null } only] ? only : null);
            if (chosen is null)
            {
                var offered = string.Join(", ", manifests.Where(manifest => manifest.Platform is { Os: not "unknown" }).Select(manifest => Platforms.Show(manifest.Platform!.Os, manifest.Platform.Architecture, manifest.Platform.Variant)).Distinct());
                throw new InvalidContentException($"The {what} has no image for {Platforms.Show(wanted.Os, wanted.Architecture, wanted.Variant)}; it has: {(offered.Length > 0 ? offered : "none")}. Choose one with -Platform.", digest.ToString());
            }

            digest = Digest.Parse(chosen.Digest, $"The {what}");
            json = Fetch(digest, chosen);
            what = $"manifest '{digest}'";
            mediaType = chosen.MediaType;
            if (Documents.KindOf(json, mediaType, what) == DocumentKind.Manifest) return (chosen, json);
        }

        throw new InvalidContentException($"The {what} is reached through more than {MaxDepth} indexes.", digest.ToString());
    }

    private ImageConfig AddImage(PullPlan plan, byte[] json, Digest digest, string? mediaType)
    {
        var what = $"manifest '{digest}'";
        var manifest = Documents.ReadManifest(json, mediaType, what);
        if (manifest.Config!.MediaType is not (null or "" or MediaTypes.OciConfig or MediaTypes.DockerConfig))
            throw new InvalidContentException($"The {what} is not one of an image: its config is '{manifest.Config.MediaType}'.", digest.ToString());
        var (configDigest, configJson) = FetchConfig(manifest, what);
        var config = Documents.ReadConfig(configJson, $"config '{configDigest}'");
        var diffIds = ImageCatalog.DiffIds(config, $"config '{configDigest}'");
        if (diffIds.Count != manifest.Layers!.Count) throw new InvalidContentException($"The {what} lists {manifest.Layers.Count} layers, and its config {diffIds.Count}.", digest.ToString());
        var chains = LayerStore.ChainIds(diffIds);
        for (var i = 0; i < diffIds.Count; i++)
        {
            var layer = LayerOf(manifest.Layers[i], what);
            plan.Layers.Add(layer with { Plan = layer.Plan with { DiffId = diffIds[i], Chain = chains[i] } });
        }

        plan.Documents.Add(configJson);
        plan.Documents.Add(json);
        return config;
    }

    // Everything that an index leads to, whatever it is for, so that it can be pushed again as it was.
    private void CollectAll(byte[] json, string? mediaType, string what, int depth)
    {
        if (depth >= MaxDepth) throw new InvalidContentException($"The {what} is reached through more than {MaxDepth} indexes.", what);
        foreach (var descriptor in Documents.ReadIndex(json, mediaType, what).Manifests!)
        {
            var digest = Digest.Parse(descriptor.Digest, $"The {what}");
            if (_documents.ContainsKey(digest) && depth > 0) continue;
            if (_documents.Count > MaxManifests) throw new InvalidContentException($"The {what} leads to more than {MaxManifests} documents.", what);
            var child = Fetch(digest, descriptor);
            _documents[digest] = child;
            if (Documents.KindOf(child, descriptor.MediaType, $"document '{digest}'") == DocumentKind.Index)
            {
                CollectAll(child, descriptor.MediaType, $"index '{digest}'", depth + 1);
                continue;
            }

            var manifest = Documents.ReadManifest(child, descriptor.MediaType, $"manifest '{digest}'");
            var (configDigest, config) = FetchConfig(manifest, $"manifest '{digest}'");
            _documents[configDigest] = config;
            foreach (var layer in manifest.Layers!.Select(layer => LayerOf(layer, $"manifest '{digest}'"))) _blobs[layer.Plan.Blob] = layer;
        }
    }

    private static PulledLayer LayerOf(Descriptor layer, string what)
    {
        var blob = Digest.Parse(layer.Digest, $"The {what}");
        if (layer.Size < 0) throw new InvalidContentException($"The {what} gives a layer the size {layer.Size}.", blob.ToString());
        var isForeign = layer.MediaType is { } type && (type == MediaTypes.DockerForeignLayer || type.Contains(".nondistributable.", StringComparison.Ordinal));
        return new PulledLayer(new LayerPlan(blob.ToString(), blob, layer.Size, blob, blob), isForeign ? layer.Urls ?? [] : []);
    }

    private byte[] Fetch(Digest digest, Descriptor descriptor)
    {
        if (_documents.TryGetValue(digest, out var known)) return known;
        if (descriptor.Size > ContentStore.MaxManifest) throw new InvalidContentException($"The manifest '{digest}' is said to have {descriptor.Size} bytes, and none has more than {ContentStore.MaxManifest >> 20} MiB.", digest.ToString());
        if (Stored(digest, ContentStore.MaxManifest) is { } stored) return Sized(stored, digest, descriptor.Size);
        var answer = source.GetManifest(digest.ToString(), cancellation);
        // CVE-2021-41190: what it is called by the registry, by what refers to it, and by itself, must be one.
        if (Said(answer, descriptor.MediaType) is { } said && descriptor.MediaType is { Length: > 0 } listed && said != listed)
            throw new InvalidContentException($"The registry calls the document '{digest}' '{said}', and what refers to it calls it '{listed}'.", digest.ToString());
        return Sized(answer.Content, digest, descriptor.Size);
    }

    private (Digest Digest, byte[] Content) FetchConfig(ImageManifest manifest, string what)
    {
        var digest = Digest.Parse(manifest.Config!.Digest, $"The {what}");
        if (manifest.Config.Size > ContentStore.MaxConfig) throw new InvalidContentException($"The config '{digest}' is said to have {manifest.Config.Size} bytes, and none has more than {ContentStore.MaxConfig >> 20} MiB.", digest.ToString());
        return (digest, Sized(Stored(digest, ContentStore.MaxConfig) ?? source.GetConfig(digest, cancellation), digest, manifest.Config.Size));
    }

    // What is in the store and is what its name says need not come again.
    private byte[]? Stored(Digest digest, int limit)
    {
        using var file = content.TryOpen(digest);
        if (file is null || file.Length > limit) return null;
        var stored = ContentStore.ReadLimited(file, limit, digest.ToString());
        return Digest.Of(stored) == digest ? stored : null;
    }

    private static byte[] Sized(byte[] document, Digest digest, long size) => document.Length == size
        ? document
        : throw new InvalidContentException($"The document '{digest}' has {document.Length} bytes, and should have {size}.", digest.ToString());

    // Registries that know no better call everything JSON, or text.
    private static string? Said(ManifestAnswer answer, string? fallback) =>
        answer.MediaType is null or "" or "application/json" or "application/octet-stream" or "text/plain" or "text/plain; charset=utf-8" ? fallback : answer.MediaType;
}
