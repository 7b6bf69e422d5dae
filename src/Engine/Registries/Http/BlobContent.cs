using System.Net;

namespace ContainerPS.Engine.Registries;

/// <summary>A request's body that is read from a stream as it is sent.</summary>
internal sealed class BlobContent : HttpContent
{
    private readonly Func<Stream> _open;
    private readonly long _length;
    private readonly Action<long> _progress;
    private readonly CancellationToken _cancellation;

    internal BlobContent(Func<Stream> open, long length, Action<long> progress, CancellationToken cancellation)
    {
        (_open, _length, _progress, _cancellation) = (open, length, progress, cancellation);
        Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/octet-stream");
    }

    /// <inheritdoc/>
    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var source = _open();
        var buffer = new byte[256 * 1024];
        long sent = 0;
        while (sent < _length)
        {
            _cancellation.ThrowIfCancellationRequested();
            var count = source.Read(buffer, 0, (int)Math.Min(buffer.Length, _length - sent));
            if (count == 0) throw new EndOfStreamException("The blob is shorter than it should be.");
            stream.Write(buffer, 0, count);
            sent += count;
            _progress(sent);
        }
    }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        SerializeToStream(stream, context, _cancellation);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }
}
