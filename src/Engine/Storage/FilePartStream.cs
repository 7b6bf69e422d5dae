using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Storage;

/// <summary>A part of a file, read without moving the position of others.</summary>
internal sealed class FilePartStream(SafeFileHandle file, long start, long length) : ReadStream
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
