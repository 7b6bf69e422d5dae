using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Storage;

/// <summary>A file at the size that it had: what it has lost since is zeros, and what it has gained is left out, as tar does.</summary>
internal sealed class FixedLengthFile(SafeFileHandle file, long size, CancellationToken cancellation) : ReadStream
{
    private long _done;
    private bool _ended;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        cancellation.ThrowIfCancellationRequested();
        buffer = buffer[..(int)Math.Min(buffer.Length, size - _done)];
        var count = _ended ? 0 : RandomAccess.Read(file, buffer, _done);
        if (count == 0 && !buffer.IsEmpty)
        {
            _ended = true;
            buffer.Clear();
            count = buffer.Length;
        }

        _done += count;
        return count;
    }
}
