namespace ContainerPS.Engine.Storage;

/// <summary>A stream that is only written, forward.</summary>
internal abstract class WriteStream : ForwardStream
{
    /// <inheritdoc/>
    public sealed override bool CanWrite => true;

    /// <inheritdoc/>
    public abstract override void Write(ReadOnlySpan<byte> buffer);
}
