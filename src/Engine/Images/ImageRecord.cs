using System.Text.Json.Serialization;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Images;

/// <summary>What a list of images shows of one manifest, whatever its names: a pure function of content, so that it may be kept.</summary>
internal sealed record ImageRecord
{
    /// <summary>Digest of the config.</summary>
    public required string ImageId { get; init; }

    public DateTimeOffset? Created { get; init; }

    public long Size { get; init; }

    /// <summary>False as long as <see cref="Size"/> is that of the blobs, because the layers are not unpacked yet.</summary>
    public bool IsUnpacked { get; init; }

    public required string Platform { get; init; }

    public string? Author { get; init; }

    public Dictionary<string, string>? Labels { get; init; }

    public List<string>? EntryPoint { get; init; }

    public List<string>? Command { get; init; }

    public List<string>? Environment { get; init; }

    public string? WorkingDirectory { get; init; }

    public string? User { get; init; }

    public List<string>? ExposedPorts { get; init; }

    public List<string>? Volumes { get; init; }

    public string? StopSignal { get; init; }

    public List<string>? Layers { get; init; }

    /// <summary>What a config says.</summary>
    internal static ImageRecord From(string imageId, ImageConfig config, long size, bool isUnpacked) => new()
    {
        ImageId = imageId,
        Created = config.Created,
        Size = size,
        IsUnpacked = isUnpacked,
        Platform = Platforms.Show(config.Os, config.Architecture, config.Variant),
        Author = Filled(config.Author),
        Labels = config.Config?.Labels,
        EntryPoint = config.Config?.Entrypoint,
        Command = config.Config?.Cmd,
        Environment = config.Config?.Env,
        WorkingDirectory = Filled(config.Config?.WorkingDir),
        User = Filled(config.Config?.User),
        ExposedPorts = config.Config?.ExposedPorts?.Keys.ToList(),
        Volumes = config.Config?.Volumes?.Keys.ToList(),
        StopSignal = Filled(config.Config?.StopSignal),
        Layers = config.Rootfs?.DiffIds,
    };

    /// <summary>The image under one of its names.</summary>
    internal Image Named(IndexEntry entry) => new()
    {
        Repository = entry.Name?.FamiliarRepository,
        Tag = entry.Name?.Tag,
        Digest = entry.Manifest.ToString(),
        ImageId = ImageId,
        Created = Created,
        Size = Size,
        Platform = Platform,
        Author = Author,
        Labels = Labels ?? [],
        EntryPoint = EntryPoint ?? [],
        Command = Command ?? [],
        Environment = Environment ?? [],
        WorkingDirectory = WorkingDirectory,
        User = User,
        ExposedPorts = ExposedPorts ?? [],
        Volumes = Volumes ?? [],
        StopSignal = StopSignal,
        Layers = Layers ?? [],
    };

    private static string? Filled(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

/// <summary>Records by manifest digest, as they are kept in a file.</summary>
internal sealed record ImageRecordFile(Dictionary<string, ImageRecord> Records);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(ImageRecordFile))]
internal sealed partial class ImageRecordJson : JsonSerializerContext;
