using System.Runtime.ExceptionServices;

namespace ContainerPS.Engine.Storage;

/// <summary>
/// Hands bytes from the thread that reads and hashes them to the thread that unpacks them, without copying: a ring of buffers,
/// each filled by the writer and given back by the reader. When either side fails, the other learns of it at its next call.
/// </summary>
internal sealed class ChunkPipe : ReadStream
{
    private const int ChunkSize = 512 * 1024;
    private const int ChunkCount = 8;

    private readonly object _gate = new();
    private readonly byte[][] _chunks = new byte[ChunkCount][];
    private readonly int[] _lengths = new int[ChunkCount];
    private long _written;
    private long _read;
    private int _offset;
    private bool _completed;
    private bool _closed;
    private Exception? _error;

    /// <summary>Writer: an empty buffer to fill, or null when the reader has gone.</summary>
    internal byte[]? Rent()
    {
        lock (_gate)
        {
            while (_written - _read == ChunkCount && !_closed) Monitor.Wait(_gate);
            return _closed ? null : _chunks[_written % ChunkCount] ??= GC.AllocateUninitializedArray<byte>(ChunkSize);
        }
    }

    /// <summary>Writer: hands over the rented buffer. The writer may still read it until it rents the same buffer again.</summary>
    internal void Push(int count)
    {
        lock (_gate)
        {
            _lengths[_written++ % ChunkCount] = count;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Writer: no more will come; with an error, the reader gets that error.</summary>
    internal void Complete(Exception? error = null)
    {
        lock (_gate)
        {
            _completed = true;
            _error ??= error;
            Monitor.PulseAll(_gate);
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        byte[] chunk;
        int available;
        lock (_gate)
        {
            while (_read == _written && !_completed) Monitor.Wait(_gate);
            if (_error is not null) ExceptionDispatchInfo.Throw(_error);
            if (_read == _written) return 0;
            chunk = _chunks[_read % ChunkCount];
            available = _lengths[_read % ChunkCount] - _offset;
        }

        var count = Math.Min(available, buffer.Length);
        chunk.AsSpan(_offset, count).CopyTo(buffer);
        _offset += count;
        if (count == available)
        {
            lock (_gate)
            {
                _offset = 0;
                _read++;
                Monitor.PulseAll(_gate);
            }
        }

        return count;
    }

    /// <summary>Reader: reads no more; the writer learns it at its next <see cref="Rent"/>.</summary>
    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }

        base.Dispose(disposing);
    }
}
