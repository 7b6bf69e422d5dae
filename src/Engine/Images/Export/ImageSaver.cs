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
        if (request.Format != ImageArchiveFormat.OciDirectory) ArchiveFile.KindOf(request.Compression, request.Path);
        if (request.Path is not { } path) return;
        ArchiveFile.Check(path);
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
        else ArchiveFile.Write(Path.GetFullPath(request.Path!), WriteArchive);
    }

    private void WriteFolder(string path)
    {
        var unfinished = ArchiveFile.UnfinishedName(path);
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

    private void WriteArchive(Stream destination) => ArchiveFile.Compress(destination, ArchiveFile.KindOf(request.Compression, request.Path), WriteTar);

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
}
