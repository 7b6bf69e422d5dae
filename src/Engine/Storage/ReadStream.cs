namespace ContainerPS.Engine.Storage;

/// <summary>A stream that is only read, forward.</summary>
internal abstract class ReadStream : ForwardStream
{
    /// <inheritdoc/>
    public sealed override bool CanRead => true;

    /// <inheritdoc/>
    public abstract override int Read(Span<byte> buffer);
}
