using System.Collections.Concurrent;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Module;

/// <summary>
/// Bytes between the pipeline and a thread that reads or writes an archive, a few chunks at a time: one side waits when the other is slow, and learns when the
/// other has gone.
/// </summary>
internal sealed class ByteChunkStream : ForwardStream
{
    private const int ChunkSize = 64 * 1024;
    private const int MostWaiting = 16;

    private readonly BlockingCollection<byte[]> _chunks = new(MostWaiting);
    private readonly CancellationTokenSource _stop;
    private byte[] _pending = new byte[ChunkSize];
    private int _count;
    private byte[] _current = [];
    private int _position;

    internal ByteChunkStream(CancellationToken cancellation) => _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);

    /// <summary>Cancelled when the other side has gone.</summary>
    internal CancellationToken Stopped => _stop.Token;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    /// <summary>What has been written, chunk by chunk, until it is complete.</summary>
    internal IEnumerable<byte[]> Chunks() => _chunks.GetConsumingEnumerable(_stop.Token);

    /// <summary>Hands on a whole chunk; the array is not copied.</summary>
    internal void Add(byte[] chunk)
    {
        if (chunk.Length > 0)
            _chunks.Add(chunk, _stop.Token);
    }

    /// <summary>No more will be written.</summary>
    internal void Complete()
    {
        try
        {
            if (!_stop.IsCancellationRequested)
                Flush();
        }
        catch (OperationCanceledException)
        {
            // Stopped just now: nobody reads the rest.
        }
        finally
        {
            _chunks.CompleteAdding();
        }
    }

    /// <summary>Ends both sides.</summary>
    internal void Stop() => _stop.Cancel();

    public override void Flush()
    {
        if (_count == 0)
            return;
        Add(_count == ChunkSize ? _pending : _pending[.._count]);
        _pending = new byte[ChunkSize];
        _count = 0;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var count = Math.Min(buffer.Length, ChunkSize - _count);
            buffer[..count].CopyTo(_pending.AsSpan(_count));
            _count += count;
            buffer = buffer[count..];
            if (_count == ChunkSize)
                Flush();
        }
    }

    public override int Read(Span<byte> buffer)
    {
        while (_position == _current.Length)
        {
            _position = 0;
            if (!_chunks.TryTake(out var next, Timeout.Infinite, _stop.Token))
            {
                _current = [];
                return 0;
            }

            _current = next;
        }

        var count = Math.Min(buffer.Length, _current.Length - _position);
        _current.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _chunks.Dispose();
            _stop.Dispose();
        }

        base.Dispose(disposing);
    }
}
