using ContainerPS.Engine.Images;
using ContainerPS.Engine;

namespace ContainerPS;

/// <summary>An image in the store under one of its names; an image with two tags is two of these with the same <see cref="ImageId"/>.</summary>
public sealed class Image
{
    /// <summary>Repository as Docker shows it (<c>nginx</c>, <c>hub.example:5000/it/httpd</c>), or null when it has no name.</summary>
    public string? Repository { get; init; }

    /// <summary>Tag, or null when it has none.</summary>
    public string? Tag { get; init; }

    /// <summary>Digest of the image's config, <c>sha256:…</c>: what identifies the image.</summary>
    public required string ImageId { get; init; }

    /// <summary>First 12 hex digits of <see cref="ImageId"/>.</summary>
    public string ShortId => ImageId.Length >= 19 ? ImageId.Substring(7, 12) : ImageId;

    /// <summary>Name to run it by: <c>repository:tag</c>, or the id when it has no name.</summary>
    public string Name => Repository is null ? ImageId : Tag is null ? $"{Repository}@{Digest}" : $"{Repository}:{Tag}";

    /// <summary>Digest of the manifest.</summary>
    public string? Digest { get; init; }

    /// <summary>When it was made, or null when it does not say.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Bytes of its files, all layers.</summary>
    public long Size { get; init; }

    /// <summary>Operating system and processor, such as <c>linux/amd64</c>.</summary>
    public required string Platform { get; init; }

    /// <summary>True when it is for a platform, as <c>os/architecture[/variant]</c>; every image is when none is named.</summary>
    public bool IsFor(string? platform)
    {
        if (platform is null) return true;
        var (wanted, own) = (Platforms.Parse(platform), Platforms.Parse(Platform));
        return wanted.Os == own.Os && wanted.Architecture == own.Architecture && (wanted.Variant is null || wanted.Variant == own.Variant);
    }

    /// <summary>Who made it.</summary>
    public string? Author { get; init; }

    /// <summary>Metadata.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init => field = ReadableMap<string>.Of(value); } = ReadableMap<string>.Empty();

    /// <summary>First words of the command line.</summary>
    public IReadOnlyList<string> EntryPoint { get; init => field = ReadableList<string>.Of(value, " "); } = ReadableList<string>.None;

    /// <summary>Default command.</summary>
    public IReadOnlyList<string> Command { get; init => field = ReadableList<string>.Of(value, " "); } = ReadableList<string>.None;

    /// <summary>Environment, as <c>NAME=value</c>.</summary>
    public IReadOnlyList<string> Environment { get; init => field = ReadableList<string>.Of(value); } = ReadableList<string>.None;

    /// <summary>Working directory.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Default user.</summary>
    public string? User { get; init; }

    /// <summary>Ports the image says it serves, as <c>80/tcp</c>.</summary>
    public IReadOnlyList<string> ExposedPorts { get; init => field = ReadableList<string>.Of(value); } = ReadableList<string>.None;

    /// <summary>Paths that get an anonymous volume.</summary>
    public IReadOnlyList<string> Volumes { get; init => field = ReadableList<string>.Of(value); } = ReadableList<string>.None;

    /// <summary>Signal that asks the program to stop.</summary>
    public string? StopSignal { get; init; }

    /// <summary>Diff ids of the layers, lowest first.</summary>
    public IReadOnlyList<string> Layers { get; init => field = ReadableList<string>.Of(value); } = ReadableList<string>.None;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
