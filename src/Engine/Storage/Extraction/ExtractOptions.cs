using Tmds.Linux;

namespace ContainerPS.Engine.Storage;

/// <summary>How an archive is extracted.</summary>
internal sealed record ExtractOptions
{
    internal WhiteoutMode Whiteouts { get; init; } = WhiteoutMode.Overlay;

    /// <summary>
    /// Whether the directory is somebody's already: it keeps its own owner, mode and default ACL, and no directory in it is replaced by something else, nor the other way round.
    /// </summary>
    internal bool IntoExisting { get; init; }

    /// <summary>Who owns what is extracted; null for the owners that the archive says.</summary>
    internal (uint Uid, uint Gid)? Owner { get; init; }

    /// <summary>Whether device nodes may be made; an archive that has some is refused otherwise. Whiteouts are none.</summary>
    internal bool AllowDevices { get; init; } = LibC.geteuid() == 0;

    /// <summary>Most bytes that files may take, holes of sparse files not counted; null for no limit but the disk's.</summary>
    internal long? MaxBytes { get; init; }

    /// <summary>Most entries; null for no limit.</summary>
    internal long? MaxEntries { get; init; }
}
