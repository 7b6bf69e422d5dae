namespace ContainerPS.Engine.Storage;

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
