using ContainerPS.Engine;

namespace ContainerPS.Module;

/// <summary>Names of volumes.</summary>
public sealed class VolumeCompleter : CompleterBase
{
    /// <summary>Names of volumes that begin with a word, with who uses each.</summary>
    internal static IEnumerable<(string Text, string Tooltip)> Names(LocalEngine engine, string word)
    {
        var fitting = engine.Volumes.Names().Where(name => name.StartsWith(word, StringComparison.OrdinalIgnoreCase)).Order(StringComparer.OrdinalIgnoreCase).ToList();
        return fitting.Count > MostDescribed
            ? fitting.Select(static name => (name, name))
            : engine.Volumes.Known(fitting).Select(static volume => (volume.Name, volume.UsedBy.Count == 0 ? "Not used" : $"Used by {string.Join(", ", volume.UsedBy)}"));
    }

    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string Tooltip)> Candidates(string word) => OpenEngine() is { } engine ? Names(engine, word) : [];
}

/// <summary>Drivers of volumes.</summary>
public sealed class VolumeDriverCompleter : CompleterBase
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string Tooltip)> Candidates(string word) => [("local", "A folder of this machine, or what the kernel can mount")];
}

/// <summary>Volumes and folders before the colon of <c>-Volume</c>.</summary>
public sealed class VolumeSourceCompleter : CompleterBase
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string Tooltip)> Candidates(string word)
    {
        if (word.Contains(':'))
            yield break;
        if (!word.StartsWith('/'))
        {
            if (OpenEngine() is not { } engine)
                yield break;
            foreach (var (name, tooltip) in VolumeCompleter.Names(engine, word))
                yield return (name + ":", tooltip);
            yield break;
        }

        var folder = word[..(word.LastIndexOf('/') + 1)];
        foreach (var path in Directory.EnumerateFileSystemEntries(folder))
            yield return (path + (Directory.Exists(path) ? "/" : ":"), path);
    }
}
