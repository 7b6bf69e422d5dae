namespace ContainerPS.Engine.Build;

/// <summary>
/// A source of COPY or ADD: a path, perhaps with wildcards by the rules of Go's path/filepath.Match: <c>*</c> and <c>?</c> stay within a name, as does
/// <c>**</c>; <c>[…]</c> is a class of characters; <c>\</c> takes the next character as it is.
/// </summary>
internal sealed class PathGlob
{
    private const string Wildcards = "*?[";

    private readonly PatternToken[] _tokens;

    private PathGlob(string folder, string? pattern, PatternToken[] tokens)
    {
        (Folder, Pattern, _tokens) = (folder, pattern, tokens);
        Depth = pattern is null ? 0 : pattern.AsSpan().Count('/') + 1;
    }

    /// <summary>The path up to the first name with wildcards, below the root, <c>.</c> for the root; all of it when there are none.</summary>
    internal string Folder { get; }

    /// <summary>What comes after <see cref="Folder"/>, or null when there are no wildcards.</summary>
    internal string? Pattern { get; }

    /// <summary>How many folders deep below <see cref="Folder"/> matches are: 1 is in it. 0 when there are no wildcards.</summary>
    internal int Depth { get; }

    /// <summary>Reads a source.</summary>
    /// <exception cref="DockerfileException">The wildcards are not well-formed.</exception>
    internal static PathGlob Parse(string source, SourceLocation location)
    {
        var path = CleanPath.BelowRoot(source);
        var parts = path.Split('/');
        var first = Array.FindIndex(parts, HasWildcards);
        if (first < 0)
            return new(path, null, []);
        var pattern = string.Join('/', parts[first..]);
        if (PatternSyntax.TryParseGlob(pattern, out var tokens) is { } fault)
            throw new DockerfileException(location, $"The path '{source}' {fault}. To take a '[' as it is, write [[].");
        return new(first == 0 ? "." : string.Join('/', parts[..first]), pattern, tokens);
    }

    /// <summary>True when a path has wildcards.</summary>
    internal static bool HasWildcards(string path)
    {
        for (var i = 0; i < path.Length; i++)
        {
            if (Wildcards.Contains(path[i]))
                return true;
            if (path[i] == '\\')
                i++;
        }

        return false;
    }

    /// <summary>True when a path fits.</summary>
    /// <param name="path">A path below <see cref="Folder"/>, with as many names as <see cref="Depth"/>.</param>
    internal bool Matches(ReadOnlySpan<char> path) => PatternMatch.Matches(_tokens, path);
}
