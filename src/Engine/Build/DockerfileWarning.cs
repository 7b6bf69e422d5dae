namespace ContainerPS;

/// <summary>What one of the checks has to say about a Dockerfile.</summary>
public sealed record DockerfileWarning
{
    /// <summary>The check's name, as Docker has it.</summary>
    public required string Rule { get; init; }

    /// <summary>What the check is about.</summary>
    public required string Description { get; init; }

    /// <summary>What was found.</summary>
    public required string Message { get; init; }

    /// <summary>What to do.</summary>
    public required string Hint { get; init; }

    /// <summary>The Dockerfile's name.</summary>
    public required string File { get; init; }

    /// <summary>First line of what it concerns, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>Last line of what it concerns.</summary>
    public required int LastLine { get; init; }

    /// <summary>The instruction on one line; empty when it concerns none.</summary>
    public string Text { get; init; } = "";

    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}: {Rule}: {Message}";
}
