namespace ContainerPS.Engine.Build;

/// <summary>Paths without what says nothing (Go, path.Clean): doubled slashes, <c>.</c> and what <c>..</c> takes back.</summary>
internal static class CleanPath
{
    /// <summary>The shortest path with the same meaning: <c>.</c> for none.</summary>
    internal static string Of(string path)
    {
        var isAbsolute = path.StartsWith('/');
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part is "" or ".")
                continue;
            if (part != "..")
                parts.Add(part);
            else if (parts.Count > 0 && parts[^1] != "..")
                parts.RemoveAt(parts.Count - 1);
            else if (!isAbsolute)
                parts.Add(part);
        }

        var joined = string.Join('/', parts);
        return isAbsolute ? "/" + joined : joined.Length == 0 ? "." : joined;
    }

    /// <summary>The path below a root: a leading slash does not count, and <c>..</c> does not leave it. <c>.</c> for the root.</summary>
    internal static string BelowRoot(string path)
    {
        var clean = Of("/" + path);
        return clean.Length == 1 ? "." : clean[1..];
    }
}
