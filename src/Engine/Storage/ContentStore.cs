using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Storage;

/// <summary>
/// The blobs of the OCI image layout at <c>images/</c> (image-spec image-layout.md). A blob is there only when it has been
/// verified and written back; before that it is a file of a <see cref="StagingFolder"/> in <c>images/ingest/</c>.
/// </summary>
internal sealed class ContentStore(StorePaths paths)
{
    private readonly string _blobs = Path.Combine(paths.Images, "blobs", "sha256");

    /// <summary>Longest manifest or index that is read.</summary>
    internal const int MaxManifest = 4 << 20;

    /// <summary>Longest image config that is read.</summary>
    internal const int MaxConfig = 8 << 20;

    /// <summary>Makes the layout's folders; only root can enter them.</summary>
    internal void Create()
    {
        Directory.CreateDirectory(paths.Root, StagingFolder.PrivateMode);
        Directory.CreateDirectory(paths.Images, StagingFolder.PrivateMode);
        Directory.CreateDirectory(_blobs, StagingFolder.PrivateMode);
        var layout = Path.Combine(paths.Images, "oci-layout");
        if (!File.Exists(layout)) AtomicFile.Write(layout, """{"imageLayoutVersion":"1.0.0"}"""u8);
    }

    /// <summary>A folder to stage blobs in; the caller disposes it.</summary>
    internal StagingFolder Stage()
    {
        Create();
        return StagingFolder.Create(Path.Combine(paths.Images, "ingest"));
    }

    /// <summary>Where a blob is when it is there.</summary>
    internal string PathOf(Digest digest) => Path.Combine(_blobs, digest.Hex);

    /// <summary>True when the blob is there, whole.</summary>
    internal bool Exists(Digest digest) => File.Exists(PathOf(digest));

    /// <summary>The blob's size, or null when it is not there.</summary>
    internal long? Size(Digest digest) => new FileInfo(PathOf(digest)) is { Exists: true, Length: var length } ? length : null;

    /// <summary>All blobs there are, with their sizes.</summary>
    internal IEnumerable<(Digest Digest, long Size)> All()
    {
        if (!Directory.Exists(_blobs)) yield break;
        foreach (var file in new DirectoryInfo(_blobs).EnumerateFiles())
            if (Digest.TryParseHex(file.Name, out var digest)) yield return (digest, file.Length);
    }

    /// <summary>Opens a blob for reading.</summary>
    /// <exception cref="InvalidContentException">It is not there.</exception>
    internal FileStream Open(Digest digest) => TryOpen(digest)
        ?? throw new InvalidContentException($"The store lacks the blob '{digest}' that an image refers to. Remove that image and import it again.", digest.ToString());

    /// <summary>Opens a blob for reading; null when it is not there.</summary>
    internal FileStream? TryOpen(Digest digest)
    {
        try
        {
            return new FileStream(PathOf(digest), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Reads a manifest, index or config.</summary>
    internal byte[] ReadDocument(Digest digest, int limit)
    {
        using var blob = Open(digest);
        return ReadLimited(blob, limit, digest.ToString());
    }

    /// <summary>Reads a stream to its end, and refuses one that is longer than a document may be.</summary>
    internal static byte[] ReadLimited(Stream stream, int limit, string what)
    {
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = stream.Read(buffer)) > 0)
        {
            if (content.Length + count > limit) throw new InvalidContentException($"'{what}' is longer than {limit >> 20} MiB, which no such document is.", what);
            content.Write(buffer, 0, count);
        }

        return content.ToArray();
    }

    /// <summary>Makes a verified blob, already written back, part of the layout; the staged file is gone then.</summary>
    internal void Publish(StagedBlob blob)
    {
        // An equal blob may have been published meanwhile: replacing it by its equal harms nobody who has it open.
        File.Move(blob.Path, PathOf(blob.Digest), overwrite: true);
    }

    /// <summary>Makes what has been published outlive a power cut.</summary>
    internal void FlushNames() => AtomicFile.FlushFolder(_blobs);

    /// <summary>Removes a blob; nothing happens when it is not there.</summary>
    internal void Delete(Digest digest) => File.Delete(PathOf(digest));
}

/// <summary>A blob that is whole and verified but not visible.</summary>
/// <param name="Path">File in a staging folder.</param>
/// <param name="Digest">Digest of its content.</param>
/// <param name="Size">Bytes.</param>
internal sealed record StagedBlob(string Path, Digest Digest, long Size);
