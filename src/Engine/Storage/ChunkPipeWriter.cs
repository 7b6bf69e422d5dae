namespace ContainerPS.Engine.Storage;

/// <summary>The writing end of a <see cref="ChunkPipe"/> as a stream. What is in an unfinished chunk goes on with the next write, or the end.</summary>
internal sealed class ChunkPipeWriter(ChunkPipe pipe) : WriteStream
{
    private byte[]? _chunk;
    private int _count;

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
