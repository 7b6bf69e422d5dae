using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Images;

/// <summary>What to import, and how to name it.</summary>
public sealed class ImportRequest
{
    /// <summary>An archive (docker-archive, oci-archive, or the tar of a root file system; plain or compressed with gzip, zstd, xz or bzip2), or a folder with an OCI image layout.</summary>
    public string? Path { get; init; }

    /// <summary>An archive as a stream, instead of <see cref="Path"/>; read to its end, not disposed.</summary>
    public Stream? Source { get; init; }

    /// <summary>An archive on a web server, instead of <see cref="Path"/>; http or https.</summary>
    public Uri? Url { get; init; }

    /// <summary>Name for the tar of a root file system, which has none, or another name for the one image of an archive.</summary>
    public string? Name { get; init; }

    /// <summary>Which image of several for different processors, as <c>os/architecture[/variant]</c>; by default the one for this machine.</summary>
    public string? Platform { get; init; }

    /// <summary>For a root file system: why it was made, for the history.</summary>
    public string? Message { get; init; }

    /// <summary>For a root file system: who made it.</summary>
    public string? Author { get; init; }

    /// <summary>For a root file system: the command that containers run by default.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>For a root file system: other defaults for containers.</summary>
    public ContainerConfig? Config { get; init; }

    /// <summary>What the messages call the source.</summary>
    internal string Display => Path ?? Url?.ToString() ?? "input";
}

/// <summary>How far an import has come.</summary>
/// <param name="Item">The file or layer at work.</param>
/// <param name="Done">Bytes of it that are read.</param>
/// <param name="Total">All its bytes, or null when that is not known.</param>
/// <param name="Phase">What is done with it.</param>
public readonly record struct ImportProgress(string Item, long Done, long? Total, ImportPhase Phase);

/// <summary>What an import is doing.</summary>
public enum ImportPhase
{
    /// <summary>The archive is read to where its parts can be reached.</summary>
    Reading,

    /// <summary>A layer is read, verified, stored and unpacked.</summary>
    Unpacking,

    /// <summary>Everything is there and is being written back to the disk.</summary>
    Saving,
}
