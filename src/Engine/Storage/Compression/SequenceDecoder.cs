namespace ContainerPS.Engine.Storage;

/// <summary>
/// A decoder that reads one compressed stream and stops at its last byte, applied to as many as follow one another.
/// SharpCompress ends silently after the first of xz, and takes the beginning of another for the end of bzip2.
/// </summary>
internal sealed class SequenceDecoder(PeekStream source, CompressionKind kind, Func<Stream, Stream> open) : ReadStream
{
    private Stream? _current;
    private bool _ended;

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        while (!_ended)
        {
            _current ??= open(source);
            var read = _current.Read(buffer);
            if (read > 0) return read;
            _current.Dispose();
            _current = null;
            _ended = !IsFollowed();
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _current?.Dispose();
        base.Dispose(disposing);
    }

    private bool IsFollowed()
    {
        // xz-file-format.txt, 2.2: streams may be followed by zeros, four at a time.
        Span<byte> padding = stackalloc byte[4];
        while (kind == CompressionKind.Xz && source.Peek(4).SequenceEqual("\0\0\0\0"u8)) source.ReadExactly(padding);
        if (source.Peek(1).IsEmpty) return false;
        if (Compression.Detect(source.Peek(Compression.MagicLength)) == kind) return true;
        throw new InvalidDataException(DecompressedStream.SomethingElse);
    }
}
