using ContainerPS.Engine;
using ContainerPS.Engine.Images;

namespace ContainerPS.Module;

/// <summary>An import of bytes as the pipeline brings them: another thread takes them in meanwhile.</summary>
internal sealed class BytesImport : IDisposable
{
    private const int SmallChunk = 32 * 1024;

    private readonly ByteChunkStream? _chunks;
    private readonly Task<IReadOnlyList<Image>>? _work;

    private BytesImport()
    {
    }

    /// <summary>Begins to import.</summary>
    internal BytesImport(LocalEngine engine, Func<Stream, ImportRequest> request, CancellationToken cancellation)
    {
        var chunks = _chunks = new ByteChunkStream(cancellation);
        _work = Task.Factory.StartNew(
            () =>
            {
                try
                {
                    return engine.Images.Import(request(chunks), null, chunks.Stopped);
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
    internal static BytesImport Nothing => new();

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
            // The import has failed: its error comes with Finish.
        }
    }

    /// <summary>Waits for the images.</summary>
    internal IReadOnlyList<Image> Finish()
    {
        if (_work is null)
            return [];
        _chunks!.Complete();
        try
        {
            return _work.GetAwaiter().GetResult();
        }
        catch (InvalidContentException e)
        {
            throw new InvalidContentException($"What came from the pipeline cannot be imported: {e.Message}", null, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_chunks is null)
            return;
        // A pipeline that was stopped has not finished; the import cleans up before its stream goes.
        if (!_work!.IsCompleted)
            _chunks.Stop();
        ((IAsyncResult)_work).AsyncWaitHandle.WaitOne();
        _ = _work.Exception;
        _chunks.Dispose();
    }
}
