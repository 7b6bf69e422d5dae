namespace ContainerPS.Engine.Storage;

/// <summary>Base of the streams that are only read, from beginning to end.</summary>
internal abstract class ReadStream : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public abstract override int Read(Span<byte> buffer);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>Counts what is read through it.</summary>
internal sealed class CountingStream(Stream inner) : ReadStream
{
    /// <summary>Bytes read so far.</summary>
    internal long Count { get; private set; }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var count = inner.Read(buffer);
        Count += count;
        return count;
    }
}

/// <summary>Bytes that were read ahead, and then the rest of where they came from.</summary>
internal sealed class ReplayStream(ReadOnlyMemory<byte> ahead, Stream rest) : ReadStream
{
    private ReadOnlyMemory<byte> _ahead = ahead;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_ahead.IsEmpty) return rest.Read(buffer);
        var count = Math.Min(buffer.Length, _ahead.Length);
        _ahead.Span[..count].CopyTo(buffer);
        _ahead = _ahead[count..];
        return count;
    }
}

/// <summary>A part of a file, read without moving the position of others.</summary>
internal sealed class FilePartStream(Microsoft.Win32.SafeHandles.SafeFileHandle file, long start, long length) : ReadStream
{
    private long _done;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var count = RandomAccess.Read(file, buffer[..(int)Math.Min(buffer.Length, length - _done)], start + _done);
        _done += count;
        return count;
    }
}
