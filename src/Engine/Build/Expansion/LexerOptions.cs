namespace ContainerPS.Engine.Build;

/// <summary>How <see cref="ShellLexer"/> reads a text.</summary>
/// <param name="Escape">The character that escapes the next one.</param>
internal readonly record struct LexerOptions(char Escape)
{
    /// <summary>Most characters that may come out: values can be put into values, and a few lines could ask for all memory.</summary>
    public int MaxLength { get; init; } = 1 << 20;

    /// <summary>True to leave quotation marks where they are; what they enclose is still read as such.</summary>
    public bool KeepQuotes { get; init; }

    /// <summary>True to leave escape characters where they are.</summary>
    public bool KeepEscapes { get; init; }

    /// <summary>True to leave variables that are not set as they are written.</summary>
    public bool KeepUnset { get; init; }

    /// <summary>True when quotation marks are characters as any other, as in here-documents.</summary>
    public bool IgnoreQuotes { get; init; }
}
