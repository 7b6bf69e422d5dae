namespace ContainerPS.Engine.Build;

/// <summary>A Dockerfile as typed instructions (Docker's Dockerfile reference).</summary>
internal sealed class Dockerfile
{
    /// <summary>Most bytes of a Dockerfile: those that fit into one message to BuildKit.</summary>
    internal const int MaxBytes = 16 << 20;

    /// <summary>Its name, as the caller gave it.</summary>
    public required string FileName { get; init; }

    /// <summary>Parser directives.</summary>
    public required ParserDirectives Directives { get; init; }

    /// <summary>ARG instructions before the first FROM.</summary>
    public required IReadOnlyList<ArgInstruction> MetaArguments { get; init; }

    /// <summary>The stages, at least one.</summary>
    public required IReadOnlyList<Stage> Stages { get; init; }

    /// <summary>Where lines that go on are followed by empty ones.</summary>
    internal required IReadOnlyList<SourceLocation> EmptyContinuations { get; init; }

    /// <summary>Reads a Dockerfile.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="fileName">Its name, for errors and warnings.</param>
    /// <exception cref="DockerfileException">It is not one.</exception>
    internal static Dockerfile Parse(string text, string fileName) => DockerfileBuilder.Build(SyntaxReader.Read(text, fileName));

    /// <summary>Reads one instruction: a trigger that a base image brought along, or a change for ConvertTo-Image.</summary>
    /// <param name="text">Its text, here-documents included.</param>
    /// <param name="location">Where to say that it is, as of an image's trigger: the FROM.</param>
    /// <exception cref="DockerfileException">It is not one instruction, or one that begins a stage.</exception>
    internal static Instruction ParseInstruction(string text, SourceLocation location) => DockerfileBuilder.BuildOne(text, location);
}
