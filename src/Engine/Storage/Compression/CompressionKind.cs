namespace ContainerPS.Engine.Storage;

/// <summary>How a stream is compressed.</summary>
internal enum CompressionKind
{
    None,
    Gzip,
    Zstd,
    Xz,
    Bzip2,
}
