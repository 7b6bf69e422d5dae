using SharpCompress.Compressors;
using SharpCompress.Compressors.BZip2;
using SharpCompress.Compressors.Xz;
using SharpCompress.Compressors.ZStandard;

namespace ContainerPS.Engine.Storage;

/// <summary>
/// What a decoder gives, with the decoder's many ways to fail turned into one, and a limit to how far it may expand.
/// Owns the decoder and what it reads from.
/// </summary>
internal sealed class DecompressedStream(PeekStream source, CompressionKind kind, ExpansionLimit? limit) : ReadStream
{
    /// <summary>What a decoder of ours says of bytes after the end.</summary>
    internal const string SomethingElse = "something else follows its end";

    private Stream? _decoder;
    private long _expanded;

    public override int Read(Span<byte> buffer)
    {
        int read;
        try
        {
            // Some decoders begin to read when they are made.
            read = (_decoder ??= MakeDecoder()).Read(buffer);
        }
        catch (Exception e) when (!source.Faulted && e is not (ContainerEngineException or OperationCanceledException or ObjectDisposedException))
        {
            throw Damaged(e);
        }

        _expanded += read;
        limit?.Check(source.Taken, _expanded);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _decoder?.Dispose();
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    private Stream MakeDecoder() => kind switch
    {
        CompressionKind.Gzip => new GzipDecoder(source),
        CompressionKind.Zstd => new DecompressionStream(source, leaveOpen: true),
        CompressionKind.Xz => new SequenceDecoder(source, kind, static s => new XZStream(s)),
        _ => new SequenceDecoder(source, kind, static s => BZip2Stream.Create(s, CompressionMode.Decompress, decompressConcatenated: false, leaveOpen: true, tolerateTruncatedStream: false)),
    };

    private InvalidContentException Damaged(Exception e)
    {
        var name = kind.ToString().ToLowerInvariant();
        var what = e is InvalidDataException { Message: SomethingElse } ? SomethingElse : source.Peek(1).IsEmpty ? "it ends too early" : $"it cannot be decoded ({e.Message.TrimEnd('.')})";
        return new InvalidContentException($"The {name} stream is damaged at about byte {source.Taken}: {what}.", null, e);
    }
}
