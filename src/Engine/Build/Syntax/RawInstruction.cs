namespace ContainerPS.Engine.Build;

/// <summary>An instruction as text: its keyword, flags and the rest.</summary>
internal sealed record RawInstruction
{
    /// <summary>The first word, as it is written.</summary>
    public required string Keyword { get; init; }

    /// <summary>What begins with <c>--</c>, without quotation marks.</summary>
    public required IReadOnlyList<string> Flags { get; init; }

    /// <summary>What comes after the flags, without spaces around it.</summary>
    public required string Arguments { get; init; }

    /// <summary>The whole on one line.</summary>
    public required string Text { get; init; }

    /// <summary>Where it is, here-documents included.</summary>
    public required SourceLocation Location { get; init; }

    /// <summary>Comments right above it, without <c>#</c>.</summary>
    public IReadOnlyList<string> Comments { get; init; } = [];

    /// <summary>Here-documents.</summary>
    public IReadOnlyList<Heredoc> Heredocs { get; init; } = [];

    /// <summary>The words of <see cref="Arguments"/> when they are a JSON array of texts, or null.</summary>
    public IReadOnlyList<string>? Json { get; init; }

    /// <summary>The keyword in capital letters.</summary>
    public string Name => Keyword.ToUpperInvariant();

    /// <summary>An error here.</summary>
    internal DockerfileException Fault(string message) => new(Location, message);
}
