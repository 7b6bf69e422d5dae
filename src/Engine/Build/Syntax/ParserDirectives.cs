namespace ContainerPS.Engine.Build;

/// <summary>Parser directives: comments at the very top such as <c># escape=`</c>.</summary>
internal sealed record ParserDirectives
{
    /// <summary>Value of <c>syntax</c>, or null: an image of Docker's own front end, which is not used.</summary>
    public string? Syntax { get; init; }

    /// <summary>The character that escapes, and continues lines: <c>\</c> or <c>`</c>.</summary>
    public char Escape { get; init; } = '\\';

    /// <summary>What <c>check</c> says about the checks, or null.</summary>
    public CheckOptions? Check { get; init; }
}
