using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Registries;

/// <summary>
/// The body of an answer. A body that stalls, drips or breaks is a <see cref="BrokenTransferException"/>, and a wait for bytes ends when it is cancelled.
/// </summary>
internal sealed class AnswerStream : ReadStream
{
    private readonly HttpResponseMessage _response;
    private readonly Stream _body;
    private readonly TransferLimits _limits;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _registration;
    private readonly Timer _watch;
    private readonly long? _expected;
    private long _count;
    private long _countAtWindow;
    private volatile bool _tooSlow;

    internal AnswerStream(HttpResponseMessage response, TransferLimits limits, CancellationToken cancellation, TimeSpan? whole = null)
    {
        (_response, _limits, _cancellation) = (response, limits, cancellation);
        _expected = response.Content.Headers.ContentLength;
        _body = response.Content.ReadAsStream(cancellation);
        _registration = cancellation.Register(response.Dispose);
        _watch = new Timer(_ => Watch(whole is not null), null, whole ?? limits.Window, whole is null ? limits.Window : Timeout.InfiniteTimeSpan);
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        int count;
        try
        {
            count = _body.Read(buffer);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or HttpRequestException or OperationCanceledException or InvalidOperationException)
        {
            _cancellation.ThrowIfCancellationRequested();
            throw new BrokenTransferException(_tooSlow ? "it came too slowly" : $"the connection broke ({e.Message.TrimEnd('.')})", e);
        }

        Interlocked.Add(ref _count, count);
        // A reader that stops early because the answer was disposed of may be told of an end.
        if (count == 0 && (_tooSlow || (_expected is { } expected && _count < expected))) throw new BrokenTransferException(_tooSlow ? "it came too slowly" : "it ended too early", null);
        if (count == 0) _cancellation.ThrowIfCancellationRequested();
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _watch.Dispose();
            _registration.Dispose();
            _body.Dispose();
            _response.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Watch(bool whole)
    {
        var count = Interlocked.Read(ref _count);
        if (!whole && count - _countAtWindow >= _limits.LeastInWindow)
        {
            _countAtWindow = count;
            return;
        }

        _tooSlow = true;
        _response.Dispose();
    }
}

/// <summary>An answer's body ended before its end; what has come is good so far, and the rest may be asked for.</summary>
internal sealed class BrokenTransferException(string message, Exception? inner) : IOException(message, inner);
