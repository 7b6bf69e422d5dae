using ContainerPS.Engine;

namespace ContainerPS;

/// <summary>One step of how an image was made.</summary>
public sealed class ImageHistoryEntry
{
    /// <summary>The image that the step resulted in: known of the last step only, null of others.</summary>
    public string? ImageId { get; init; }

    /// <summary>First 12 hex digits of <see cref="ImageId"/>, or null.</summary>
    public string? ShortId => ImageId?.Substring(7, 12);

    /// <summary>When, or null when the image does not say.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>The command of the step, or null when the image does not say.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>Who did it.</summary>
    public string? Author { get; init; }

    /// <summary>Why.</summary>
    public string? Comment { get; init; }

    /// <summary>Bytes of the files of the step's layer; 0 when it made none.</summary>
    public long Size { get; init; }

    /// <summary>Diff id of the step's layer, or null when it made none.</summary>
    public string? Layer { get; init; }

    /// <summary>Names of the image that the step resulted in.</summary>
    public IReadOnlyList<string> Names { get; init => field = ReadableList<string>.Of(value); } = ReadableList<string>.None;

    /// <inheritdoc/>
    public override string ToString() => CreatedBy ?? Comment ?? Layer ?? "";
}
