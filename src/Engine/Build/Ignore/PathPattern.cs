namespace ContainerPS.Engine.Build;

/// <summary>
/// A pattern of .dockerignore, <c>COPY --exclude</c> and <c>COPY --parents</c>, by the rules of moby/patternmatcher: <c>*</c> and <c>?</c> stay within a
/// name, <c>**</c> goes through folders, <c>[…]</c> is a class of characters, <c>\</c> takes the next character as it is, <c>!</c> in front takes back.
/// </summary>
internal sealed class PathPattern
{
    private readonly PatternToken[] _tokens;

    private PathPattern(string text, bool isException, PatternToken[] tokens)
    {
        (Text, IsException, _tokens) = (text, isException, tokens);
        IsLiteral = Array.TrueForAll(tokens, token => token.Kind == PatternTokenKind.Literal);
        Depth = text.AsSpan().Count('/') + 1;
    }

    /// <summary>The pattern, cleaned, without <c>!</c>.</summary>
    internal string Text { get; }

    /// <summary>True with <c>!</c>: what it fits is not ignored after all.</summary>
    internal bool IsException { get; }

    // True when it fits one path.
    private bool IsLiteral { get; }

    // Parts between its slashes.
    private int Depth { get; }

    /// <summary>Reads a pattern; gives null, or what is wrong with it. Of an empty one, nothing comes of it.</summary>
    internal static string? TryParse(string text, out PathPattern? pattern)
    {
        pattern = null;
        var trimmed = text.Trim();
        if (trimmed.Length == 0)
            return null;
        var isException = trimmed[0] == '!';
        if (isException)
            trimmed = trimmed[1..].Trim();
        if (trimmed.Length == 0)
            return "takes nothing back: after '!' comes a pattern";
        var clean = CleanPath.Of(trimmed);
        if (clean.Length > 1 && clean[0] == '/')
            clean = clean[1..];
        if (PatternSyntax.TryParse(clean, out var tokens) is { } fault)
            return fault;
        pattern = new(clean, isException, tokens);
        return null;
    }

    /// <summary>True when it fits the path itself.</summary>
    /// <param name="path">A clean path below the root, without a leading slash.</param>
    internal bool Matches(ReadOnlySpan<char> path) => PatternMatch.Matches(_tokens, path);

    /// <summary>True when it fits the path, or a folder on the way to it.</summary>
    /// <param name="path">A clean path below the root, without a leading slash.</param>
    internal bool MatchesOrParent(ReadOnlySpan<char> path)
    {
        if (Matches(path))
            return true;
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == '/' && Matches(path[..i]))
                return true;
        }

        return false;
    }

    /// <summary>False when it certainly fits nothing in a folder.</summary>
    /// <param name="folder">A clean path below the root, without a leading slash.</param>
    internal bool CanMatchBelow(string folder)
    {
        if (folder == ".")
            return true;
        if (IsLiteral)
            return Text.StartsWith(folder + "/", StringComparison.Ordinal);

        // What has no ** fits paths of its own depth alone, and as far as names are plain, those.
        var goesDeep = Array.Exists(_tokens, token => token.Kind is PatternTokenKind.Anything or PatternTokenKind.Folders);
        if (!goesDeep && Depth <= folder.AsSpan().Count('/') + 1)
            return false;
        var length = 0;
        foreach (var token in _tokens)
        {
            if (token.Kind != PatternTokenKind.Literal || length >= folder.Length)
                break;
            var written = token.Character.ToString();
            if (!folder.AsSpan(length).StartsWith(written))
                return false;
            length += written.Length;
        }

        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => IsException ? "!" + Text : Text;
}
