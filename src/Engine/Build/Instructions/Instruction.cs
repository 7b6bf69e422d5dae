namespace ContainerPS.Engine.Build;

/// <summary>
/// One instruction of a Dockerfile, its values as they are written: <c>Expander</c> puts in what variables stand for, in those fields in
/// which Docker does.
/// </summary>
internal abstract record Instruction
{
    /// <summary>Where it is.</summary>
    public required SourceLocation Location { get; init; }

    /// <summary>Its name in capital letters.</summary>
    public required string Keyword { get; init; }

    /// <summary>Its name as it is written.</summary>
    public required string WrittenKeyword { get; init; }

    /// <summary>The whole of it on one line: continued lines joined, comments between them left out, here-documents without their content.</summary>
    public required string Text { get; init; }

    /// <summary>The comments on the lines right above it, without <c>#</c>.</summary>
    public IReadOnlyList<string> Comments { get; init; } = [];

    /// <inheritdoc/>
    public sealed override string ToString() => Text;
}
