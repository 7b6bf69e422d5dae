namespace ContainerPS;

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
