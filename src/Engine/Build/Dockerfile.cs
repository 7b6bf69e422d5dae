namespace ContainerPS.Engine.Build;

/// <summary>A Dockerfile as typed instructions (Docker's Dockerfile reference).</summary>
internal sealed class Dockerfile
{
    /// <summary>Parser directives.</summary>
    public required ParserDirectives Directives { get; init; }

    /// <summary>ARG instructions before the first FROM.</summary>
    public required IReadOnlyList<ArgInstruction> MetaArguments { get; init; }

    /// <summary>The stages, at least one.</summary>
    public required IReadOnlyList<Stage> Stages { get; init; }

    /// <summary>Where lines that go on are followed by empty ones.</summary>
    internal required IReadOnlyList<SourceLocation> EmptyContinuations { get; init; }
}
