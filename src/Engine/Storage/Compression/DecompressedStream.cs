namespace ContainerPS.Engine.Storage;

/// <summary>
/// What a decoder gives, with the decoder's many ways to fail turned into one, and a limit to how far it may expand.
/// Owns the decoder and what it reads from.
/// </summary>
internal sealed class DecompressedStream(PeekStream source, Stream decoder, CompressionKind kind, ExpansionLimit? limit) : DecoderStream
{
    private long _expanded;

    public override int Read(Span<byte> buffer)
    {
        int read;
        try
        {
            read = decoder.Read(buffer);
        }
        catch (Exception e) when (!source.Faulted && e is not (ContainerEngineException or OperationCanceledException or ObjectDisposedException))
        {
            throw Damaged(e);
        }

        _expanded += read;
        limit?.Check(source.Taken, _expanded);
        // A decoder that is satisfied with an empty or cut-off beginning has given nothing and says nothing.
        if (read == 0 && !buffer.IsEmpty && kind == CompressionKind.Bzip2 && source.Taken < 14) throw Damaged(null);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            decoder.Dispose();
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    private InvalidContentException Damaged(Exception? e)
    {
        var name = kind.ToString().ToLowerInvariant();
        return source.Peek(1).IsEmpty
            ? new($"The {name} stream ends too early or is damaged, after {source.Taken} compressed bytes.", null, e)
            : new($"The {name} stream is damaged at about byte {source.Taken}{(e is InvalidDataException { Message: "something else follows it" } ? ": something else follows it" : "")}.", null, e);
    }
}
