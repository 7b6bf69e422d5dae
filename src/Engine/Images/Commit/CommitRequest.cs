using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>What is put on top of an image to make another.</summary>
internal sealed record CommitRequest
{
    /// <summary>The image below, by its id.</summary>
    internal required string ImageId { get; init; }

    /// <summary>Defaults for containers of the new image.</summary>
    internal required ContainerConfig Config { get; init; }

    /// <summary>Writes the changes as a layer.</summary>
    internal required Func<Stream, LayerContent> WriteLayer { get; init; }

    /// <summary>What made the changes, for the history.</summary>
    internal string? CreatedBy { get; init; }

    /// <summary>Who made the image.</summary>
    internal string? Author { get; init; }

    /// <summary>Why it was made.</summary>
    internal string? Message { get; init; }

    /// <summary>Names of the new image; none for one without a name.</summary>
    internal IReadOnlyList<ImageReference> Names { get; init; } = [];
}
