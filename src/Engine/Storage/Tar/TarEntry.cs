namespace ContainerPS.Engine.Storage;

/// <summary>An entry of a tar archive. Names are bytes, as Linux has them; nothing is normalised.</summary>
internal sealed record TarEntry
{
    /// <summary>The path as the archive spells it.</summary>
    internal required byte[] Name { get; init; }

    internal TarEntryType Type { get; init; }

    /// <summary>Target of a symbolic or hard link.</summary>
    internal byte[] LinkName { get; init; } = [];

    /// <summary>Permission bits with setuid, setgid and sticky.</summary>
    internal uint Mode { get; init; } = 0x1a4; // 0644

    internal uint Uid { get; init; }

    internal uint Gid { get; init; }

    internal byte[] UserName { get; init; } = [];

    internal byte[] GroupName { get; init; } = [];

    /// <summary>Size of the file in bytes, holes included; 0 for all but files.</summary>
    internal long Size { get; init; }

    internal TarTime ModifiedTime { get; init; }

    internal TarTime? AccessTime { get; init; }

    internal uint DeviceMajor { get; init; }

    internal uint DeviceMinor { get; init; }

    internal IReadOnlyList<TarXattr> Xattrs { get; init; } = [];

    /// <summary>The stored parts of a sparse file, ascending; null for a file that is stored whole.</summary>
    internal IReadOnlyList<SparseSegment>? Sparse { get; init; }

    /// <summary>Where the entry's header is in the archive.</summary>
    internal long HeaderOffset { get; init; }

    /// <summary>Where its stored bytes begin in the archive; a seekable archive can be read there later.</summary>
    internal long DataOffset { get; init; }

    /// <summary>How many bytes are stored for it.</summary>
    internal long StoredSize { get; init; }

    /// <summary>The same entry with another owner.</summary>
    internal TarEntry OwnedBy(uint uid, uint gid) => this with { Uid = uid, Gid = gid };

    /// <summary>The path as text for messages: bytes that are no printable UTF-8 appear as \xNN.</summary>
    internal string DisplayName => TarText.Display(Name);
}
