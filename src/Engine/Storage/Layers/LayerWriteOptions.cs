using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Storage;

/// <summary>How a directory with changes is written as a layer.</summary>
internal sealed record LayerWriteOptions
{
    /// <summary>Paths that do not count when nothing is in them: empty files and directories that a start has made to mount something on.</summary>
    internal IReadOnlySet<string> Places { get; init; } = new HashSet<string>();

    /// <summary>Opens the changes laid over what they change; asked only where the directory alone does not say what is there (trusted.overlay.redirect, trusted.overlay.metacopy).</summary>
    internal Func<SafeFileHandle>? Merged { get; init; }

    /// <summary>Opens what lies below: overlayfs marks every new directory as opaque, and a layer need say so only of one that hides another.</summary>
    internal Func<SafeFileHandle>? Lower { get; init; }

    /// <summary>Latest time of an entry, in seconds since 1970; later ones are written as this.</summary>
    internal long? LatestTime { get; init; }

    /// <summary>
    /// True to make the directory what the layer unpacks to: what no layer can hold is removed from it, and times are cut where <see cref="LatestTime"/> says so.
    /// Only for a directory that nobody else uses.
    /// </summary>
    internal bool Settles { get; init; }
}

/// <summary>What was written.</summary>
/// <param name="Entries">Entries of the archive.</param>
/// <param name="Bytes">Sizes of all files together, holes included, a hard link counted once.</param>
internal sealed record LayerContent(long Entries, long Bytes);
