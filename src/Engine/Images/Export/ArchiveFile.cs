using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>Archives as files: compressed by their ending, and under their name only when they are whole.</summary>
internal static class ArchiveFile
{
    /// <summary>How an archive is compressed: as asked, or by the ending of its path.</summary>
    /// <exception cref="InvalidSettingException">It ends like an xz file, which is not written.</exception>
    internal static CompressionKind KindOf(ArchiveCompression? compression, string? path) => compression switch
    {
        ArchiveCompression.None => CompressionKind.None,
        ArchiveCompression.Gzip => CompressionKind.Gzip,
        ArchiveCompression.Zstd => CompressionKind.Zstd,
        ArchiveCompression.Bzip2 => CompressionKind.Bzip2,
        _ => Path.GetExtension(path)?.ToLowerInvariant() switch
        {
            ".gz" or ".tgz" => CompressionKind.Gzip,
            ".zst" or ".tzst" => CompressionKind.Zstd,
            ".bz2" or ".tbz2" => CompressionKind.Bzip2,
            ".xz" or ".txz" => throw new InvalidSettingException("Path", path, $"'{path}' ends like an xz file, and xz is read but not written: choose .gz, .zst or .bz2, or say -Compression None."),
            _ => CompressionKind.None,
        },
    };

    /// <summary>Refuses a path that no file can be written to.</summary>
    internal static void Check(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (folder is not null && !Directory.Exists(folder)) throw new InvalidSettingException("Path", path, $"There is no folder '{folder}' to save to.");
    }

    /// <summary>Writes a file that has its name only when it is whole; what was there before is replaced then.</summary>
    internal static void Write(string path, Action<Stream> write)
    {
        // Not a file but a pipe or a device: what is written is gone, and nothing can be renamed into its place.
        if (new FileInfo(path) is { Exists: true, Attributes: var attributes } && (attributes & FileAttributes.Device) != 0)
        {
            using var device = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            write(device);
            return;
        }

        var unfinished = UnfinishedName(path);
        try
        {
            using (var file = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0)) write(file);
            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    /// <summary>Writes through a compressor.</summary>
    internal static void Compress(Stream destination, CompressionKind kind, Action<Stream> write)
    {
        if (kind == CompressionKind.None)
        {
            write(destination);
            return;
        }

        using var compressed = Compression.OpenCompressor(destination, kind);
        write(compressed);
    }

    /// <summary>A name beside the path, for what is not whole yet.</summary>
    internal static string UnfinishedName(string path) =>
        Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Environment.ProcessId:x}-{Guid.NewGuid().ToString("n")[..8]}.unfinished");
}
