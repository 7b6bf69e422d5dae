using ContainerPS.Engine.Images;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Containers;

/// <summary>Looks after what builds keep for later ones (<c>build-cache/</c>): how much it is, and removing what has not been used for longest.</summary>
internal sealed class BuildCacheKeeper(StorePaths paths, ImageStore images, Func<IReadOnlyCollection<ImageUser>> usedBy)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(1);

    /// <summary>All there is, or what was last used before a moment.</summary>
    internal BuildCacheContent Find(DateTimeOffset? until)
    {
        var steps = new StepCache(paths).All().Where(step => until is null || step.File.LastWriteTimeUtc < until.Value.UtcDateTime).ToList();
        var folders = Folders().Where(folder => until is null || Directory.GetLastWriteTimeUtc(folder) < until.Value.UtcDateTime).ToList();
        return new BuildCacheContent(steps, folders, SizeOf(steps) + folders.Sum(TreeSize.Of));
    }

    /// <summary>Removes it, but for folders that a build uses just now.</summary>
    internal void Remove(BuildCacheContent content)
    {
        images.RemoveCached(content.Steps, usedBy);
        using var grave = content.Folders.Count > 0 ? StagingFolder.Create(Path.Combine(FoldersPath, "ingest")) : null;
        foreach (var folder in content.Folders)
        {
            using var held = new StoreLocks(paths).TryRemoveBuildFolder(Path.GetFileName(folder));
            if (held is not null && Directory.Exists(folder)) Directory.Move(folder, grave!.NewPath());
        }
    }

    /// <summary>Removes what has not been used for longest, when that has not been looked at for a while and the cache takes more than the settings allow.</summary>
    internal void TrimNowAndThen()
    {
        var stamp = Path.Combine(paths.BuildCache, "trimmed");
        if (File.Exists(stamp) && DateTime.UtcNow - File.GetLastWriteTimeUtc(stamp) is var age && age >= TimeSpan.Zero && age < s_pause) return;
        File.WriteAllBytes(stamp, []);
        Trim(new EngineSettingsFile(paths).Read().BuildCacheLimit ?? EngineSettings.DefaultBuildCacheLimit);
    }

    /// <summary>Removes what has not been used for longest until the rest takes no more than a limit.</summary>
    internal void Trim(long limit)
    {
        var items = new List<CacheItem>();
        foreach (var (file, step) in new StepCache(paths).All()) items.Add(new CacheItem(file.LastWriteTimeUtc, (file, step), null, 0));
        foreach (var folder in Folders()) items.Add(new CacheItem(Directory.GetLastWriteTimeUtc(folder), null, folder, TreeSize.Of(folder)));
        items.Sort(static (a, b) => a.Used.CompareTo(b.Used));

        // Fewest of the oldest after which the rest is small enough: a layer counts until the last step that has it is gone.
        var (low, high) = (0, items.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (SizeOf(items[middle..]) <= limit) high = middle;
            else low = middle + 1;
        }

        if (low > 0) Remove(new BuildCacheContent([.. items[..low].Where(static item => item.Step is not null).Select(static item => item.Step!.Value)], [.. items[..low].Select(static item => item.Folder).OfType<string>()], 0));
    }

    private string FoldersPath => Path.Combine(paths.BuildCache, "mounts");

    private IEnumerable<string> Folders() => Directory.Exists(FoldersPath)
        ? Directory.EnumerateDirectories(FoldersPath).Where(static folder => Digest.TryParseHex(Path.GetFileName(folder), out _))
        : [];

    private long SizeOf(IReadOnlyCollection<CacheItem> items) =>
        SizeOf([.. items.Where(static item => item.Step is not null).Select(static item => item.Step!.Value)]) + items.Sum(static item => item.FolderSize);

    private long SizeOf(IReadOnlyCollection<(FileInfo File, CachedStep Step)> steps)
    {
        var chains = new List<Digest>(steps.Count);
        foreach (var (_, step) in steps)
            if (Digest.TryParse(step.Chain, out var chain)) chains.Add(chain);
        return chains.Count == 0 ? 0 : images.SizeOfCached(chains, usedBy);
    }

    /// <summary>A step, or a folder of a cache mount.</summary>
    private sealed record CacheItem(DateTime Used, (FileInfo File, CachedStep Step)? Step, string? Folder, long FolderSize);
}

/// <summary>What builds keep.</summary>
/// <param name="Steps">Steps, with the files that keep them.</param>
/// <param name="Folders">Folders of cache mounts.</param>
/// <param name="Size">Bytes that go with them.</param>
internal sealed record BuildCacheContent(IReadOnlyList<(FileInfo File, CachedStep Step)> Steps, IReadOnlyList<string> Folders, long Size)
{
    /// <summary>How many there are.</summary>
    internal int Count => Steps.Count + Folders.Count;

    /// <inheritdoc/>
    public override string ToString() => $"{Steps.Count} steps and {Folders.Count} folders of builds";
}
