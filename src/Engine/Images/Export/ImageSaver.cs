using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>Writes images into an archive or a folder: blobs as they are stored, so that all digests stay as they are.</summary>
internal sealed class ImageSaver(ExportPlan plan, SaveRequest request, IProgress<SaveProgress>? progress, CancellationToken cancellation)
{
    // Below this size, a thread that reads ahead costs more than it saves.
    private const long WorthReadingAhead = 1 << 20;

    /// <summary>Refuses what cannot be saved so, before anything is opened.</summary>
    internal static void Check(SaveRequest request)
    {
        if (request.Images.Count == 0) throw new InvalidSettingException("Image", null, "Name at least one image to save.");
        if (request.Path is null == request.Destination is null) throw new InvalidSettingException("Path", request.Path, "Give either a path or a stream to save to.");
        if (request.Format == ImageArchiveFormat.OciDirectory && request.Path is null) throw new InvalidSettingException("Format", request.Format, "A folder cannot be written to a stream: choose -Format Docker or Oci, or give a path.");
        if (request.Format == ImageArchiveFormat.OciDirectory && request.Compression is not (null or ArchiveCompression.None))
            throw new InvalidSettingException("Compression", request.Compression, "A folder cannot be compressed as a whole: choose -Format Docker or Oci.");
        if (request.Format != ImageArchiveFormat.OciDirectory) KindOf(request);
        if (request.Path is not { } path) return;
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (folder is not null && !Directory.Exists(folder)) throw new InvalidSettingException("Path", path, $"There is no folder '{folder}' to save to.");
        if (request.Format != ImageArchiveFormat.OciDirectory && Directory.Exists(path))
            throw new InvalidSettingException("Path", path, $"'{path}' is a folder: give a file's name, or -Format OciDirectory.");
        if (request.Format == ImageArchiveFormat.OciDirectory && (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())))
            throw new InvalidSettingException("Path", path, $"'{path}' is there already and not an empty folder: give the name of a new one.");
    }

    /// <summary>Writes it all.</summary>
    internal void Run()
    {
        if (request.Destination is { } stream) WriteArchive(stream);
        else if (request.Format == ImageArchiveFormat.OciDirectory) WriteFolder(Path.GetFullPath(request.Path!));
        else WriteFile(Path.GetFullPath(request.Path!));
    }

    private void WriteFile(string path)
    {
        // Not a file but a pipe or a device: what is written is gone, and nothing can be renamed into its place.
        if (new FileInfo(path) is { Exists: true, Attributes: var attributes } && (attributes & FileAttributes.Device) != 0)
        {
            using var device = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            WriteArchive(device);
            return;
        }

        var unfinished = UnfinishedName(path);
        try
        {
            using (var file = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0)) WriteArchive(file);
            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    private void WriteFolder(string path)
    {
        var unfinished = UnfinishedName(path);
        try
        {
            Directory.CreateDirectory(unfinished);
            WriteLayout(new FolderTarget(unfinished));
            if (Directory.Exists(path)) Directory.Delete(path);
            Directory.Move(unfinished, path);
        }
        catch
        {
            TreeRemover.Remove(unfinished);
            throw;
        }
    }

    private void WriteArchive(Stream destination)
    {
        var kind = KindOf(request);
        if (kind == CompressionKind.None)
        {
            WriteTar(destination);
            return;
        }

        using var compressed = Compression.OpenCompressor(destination, kind);
        WriteTar(compressed);
    }

    private void WriteTar(Stream destination)
    {
        var tar = new TarWriter(destination);
        WriteLayout(new TarTarget(tar));
        tar.Finish();
    }

    private void WriteLayout(ArchiveTarget target)
    {
        var dockers = request.Format == ImageArchiveFormat.Docker;
        target.AddFolder("blobs");
        target.AddFolder("blobs/sha256");
        foreach (var blob in plan.Blobs) AddBlob(target, blob);
        target.AddFile("index.json", ExportDocuments.Index(plan.Images, dockers));
        if (dockers) target.AddFile(DockerArchive.ManifestName, ExportDocuments.DockerManifest(plan.Images));
        target.AddFile("oci-layout", ExportDocuments.Layout);
        if (dockers) target.AddFile("repositories", ExportDocuments.Repositories(plan.Images));
    }

    private void AddBlob(ArchiveTarget target, ExportBlob blob)
    {
        var item = blob.Digest.ToString();
        using var verified = new VerifiedBlobStream(blob.File.SafeFileHandle, blob.Digest, blob.Size, done => progress?.Report(new SaveProgress(item, done, blob.Size)), cancellation);
        if (blob.Size < WorthReadingAhead)
        {
            target.AddFile(blob.Name, verified, blob.Size);
            return;
        }

        using var ahead = new PipelinedStream(verified, leaveOpen: true);
        target.AddFile(blob.Name, ahead, blob.Size);
    }

    private static CompressionKind KindOf(SaveRequest request) => request.Compression switch
    {
        ArchiveCompression.None => CompressionKind.None,
        ArchiveCompression.Gzip => CompressionKind.Gzip,
        ArchiveCompression.Zstd => CompressionKind.Zstd,
        ArchiveCompression.Bzip2 => CompressionKind.Bzip2,
        _ => Path.GetExtension(request.Path)?.ToLowerInvariant() switch
        {
            ".gz" or ".tgz" => CompressionKind.Gzip,
            ".zst" or ".tzst" => CompressionKind.Zstd,
            ".bz2" or ".tbz2" => CompressionKind.Bzip2,
            ".xz" or ".txz" => throw new InvalidSettingException("Path", request.Path, $"'{request.Path}' ends like an xz file, and xz is read but not written: choose .gz, .zst or .bz2, or say -Compression None."),
            _ => CompressionKind.None,
        },
    };

    private static string UnfinishedName(string path) =>
        Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Environment.ProcessId:x}-{Guid.NewGuid().ToString("n")[..8]}.unfinished");
}
