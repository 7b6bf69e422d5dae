using System.Buffers;

namespace ContainerPS.Engine.Storage;

/// <summary>A stream whose next bytes can be looked at; counts what is taken, and remembers whether the stream below failed.</summary>
internal sealed class PeekStream(Stream source) : ReadStream
{
    private const int BufferSize = 64 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _start;
    private int _end;

    /// <summary>Bytes taken so far.</summary>
    internal long Taken { get; private set; }

    /// <summary>True when reading from below threw: then the fault isn't the content's.</summary>
    internal bool Faulted { get; private set; }

    public override long Position
    {
        get => Taken;
        set => throw new NotSupportedException();
    }

    /// <summary>The next bytes, as many as asked for unless the stream ends before; they are not taken.</summary>
    internal ReadOnlySpan<byte> Peek(int count)
    {
        if (_end - _start < count && _start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        while (_end - _start < count && Fill() > 0)
        {
        }

        return _buffer.AsSpan(_start, Math.Min(count, _end - _start));
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        if (_start == _end)
        {
            _start = _end = 0;
            if (buffer.Length >= BufferSize) return ReadPast(buffer);
            if (Fill() == 0) return 0;
        }

        var count = Math.Min(buffer.Length, _end - _start);
        _buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        Taken += count;
        return count;
    }

    public override int ReadByte()
    {
        if (_start == _end && Peek(1).IsEmpty) return -1;
        Taken++;
        return _buffer[_start++];
    }

    /// <summary>Disposes of the stream below as well.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            _start = _end = 0;
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    // A large read of an empty buffer needn't go through it.
    private int ReadPast(Span<byte> buffer)
    {
        var read = ReadSource(buffer);
        Taken += read;
        return read;
    }

    private int Fill()
    {
        var read = ReadSource(_buffer.AsSpan(_end));
        _end += read;
        return read;
    }

    private int ReadSource(Span<byte> buffer)
    {
        try
        {
            return source.Read(buffer);
        }
        catch
        {
            Faulted = true;
            throw;
        }
    }
}
