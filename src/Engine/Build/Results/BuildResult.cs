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

/// <summary>A step of a build: an instruction that makes files.</summary>
public sealed record BuildStep
{
    /// <summary>The stage's name, or its number.</summary>
    public required string Stage { get; init; }

    /// <summary>Number of the step in its stage, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>How many steps the stage has.</summary>
    public required int Total { get; init; }

    /// <summary>The instruction.</summary>
    public required string Text { get; init; }

    /// <summary>True when an earlier build had done it.</summary>
    public bool IsCached { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The Dockerfile.</summary>
    public required string File { get; init; }

    /// <summary>Line of the instruction.</summary>
    public required int Line { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"[{(Stage.Length > 0 ? Stage + " " : "")}{Number}/{Total}] {Text}";
}
