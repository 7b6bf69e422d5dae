namespace ContainerPS.Engine.Build;

/// <summary>Parser directives: comments at the very top such as <c># escape=`</c>.</summary>
internal sealed record ParserDirectives
{
    /// <summary>Value of <c>syntax</c>, or null.</summary>
    public string? Syntax { get; init; }

    /// <summary>The character that escapes, and continues lines: <c>\</c> or <c>`</c>.</summary>
    public char Escape { get; init; } = '\\';

    /// <summary>Value of <c>check</c>, or null.</summary>
    public string? Check { get; init; }
}
