using System.Text.Json.Serialization;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>
/// The archive that <c>docker save</c> writes: <c>manifest.json</c> lists configs, names and layers.
/// Its layers are taken in as plain tars, whatever they come as: the diff id is then the blob's digest, too.
/// </summary>
internal static class DockerArchive
{
    internal const string ManifestName = "manifest.json";

    /// <summary>The images of the archive.</summary>
    internal static IReadOnlyList<ImagePlan> Read(ImageSource source)
    {
        var json = source.ReadDocument(ManifestName, ContentStore.MaxManifest, "The archive");
        var items = Documents.Read(json, DockerArchiveJson.Default.ListDockerArchiveItem, $"file '{ManifestName}'");
        if (items.Count == 0) throw new InvalidContentException($"The archive's '{ManifestName}' lists no image.", ManifestName);
        return [.. items.Select(item => Read(source, item))];
    }

    private static ImagePlan Read(ImageSource source, DockerArchiveItem? item)
    {
        if (item?.Config is null || item.Layers is null || item.Layers.Contains(null!)) throw new InvalidContentException($"The archive's '{ManifestName}' has an image without config or layers.", ManifestName);
        var configName = Checked(item.Config);
        var config = source.ReadDocument(configName, ContentStore.MaxConfig, $"The archive's '{ManifestName}'");
        CheckConfigName(configName, Digest.Of(config));
        var what = $"config '{configName}'";
        var diffIds = ImageCatalog.DiffIds(Documents.ReadConfig(config, what), what);
        if (diffIds.Count != item.Layers.Count) throw new InvalidContentException($"The archive's '{ManifestName}' lists {item.Layers.Count} layers, and the {what} {diffIds.Count}.", configName);
        var chains = LayerStore.ChainIds(diffIds);
        return new ImagePlan
        {
            Config = config,
            Layers = [.. item.Layers.Select((layer, i) => new LayerPlan(Checked(layer), diffIds[i], null, diffIds[i], chains[i]))],
            Names = [.. (item.RepoTags ?? []).Select(NameOf)],
        };
    }

    private static string Checked(string name) => MemberName.Of(name) is { Length: > 0 } clean && !name.Split('/').Contains("..")
        ? clean
        : throw new InvalidContentException($"The archive's '{ManifestName}' names the file '{name}', which is a path out of the archive: the archive is refused.", name);

    // docker and podman name a config by its digest; jib and others give it a plain name.
    private static void CheckConfigName(string name, Digest digest)
    {
        var bare = name[(name.LastIndexOf('/') + 1)..];
        if (bare.StartsWith(Digest.Prefix, StringComparison.Ordinal)) bare = bare[Digest.Prefix.Length..];
        if (bare.EndsWith(".json", StringComparison.Ordinal)) bare = bare[..^".json".Length];
        if (Digest.TryParseHex(bare, out var named) && named != digest) throw new InvalidContentException($"The config '{name}' has the digest '{digest}': it is damaged.", name);
    }

    private static ImageReference NameOf(string? name) => ImageReference.TryParse(name) is { Digest: null } reference
        ? reference.WithDefaultTag()
        : throw new InvalidContentException($"The archive's '{ManifestName}' names an image '{name}', which is not an image name.", name);
}

/// <summary>One image in a docker-archive's <c>manifest.json</c>.</summary>
internal sealed record DockerArchiveItem
{
    [JsonPropertyName("Config")]
    public string? Config { get; init; }

    [JsonPropertyName("RepoTags")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public List<string?>? RepoTags { get; init; }

    [JsonPropertyName("Layers")]
    public List<string>? Layers { get; init; }

    /// <summary>Where the layers' blobs are described, by diff id.</summary>
    [JsonPropertyName("LayerSources")]
    public Dictionary<string, Descriptor>? LayerSources { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(List<DockerArchiveItem>))]
[JsonSerializable(typeof(SortedDictionary<string, SortedDictionary<string, string>>))]
internal sealed partial class DockerArchiveJson : JsonSerializerContext;
