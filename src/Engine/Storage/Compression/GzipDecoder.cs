using System.IO.Compression;

namespace ContainerPS.Engine.Storage;

/// <summary>
/// The BCL's gzip with the two checks it lacks: it ends silently when the input is cut off, and passes over what follows the last member.
/// </summary>
internal sealed class GzipDecoder : ReadStream
{
    private readonly Feeder _feeder;
    private readonly GZipStream _gzip;

    internal GzipDecoder(PeekStream source)
    {
        _feeder = new Feeder(source);
        _gzip = new GZipStream(_feeder, CompressionMode.Decompress, leaveOpen: true);
    }

    public override int Read(Span<byte> buffer)
    {
        var read = _gzip.Read(buffer);
        if (read == 0 && !buffer.IsEmpty) _feeder.CheckEnd();
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _gzip.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>
    /// Tells by what the decoder asks for where it stands. After a whole member it asks for more only if nothing is left over, to see whether another member follows;
    /// given then one byte that begins no member, it stops without asking again. In the middle of a member it takes that byte and asks again.
    /// </summary>
    private sealed class Feeder(PeekStream source) : ReadStream
    {
        private bool _markGiven;
        private bool _askedAfterMark;

        public override int Read(Span<byte> buffer)
        {
            var read = source.Read(buffer);
            if (read > 0 || buffer.IsEmpty) return read;
            if (_markGiven)
            {
                _askedAfterMark = true;
                return 0;
            }

            _markGiven = true;
            buffer[0] = 0;
            return 1;
        }

        internal void CheckEnd()
        {
            if (_askedAfterMark) throw new EndOfStreamException();
            if (!_markGiven) throw new InvalidDataException(DecompressedStream.SomethingElse);
        }
    }
}
