namespace ContainerPS.Module;

/// <summary>Names of volumes.</summary>
public sealed class VolumeCompleter : CompleterBase
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string Tooltip)> Candidates(string word)
    {
        foreach (var volume in OpenEngine()?.Volumes.List(damaged: static _ => { }) ?? [])
            yield return (volume.Name, volume.UsedBy.Count == 0 ? "Not used" : $"Used by {string.Join(", ", volume.UsedBy)}");
    }
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
            foreach (var volume in OpenEngine()?.Volumes.List(damaged: static _ => { }) ?? [])
                yield return (volume.Name + ":", $"Volume, made {volume.Created:d}");
            yield break;
        }

        var folder = word[..(word.LastIndexOf('/') + 1)];
        foreach (var path in Directory.EnumerateFileSystemEntries(folder))
            yield return (path + (Directory.Exists(path) ? "/" : ":"), path);
    }
}
