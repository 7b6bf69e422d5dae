using System.Buffers;
using System.Runtime.ExceptionServices;

namespace ContainerPS.Engine.Storage;

/// <summary>
/// Reads ahead on a thread of its own, so that reading, hashing or decompressing runs on one processor while the reader's work runs on another.
/// Holds a few buffers and no more; an error of the source is thrown to the reader when it gets there.
/// </summary>
internal sealed class PipelinedStream : ReadStream
{
    private const int BufferSize = 256 * 1024;
    private const int BuffersAhead = 4;

    private readonly Stream _source;
    private readonly bool _leaveOpen;
    private readonly Lock _lock = new();
    private readonly Queue<(byte[] Buffer, int Length)> _ready = new();
    private readonly SemaphoreSlim _filled = new(0);
    private readonly SemaphoreSlim _free = new(BuffersAhead);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private byte[]? _current;
    private int _start;
    private int _end;
    private ExceptionDispatchInfo? _error;
    private bool _ended;
    private bool _disposed;

    /// <summary>Begins to read ahead.</summary>
    /// <param name="source">Used by the other thread alone from now on, until this is disposed of.</param>
    /// <param name="leaveOpen">False when it is to be disposed of as well.</param>
    internal PipelinedStream(Stream source, bool leaveOpen = false)
    {
        _source = source;
        _leaveOpen = leaveOpen;
        _thread = new Thread(ReadAhead, 256 * 1024) { IsBackground = true, Name = "read-ahead" };
        _thread.Start();
    }

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (buffer.IsEmpty) return 0;
        if (_start == _end && !NextBuffer()) return 0;
        var count = Math.Min(buffer.Length, _end - _start);
        _current.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    /// <summary>Stops reading ahead. A read that is under way is let finish, or broken off by disposing of the source if it takes long.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _stop.Cancel();
            var stopped = _thread.Join(TimeSpan.FromMilliseconds(200));
            if (!_leaveOpen) _source.Dispose();
            if (!stopped) _thread.Join();
            if (_current is not null) ArrayPool<byte>.Shared.Return(_current);
            foreach (var (buffer, _) in _ready) ArrayPool<byte>.Shared.Return(buffer);
            _filled.Dispose();
            _free.Dispose();
            _stop.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool NextBuffer()
    {
        if (_current is not null)
        {
            ArrayPool<byte>.Shared.Return(_current);
            _current = null;
            _free.Release();
        }

        _start = _end = 0;
        if (!_ended)
        {
            _filled.Wait();
            lock (_lock)
            {
                if (_ready.TryDequeue(out var next))
                {
                    (_current, _end) = next;
                    return true;
                }
            }

            _ended = true;
        }

        _error?.Throw();
        return false;
    }

    private void ReadAhead()
    {
        byte[]? buffer = null;
        try
        {
            while (true)
            {
                _free.Wait(_stop.Token);
                buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
                var length = _source.Read(buffer, 0, BufferSize);
                if (length == 0) break;
                lock (_lock) _ready.Enqueue((buffer, length));
                buffer = null;
                _filled.Release();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Nobody waits for more.
        }
        catch (Exception e)
        {
            _error = ExceptionDispatchInfo.Capture(e);
        }

        if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
        _filled.Release();
    }
}
