namespace ContainerPS.Engine.Storage;

/// <summary>The lock files of images.</summary>
/// <remarks>
/// In the order in which they are taken: <c>step-*</c> (who does a step of a build), <c>build-folder-*</c> (whose builds write to a folder), <c>layer-*</c> (who unpacks a layer), <c>blob-*</c> (who downloads a blob), <c>images</c> (shared: who uses or adds images; alone: who removes),
/// <c>images-index</c> (who changes the index). Whoever removes takes no lock of a layer, so nobody waits in a circle.
/// </remarks>
internal sealed class StoreLocks(StorePaths paths)
{
    /// <summary>Keeps others from unpacking a layer.</summary>
    internal FileLock Layer(Digest chain, CancellationToken cancellation) => CancellableLock.Exclusive(PathOf($"layer-{chain.Hex}"), cancellation);

    /// <summary>Keeps others from downloading a blob.</summary>
    internal FileLock Blob(Digest blob, CancellationToken cancellation) => CancellableLock.Exclusive(PathOf($"blob-{blob.Hex}"), cancellation);

    /// <summary>Keeps others from downloading a blob, or gives null when somebody does.</summary>
    internal FileLock? TryBlob(Digest blob) => FileLock.TryExclusive(PathOf($"blob-{blob.Hex}"));

    /// <summary>Keeps others from doing a step of a build; steps share a fixed number of locks, of which nobody holds two.</summary>
    internal FileLock Step(Digest key, CancellationToken cancellation) => CancellableLock.Exclusive(PathOf($"step-{key.Hex[..3]}"), cancellation);

    /// <summary>Keeps others from a folder that builds share, or waits until nobody keeps this one from it.</summary>
    internal FileLock BuildFolder(string name, CancellationToken cancellation) => CancellableLock.Exclusive(PathOf($"build-folder-{name}"), cancellation);

    /// <summary>Keeps others from a folder that builds share, or gives null when somebody uses it.</summary>
    internal FileLock? TryBuildFolder(string name) => FileLock.TryExclusive(PathOf($"build-folder-{name}"));

    /// <summary>Keeps a folder that builds share from being removed.</summary>
    internal FileLock UseBuildFolder(string name) => FileLock.Shared(PathOf($"build-folder-use-{name}"));

    /// <summary>Keeps builds from using such a folder, or gives null when one does.</summary>
    internal FileLock? TryRemoveBuildFolder(string name) => FileLock.TryExclusive(PathOf($"build-folder-use-{name}"));

    /// <summary>Keeps images from being removed.</summary>
    internal FileLock Use() => FileLock.Shared(PathOf("images"));

    /// <summary>Waits until nobody uses or adds images, and keeps others from it.</summary>
    internal FileLock Remove() => FileLock.Exclusive(PathOf("images"));

    /// <summary>Keeps others from changing the index.</summary>
    internal FileLock Index() => FileLock.Exclusive(PathOf("images-index"));

    private string PathOf(string name)
    {
        Directory.CreateDirectory(paths.Run, StagingFolder.PrivateMode);
        Directory.CreateDirectory(paths.Locks, StagingFolder.PrivateMode);
        return Path.Combine(paths.Locks, name);
    }
}
