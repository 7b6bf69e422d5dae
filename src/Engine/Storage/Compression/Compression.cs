using System.IO.Compression;
using SharpCompress.Compressors.BZip2;
using SharpCompress.Compressors.ZStandard;

namespace ContainerPS.Engine.Storage;

/// <summary>Compressed streams, known by their first bytes.</summary>
internal static class Compression
{
    /// <summary>How many of a stream's first bytes <see cref="Detect"/> wants.</summary>
    internal const int MagicLength = 6;

    /// <summary>Says how a stream that begins so is compressed.</summary>
    internal static CompressionKind Detect(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith([(byte)0x1f, (byte)0x8b])) return CompressionKind.Gzip;
        if (start.StartsWith([(byte)0x28, (byte)0xb5, (byte)0x2f, (byte)0xfd])) return CompressionKind.Zstd;
        if (start.StartsWith([(byte)0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', (byte)0])) return CompressionKind.Xz;
        if (start.StartsWith("BZh"u8)) return CompressionKind.Bzip2;
        return CompressionKind.None;
    }

    /// <summary>
    /// Opens a stream for reading what is in it. Truncation, damage and trailing junk are <see cref="InvalidContentException"/>s
    /// at the latest when its end is read.
    /// </summary>
    /// <param name="source">The stream at its first byte; need not seek; the result owns it.</param>
    /// <param name="kind">How it is compressed.</param>
    internal static Stream OpenDecompressed(Stream source, out CompressionKind kind) => OpenDecompressed(source, ExpansionLimit.Default, out kind);

    /// <summary>Opens a stream for reading what is in it.</summary>
    /// <param name="source">The stream at its first byte; need not seek; the result owns it.</param>
    /// <param name="limit">How far it may expand; null for no limit.</param>
    /// <param name="kind">How it is compressed.</param>
    internal static Stream OpenDecompressed(Stream source, ExpansionLimit? limit, out CompressionKind kind)
    {
        var input = new PeekStream(source);
        try
        {
            kind = Detect(input.Peek(MagicLength));
            return kind == CompressionKind.None ? input : new DecompressedStream(input, kind, limit);
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    /// <summary>Opens a stream that compresses what is written to it with gzip.</summary>
    /// <param name="destination">Where the compressed bytes go; not disposed of.</param>
    /// <param name="level">How hard to try.</param>
    internal static Stream OpenCompressor(Stream destination, CompressionLevel level = CompressionLevel.Fastest) =>
        new GZipStream(destination, level, leaveOpen: true);

    /// <summary>Opens a stream that compresses what is written to it; disposing it ends the compressed stream.</summary>
    /// <param name="destination">Where the compressed bytes go; not disposed of.</param>
    /// <param name="kind">How; xz cannot be written.</param>
    /// <remarks>Levels are those at which compressing costs about as much as reading: gzip 1, zstd 3; bzip2 has no quick one.</remarks>
    internal static Stream OpenCompressor(Stream destination, CompressionKind kind) => kind switch
    {
        CompressionKind.Gzip => OpenCompressor(destination),
        CompressionKind.Zstd => new CompressionStream(destination, level: 3, bufferSize: 0, leaveOpen: true),
        CompressionKind.Bzip2 => BZip2Stream.Create(destination, SharpCompress.Compressors.CompressionMode.Compress, decompressConcatenated: false, leaveOpen: true),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Streams cannot be compressed so."),
    };
}
