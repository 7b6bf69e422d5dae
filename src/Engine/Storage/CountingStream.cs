namespace ContainerPS.Engine.Storage;

/// <summary>Counts what is read through it; the stream below is not disposed of with it.</summary>
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
