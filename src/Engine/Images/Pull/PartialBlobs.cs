using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>
/// Blobs that have come in part: <c>images/partial/DIGEST</c>. They outlive the process that began them, so that the next one asks only for the rest; one process
/// at a time works at one.
/// </summary>
internal sealed class PartialBlobs(StorePaths paths)
{
    private static readonly TimeSpan s_kept = TimeSpan.FromDays(7);
    private readonly string _folder = Path.Combine(paths.Images, "partial");

    /// <summary>Waits until nobody else works at a blob, and keeps others from it.</summary>
    internal FileLock Lock(Digest digest, CancellationToken cancellation) => new StoreLocks(paths).Blob(digest, cancellation);

    /// <summary>Where a blob's bytes are collected.</summary>
    internal string PathOf(Digest digest)
    {
        Directory.CreateDirectory(_folder, StagingFolder.PrivateMode);
        return Path.Combine(_folder, digest.Hex);
    }

    /// <summary>Removes what there is of a blob, unless somebody works at it.</summary>
    internal void Drop(Digest digest)
    {
        using var held = new StoreLocks(paths).TryBlob(digest);
        if (held is not null) File.Delete(PathOf(digest));
    }

    /// <summary>Removes what the store has whole by now, and what nobody has gone on with for a week.</summary>
    internal void Sweep(ContentStore content) => RemoveWhere((digest, file) => content.Exists(digest) || DateTime.UtcNow - file.LastWriteTimeUtc >= s_kept);

    /// <summary>Removes everything at which nobody works.</summary>
    internal void Clear() => RemoveWhere((_, _) => true);

    /// <summary>Everything at which nobody works, with its size.</summary>
    internal IReadOnlyList<(Digest Digest, long Size)> Abandoned()
    {
        var found = new List<(Digest, long)>();
        foreach (var (digest, file) in All())
        {
            using var held = new StoreLocks(paths).TryBlob(digest);
            file.Refresh();
            if (held is not null && file.Exists) found.Add((digest, file.Length));
        }

        return found;
    }

    private void RemoveWhere(Func<Digest, FileInfo, bool> isMeant)
    {
        foreach (var (digest, file) in All())
        {
            if (!isMeant(digest, file)) continue;
            using var held = new StoreLocks(paths).TryBlob(digest);
            if (held is not null) file.Delete();
        }
    }

    private IEnumerable<(Digest Digest, FileInfo File)> All()
    {
        if (!Directory.Exists(_folder)) yield break;
        foreach (var file in new DirectoryInfo(_folder).EnumerateFiles())
            if (Digest.TryParseHex(file.Name, out var digest)) yield return (digest, file);
    }
}
