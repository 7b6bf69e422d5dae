using ContainerPS.Engine;

namespace ContainerPS;

/// <summary>What a build has done.</summary>
public sealed record BuildResult
{
    /// <summary>The image; null when the result went elsewhere.</summary>
    public Image? Image { get; init; }

    /// <summary>The file or folder that the result went to; null when it is an image in the store.</summary>
    public string? Output { get; init; }

    /// <summary>The steps that made files, in the order of the Dockerfile.</summary>
    public required IReadOnlyList<BuildStep> Steps { get; init => field = ReadableList<BuildStep>.Of(value); }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>How many of the steps were taken from earlier builds.</summary>
    public int CacheHits { get; init; }

    /// <summary>What the checks have to say about the Dockerfile.</summary>
    public required IReadOnlyList<DockerfileWarning> Warnings { get; init => field = ReadableList<DockerfileWarning>.Of(value); }

    /// <inheritdoc/>
    public override string ToString() => Image?.Name ?? Output ?? "";
}
