using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Build;

/// <summary>A folder that builds share, for one RUN.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Use">Keeps it from being removed.</param>
/// <param name="Held">Keeps others from it; null when it is shared.</param>
internal sealed record CacheFolder(string Path, FileLock Use, FileLock? Held) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Use.Dispose();
        Held?.Dispose();
    }
}
