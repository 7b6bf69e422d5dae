namespace ContainerPS.Engine.Storage;

/// <summary>Waiting for a <see cref="FileLock"/> that may be held for long, by someone who may lose patience.</summary>
internal static class CancellableLock
{
    /// <summary>Takes the lock for writing, or stops waiting when asked to.</summary>
    /// <exception cref="OperationCanceledException">The wait was given up; the lock is not held.</exception>
    internal static FileLock Exclusive(string path, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (FileLock.TryExclusive(path) is { } free) return free;
        if (!cancellation.CanBeCanceled) return FileLock.Exclusive(path);

        // flock cannot be interrupted from another thread: one waits in our place, and lets go of a lock that nobody wants any more.
        var waiting = Task.Factory.StartNew(() => FileLock.Exclusive(path), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            Task.WaitAny([waiting], cancellation);
        }
        catch (OperationCanceledException)
        {
            waiting.ContinueWith(late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }

        return waiting.GetAwaiter().GetResult();
    }
}
