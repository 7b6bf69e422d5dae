namespace ContainerPS.Engine.Storage;

/// <summary>The writing end of a <see cref="ChunkPipe"/> as a stream.</summary>
internal sealed class ChunkPipeWriter(ChunkPipe pipe) : Stream
{
    private byte[]? _chunk;
    private int _count;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            _chunk ??= pipe.Rent() ?? throw new OperationCanceledException("Who reads has gone.");
            var count = Math.Min(buffer.Length, _chunk.Length - _count);
            buffer[..count].CopyTo(_chunk.AsSpan(_count));
            buffer = buffer[count..];
            _count += count;
            if (_count == _chunk.Length) Push();
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    // What is in an unfinished chunk goes on with the next write, or the end.
    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Hands over the rest; no more will come.</summary>
    internal void Finish()
    {
        if (_count > 0) Push();
        pipe.Complete();
    }

    private void Push()
    {
        pipe.Push(_count);
        (_chunk, _count) = (null, 0);
    }
}
