using SharpCompress.Compressors.Xz;

namespace ContainerPS.Engine.Storage;

/// <summary>SharpCompress's xz, which decodes one stream, applied to as many as follow one another (xz-file-format.txt, 2).</summary>
internal sealed class XzDecoder(PeekStream source) : DecoderStream
{
    private XZStream? _current = new(source);

    /// <summary>What an xz stream begins with.</summary>
    internal static ReadOnlySpan<byte> Magic => [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0];

    public override int Read(Span<byte> buffer)
    {
        while (_current is not null && !buffer.IsEmpty)
        {
            var read = _current.Read(buffer);
            if (read > 0) return read;
            _current = NextStream();
        }

        return 0;
    }

    // Streams may be followed by zeros, four at a time.
    private XZStream? NextStream()
    {
        Span<byte> padding = stackalloc byte[4];
        while (source.Peek(4).SequenceEqual("\0\0\0\0"u8)) source.ReadExactly(padding);
        if (source.Peek(1).IsEmpty) return null;
        if (!source.Peek(Magic.Length).SequenceEqual(Magic)) throw new InvalidDataException("something else follows it");
        return new XZStream(source);
    }
}
