using System.Buffers;

namespace ContainerPS.Engine.Storage;

/// <summary>A stream read in large pieces, of which parts are looked at where they lie.</summary>
internal sealed class TarSource : IDisposable
{
    private const int BufferSize = 256 * 1024;

    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _start;
    private int _end;

    internal TarSource(Stream stream, bool leaveOpen)
    {
        _stream = stream;
        _leaveOpen = leaveOpen;
    }

    /// <summary>How many bytes have been taken.</summary>
    internal long Position { get; private set; }

    /// <summary>What lies ready.</summary>
    internal ReadOnlySpan<byte> Buffered => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Reads until that many bytes lie ready in one piece, or the stream ends; returns how many do.</summary>
    internal int Ensure(int count)
    {
        if (_end - _start >= count) return count;
        MakeRoom(count);
        while (_end - _start < count)
        {
            var read = _stream.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0) break;
            _end += read;
        }

        return Math.Min(count, _end - _start);
    }

    /// <summary>Takes bytes that lie ready.</summary>
    internal void Advance(int count)
    {
        _start += count;
        Position += count;
    }

    /// <summary>Takes the next bytes, at most so many; empty when the stream has ended. Valid until the next call.</summary>
    internal ReadOnlySpan<byte> Take(long most)
    {
        if (_start == _end && Ensure(1) == 0) return default;
        var piece = _buffer.AsSpan(_start, (int)Math.Min(most, _end - _start));
        Advance(piece.Length);
        return piece;
    }

    /// <summary>Takes and forgets bytes. False when the stream ends before.</summary>
    internal bool Skip(long count)
    {
        var ready = (int)Math.Min(count, _end - _start);
        Advance(ready);
        count -= ready;
        if (count > BufferSize && _stream.CanSeek && _stream.Length - _stream.Position > count)
        {
            _stream.Seek(count, SeekOrigin.Current);
            Position += count;
            return true;
        }

        while (count > 0)
        {
            var piece = Take(count);
            if (piece.IsEmpty) return false;
            count -= piece.Length;
        }

        return true;
    }

    public void Dispose()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = _end = 0;
        if (!_leaveOpen) _stream.Dispose();
    }

    private void MakeRoom(int count)
    {
        if (_buffer.Length - _start >= count && _start != _end) return;
        var larger = count > _buffer.Length ? ArrayPool<byte>.Shared.Rent(count) : _buffer;
        Buffered.CopyTo(larger);
        if (larger != _buffer) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
        _end -= _start;
        _start = 0;
    }
}
