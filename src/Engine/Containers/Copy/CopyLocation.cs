namespace ContainerPS;

/// <summary>One end of a copy: a path on this machine, or a path in a container, written <c>container:path</c> as for docker cp.</summary>
/// <param name="Container">Name or id of the container; null for this machine.</param>
/// <param name="Path">The path. A trailing <c>/</c> says that it is a directory, a trailing <c>/.</c> means its content.</param>
public sealed record CopyLocation(string? Container, string Path)
{
    /// <summary>
    /// Reads <c>container:path</c> or a path. What begins with <c>/</c> or <c>.</c> is a path of this machine, whatever colons it has.
    /// </summary>
    public static CopyLocation Parse(string text)
    {
        var colon = text.IndexOf(':');
        return colon <= 0 || text[0] is '/' or '.' ? new CopyLocation(null, text) : new CopyLocation(text[..colon], text[(colon + 1)..]);
    }

    /// <inheritdoc/>
    public override string ToString() => Container is null ? Path : $"{Container}:{Path}";
}
