using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Tests.Storage;

/// <summary>Gives few bytes at a time, of changing number, and does not seek: what a pipe or a socket may do.</summary>
internal sealed class TrickleStream(Stream source) : ReadStream
{
    private int _turn;

    internal bool Disposed { get; private set; }

    public override int Read(Span<byte> buffer) => source.Read(buffer[..Math.Min(buffer.Length, 1 + _turn++ * 37 % 1009)]);

    protected override void Dispose(bool disposing)
    {
        Disposed = true;
        source.Dispose();
        base.Dispose(disposing);
    }
}
