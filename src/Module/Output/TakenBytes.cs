namespace ContainerPS.Module;

/// <summary>Bytes as the pipeline brings them: another thread makes something of them meanwhile.</summary>
/// <typeparam name="T">What it makes.</typeparam>
internal sealed class TakenBytes<T> : IDisposable
{
    private const int SmallChunk = 32 * 1024;

    private readonly ByteChunkStream? _chunks;
    private readonly Task<T>? _work;

    private TakenBytes()
    {
    }

    /// <summary>Begins.</summary>
    /// <param name="take">Reads the bytes to their end; its token is cancelled when no more will come.</param>
    /// <param name="cancellation">Ctrl+C.</param>
    internal TakenBytes(Func<Stream, CancellationToken, T> take, CancellationToken cancellation)
    {
        var chunks = _chunks = new ByteChunkStream(cancellation);
        _work = Task.Factory.StartNew(
            () =>
            {
                try
                {
                    return take(chunks, chunks.Stopped);
                }
                catch
                {
                    // The pipeline need not bring the rest.
                    chunks.Stop();
                    throw;
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    /// <summary>For -WhatIf: takes bytes, and makes nothing of them.</summary>
    internal static TakenBytes<T> Nothing => new();

    /// <summary>Gives bytes.</summary>
    internal void Add(byte[] bytes)
    {
        if (_chunks is null || _work!.IsCompleted)
            return;
        try
        {
            // Single bytes are gathered; what comes in pieces of a size is handed on as it is, behind what was gathered.
            if (bytes.Length < SmallChunk)
            {
                _chunks.Write(bytes);
                return;
            }

            _chunks.Flush();
            _chunks.Add(bytes);
        }
        catch (OperationCanceledException)
        {
            // The work has failed: its error comes with Finish.
        }
    }

    /// <summary>Waits for what is made of them; nothing, for -WhatIf.</summary>
    internal T? Finish()
    {
        if (_work is null)
            return default;
        _chunks!.Complete();
        return _work.GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_chunks is null)
            return;
        // A pipeline that was stopped has not finished; the work cleans up before its stream goes.
        if (!_work!.IsCompleted)
            _chunks.Stop();
        ((IAsyncResult)_work).AsyncWaitHandle.WaitOne();
        _ = _work.Exception;
        _chunks.Dispose();
    }
}
