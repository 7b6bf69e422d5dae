namespace ContainerPS.Engine.Build;

/// <summary>
/// A folder on a walk through a context, and what patterns fit it: what is in it need not be held against those again. The answers are those of
/// <see cref="IgnoreFile.IsIgnored"/>.
/// </summary>
internal readonly struct IgnoreWalk
{
    private readonly IgnoreFile _file;
    private readonly bool[]? _matched;

    internal IgnoreWalk(IgnoreFile file, bool[]? matched, bool isIgnored) => (_file, _matched, IsIgnored) = (file, matched, isIgnored);

    /// <summary>True when the folder, or file, is ignored.</summary>
    internal bool IsIgnored { get; }

    /// <summary>The next place on the walk.</summary>
    /// <param name="path">A clean path below the root of something in this folder.</param>
    internal IgnoreWalk Enter(string path)
    {
        var patterns = _file.Patterns;
        if (patterns.Count == 0)
            return new(_file, null, false);
        var matched = new bool[patterns.Count];
        var isIgnored = false;
        for (var i = 0; i < matched.Length; i++)
        {
            // A folder that fits has all that is in it fit, so also a pattern that would change nothing here must be known below.
            matched[i] = _matched is not null && _matched[i] || patterns[i].Matches(path);
            if (matched[i])
                isIgnored = !patterns[i].IsException;
        }

        return new(_file, matched, isIgnored);
    }
}
