namespace ContainerPS.Module;

/// <summary>Paths in containers, as <c>name:path</c>; before the colon, names of containers; and paths of this machine.</summary>
public sealed class ContainerPathCompleter : CompleterBase
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string Tooltip)> Candidates(string word)
    {
        if (OpenEngine() is not { } engine)
            yield break;
        var location = CopyLocation.Parse(word);
        if (location.Container is not { } container)
        {
            if (!word.StartsWith('/') && !word.StartsWith('.'))
            {
                foreach (var (name, tooltip) in ContainerCompleter.Names(engine, word))
                    yield return (name + ":/", tooltip);
            }

            foreach (var path in LocalPaths(word))
                yield return (path, path);
            yield break;
        }

        var folder = location.Path[..(location.Path.LastIndexOf('/') + 1)];
        using var copy = engine.Containers.OpenCopy();
        foreach (var name in copy.List(new CopyLocation(container, folder.Length == 0 ? "/" : folder)))
            yield return ($"{container}:{folder}{name}", name);
    }

    private static IEnumerable<string> LocalPaths(string word)
    {
        var folder = word[..(word.LastIndexOf('/') + 1)];
        var place = folder.Length == 0 ? "." : folder;
        return Directory.Exists(place) ? Directory.EnumerateFileSystemEntries(place).Select(path => folder + Path.GetFileName(path)) : [];
    }
}
