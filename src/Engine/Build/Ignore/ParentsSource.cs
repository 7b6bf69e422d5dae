namespace ContainerPS.Engine.Build;

/// <summary>
/// A source of <c>COPY --parents</c>: folders of the path are made at the destination, too, those up to a <c>/./</c> left out. <c>**</c> goes through folders.
/// </summary>
internal sealed class ParentsSource
{
    private ParentsSource(string root, PathPattern pattern, bool isRequired) => (Root, Pattern, IsRequired) = (root, pattern, isRequired);

    /// <summary>The folder up to the <c>/./</c>, which may itself have wildcards; the root, <c>.</c>, when there is none.</summary>
    internal string Root { get; }

    /// <summary>What is to be copied below <see cref="Root"/>, with folders that fit as a whole.</summary>
    internal PathPattern Pattern { get; }

    /// <summary>True when it has no wildcards, so must exist.</summary>
    internal bool IsRequired { get; }

    /// <summary>Reads a source.</summary>
    /// <exception cref="DockerfileException">The wildcards are not well-formed.</exception>
    internal static ParentsSource Parse(string source, SourceLocation location)
    {
        var pivot = source.IndexOf("/./", StringComparison.Ordinal);
        var root = pivot < 0 ? "." : CleanPath.BelowRoot(source[..pivot]);
        var below = CleanPath.BelowRoot(pivot < 0 ? source : source[(pivot + 3)..]);

        // All there is below the root.
        if (below == ".")
            below = "**";
        return PathPattern.TryParse(below, out var pattern) is { } fault
            ? throw new DockerfileException(location, $"The path '{source}' {fault}.")
            : new(root, pattern!, !PathGlob.HasWildcards(root) && !PathGlob.HasWildcards(below));
    }
}
