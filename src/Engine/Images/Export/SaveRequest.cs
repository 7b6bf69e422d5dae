namespace ContainerPS.Engine.Images;

/// <summary>What to save, where, and in which form.</summary>
public sealed class SaveRequest
{
    /// <summary>Images: a name, a repository (all its tags), an id or the beginning of one; what is named by id is saved without a name, as with docker save.</summary>
    public required IReadOnlyList<string> Images { get; init; }

    /// <summary>File to write, or folder for <see cref="ImageArchiveFormat.OciDirectory"/>; there is nothing of that name until it is whole, or what was there before.</summary>
    public string? Path { get; init; }

    /// <summary>Where an archive goes instead of <see cref="Path"/>; not disposed.</summary>
    public Stream? Destination { get; init; }

    /// <summary>Form of the archive.</summary>
    public ImageArchiveFormat Format { get; init; }

    /// <summary>How the archive is compressed as a whole; null for what the ending of <see cref="Path"/> says.</summary>
    public ArchiveCompression? Compression { get; init; }
}

/// <summary>Forms of archives of images.</summary>
public enum ImageArchiveFormat
{
    /// <summary>What <c>docker save</c> writes since version 25: an OCI layout with <c>manifest.json</c> and <c>repositories</c> beside it.</summary>
    Docker,

    /// <summary>An OCI layout in a tar (image-spec image-layout.md).</summary>
    Oci,

    /// <summary>An OCI layout in a folder.</summary>
    OciDirectory,
}

/// <summary>How an archive is compressed as a whole.</summary>
public enum ArchiveCompression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>gzip.</summary>
    Gzip,

    /// <summary>zstd.</summary>
    Zstd,

    /// <summary>bzip2.</summary>
    Bzip2,
}

/// <summary>How far a save has come.</summary>
/// <param name="Item">The blob at work.</param>
/// <param name="Done">Bytes of it that are written.</param>
/// <param name="Total">All its bytes.</param>
public readonly record struct SaveProgress(string Item, long Done, long Total);
