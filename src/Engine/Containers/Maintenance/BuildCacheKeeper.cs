using ContainerPS.Engine.Images;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Containers;

/// <summary>Looks after what builds keep for later ones (<c>build-cache/</c>): how much it is, and removing what has not been used for longest.</summary>
internal sealed class BuildCacheKeeper(StorePaths paths, ImageStore images, Func<IReadOnlyCollection<ImageUser>> usedBy)
{
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

    /// <summary>Removes what has not been used for longest until the rest takes no more than a limit.</summary>
    internal void Trim(long limit)
    {
        var all = Find(until: null);
        if (all.Size <= limit) return;
        var oldest = new List<(FileInfo File, CachedStep Step)>();
        foreach (var step in all.Steps.OrderBy(static step => step.File.LastWriteTimeUtc))
        {
            oldest.Add(step);
            if (all.Size - SizeOf(oldest) <= limit) break;
        }

        Remove(new BuildCacheContent(oldest, [], 0));
    }

    private string FoldersPath => Path.Combine(paths.BuildCache, "mounts");

    private IEnumerable<string> Folders() => Directory.Exists(FoldersPath)
        ? Directory.EnumerateDirectories(FoldersPath).Where(static folder => Digest.TryParseHex(Path.GetFileName(folder), out _))
        : [];

    private long SizeOf(IReadOnlyCollection<(FileInfo File, CachedStep Step)> steps)
    {
        var chains = new List<Digest>(steps.Count);
        foreach (var (_, step) in steps)
            if (Digest.TryParse(step.Chain, out var chain)) chains.Add(chain);
        return chains.Count == 0 ? 0 : images.SizeOfCached(chains, usedBy);
    }
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
