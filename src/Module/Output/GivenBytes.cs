namespace ContainerPS.Module;

/// <summary>Bytes that another thread writes while the pipeline takes them.</summary>
internal static class GivenBytes
{
    /// <summary>Gives the bytes, chunk by chunk. When whoever reads wants no more, the work is told by its token and waited for.</summary>
    /// <param name="give">Writes them to a stream.</param>
    /// <param name="cancellation">Ctrl+C.</param>
    internal static IEnumerable<byte[]> From(Action<Stream, CancellationToken> give, CancellationToken cancellation)
    {
        using var chunks = new ByteChunkStream(cancellation);
        var work = Task.Factory.StartNew(
            () =>
            {
                try
                {
                    give(chunks, chunks.Stopped);
                }
                finally
                {
                    chunks.Complete();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        try
        {
            foreach (var chunk in chunks.Chunks())
                yield return chunk;
        }
        finally
        {
            // At the end of the bytes the work has ended, and this stops nothing.
            chunks.Stop();
            ((IAsyncResult)work).AsyncWaitHandle.WaitOne();
        }

        work.GetAwaiter().GetResult();
    }
}
