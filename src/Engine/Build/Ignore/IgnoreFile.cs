namespace ContainerPS.Engine.Build;

/// <summary>
/// A <c>.dockerignore</c> file (Dockerfile reference and build context, ".dockerignore files"): a pattern on each line; the last one that fits a path, or a
/// folder on the way to it, decides. Lines that begin with <c>#</c> are comments.
/// </summary>
internal sealed class IgnoreFile
{
    // More than anyone writes; each path is held against all of them.
    private const int MaxPatterns = 100_000;

    /// <summary>Nothing is ignored.</summary>
    internal static readonly IgnoreFile Nothing = new([]);

    private readonly PathPattern[] _patterns;

    private IgnoreFile(PathPattern[] patterns)
    {
        _patterns = patterns;
        HasExceptions = Array.Exists(patterns, pattern => pattern.IsException);
    }

    /// <summary>The patterns, in order.</summary>
    internal IReadOnlyList<PathPattern> Patterns => _patterns;

    /// <summary>True when a pattern takes back what others have said.</summary>
    internal bool HasExceptions { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="fileName">Its name, for errors.</param>
    /// <exception cref="DockerfileException">A pattern is not well-formed.</exception>
    internal static IgnoreFile Parse(string text, string fileName)
    {
        var patterns = new List<PathPattern>();
        var lines = new LineCursor(text.StartsWith('\uFEFF') ? text[1..] : text);
        while (lines.Read())
        {
            if (!lines.Line.StartsWith("#"))
                Add(patterns, lines.Line.ToString(), new(fileName, lines.Number, lines.Number));
        }

        return new([.. patterns]);
    }

    /// <summary>Takes patterns, such as those of <c>--exclude</c>.</summary>
    /// <exception cref="DockerfileException">One is not well-formed.</exception>
    internal static IgnoreFile Of(IReadOnlyList<string> texts, SourceLocation location)
    {
        var patterns = new List<PathPattern>();
        foreach (var text in texts)
            Add(patterns, text, location);
        return new([.. patterns]);
    }

    /// <summary>True when a path is ignored.</summary>
    /// <param name="path">A path below the context's root; the root itself is never ignored.</param>
    internal bool IsIgnored(string path)
    {
        var clean = CleanPath.BelowRoot(path);
        if (clean == ".")
            return false;
        var isIgnored = false;
        foreach (var pattern in _patterns)
        {
            // One that would change nothing need not be held against it.
            if (pattern.IsException == isIgnored && pattern.MatchesOrParent(clean))
                isIgnored = !pattern.IsException;
        }

        return isIgnored;
    }

    /// <summary>Begins a walk from the root.</summary>
    internal IgnoreWalk Walk() => new(this, null, false);

    /// <summary>True when something in an ignored folder may not be ignored after all.</summary>
    /// <param name="folder">A clean path below the root.</param>
    internal bool CanHaveExceptions(string folder)
    {
        if (!HasExceptions)
            return false;
        foreach (var pattern in _patterns)
        {
            if (pattern.IsException && pattern.CanMatchBelow(folder))
                return true;
        }

        return false;
    }

    private static void Add(List<PathPattern> patterns, string text, SourceLocation location)
    {
        if (PathPattern.TryParse(text, out var pattern) is { } fault)
            throw new DockerfileException(location, $"The pattern '{text.Trim()}' {fault}.");
        if (pattern is not null)
            patterns.Add(pattern);
        if (patterns.Count > MaxPatterns)
            throw new DockerfileException(location, $"There are more than {MaxPatterns} patterns.");
    }
}
