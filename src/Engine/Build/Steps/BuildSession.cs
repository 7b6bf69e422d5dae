using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Images;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Build;

/// <summary>What all steps of one build share. Disposed of, or after a kill -9 at the next build, nothing is left of it but what is cached.</summary>
internal sealed class BuildSession : IDisposable
{
    private readonly Lock _gate = new();
    private StagingFolder? _scratch;
    private StagingFolder? _runScratch;
    private BuildSandbox? _sandbox;

    internal BuildSession(StorePaths paths, ImageStore images, Func<string> executable, BuildSettings settings, BuildLog log, CancellationToken cancellation)
    {
        (Paths, Images, Settings, Log, Cancellation) = (paths, images, settings, log, cancellation);
        Launcher = new StepLauncher(executable);
        Steps = new StepCache(paths);
        CacheFolders = new CacheFolders(paths);
        Locks = new StoreLocks(paths);
        Imports = new CacheImports(this);
        Exports = new CacheExports(this);
        foreach (var folder in (ReadOnlySpan<string>)[ScratchFolder, RunScratchFolder])
            if (Directory.Exists(folder)) StagingFolder.Sweep(folder);
        Transaction = images.Begin();
    }

    internal StorePaths Paths { get; }

    internal ImageStore Images { get; }

    internal BuildSettings Settings { get; }

    internal BuildLog Log { get; }

    internal CancellationToken Cancellation { get; }

    internal StepLauncher Launcher { get; }

    /// <summary>Steps of earlier builds.</summary>
    internal StepCache Steps { get; }

    /// <summary>Steps of other machines' builds.</summary>
    internal CacheImports Imports { get; }

    /// <summary>Gives steps to other machines' builds.</summary>
    internal CacheExports Exports { get; }

    /// <summary>Folders that builds share.</summary>
    internal CacheFolders CacheFolders { get; }

    internal StoreLocks Locks { get; }

    /// <summary>What is added to the store, and what is relied on.</summary>
    internal StoreTransaction Transaction { get; }

    /// <summary>True when there are more steps for later builds than before.</summary>
    internal bool HasAddedSteps { get; set; }

    /// <summary>Latest time of anything in the result, in seconds since 1970 (SOURCE_DATE_EPOCH); null for none.</summary>
    internal long? LatestTime { get; init; }

    /// <summary>True when the result is an image, whose layers need blobs.</summary>
    internal bool MakesImage { get; init; }

    /// <summary>Where files of this build may lie, on the disk of the store.</summary>
    internal StagingFolder Scratch
    {
        get
        {
            lock (_gate) return _scratch ??= Stage(ScratchFolder, Paths.BuildCache);
        }
    }

    /// <summary>Where files lie that are not to reach the disk: secrets, sockets.</summary>
    internal StagingFolder RunScratch
    {
        get
        {
            lock (_gate) return _runScratch ??= Stage(RunScratchFolder, Paths.Run);
        }
    }

    /// <summary>The network of commands.</summary>
    internal BuildSandbox Sandbox
    {
        get
        {
            var scratch = Scratch;
            lock (_gate) return _sandbox ??= BuildSandbox.Open(Paths, "build-" + Path.GetFileName(scratch.Path));
        }
    }

    /// <summary>A new folder with nothing in it.</summary>
    internal string EmptyFolder()
    {
        var path = Scratch.NewPath();
        Directory.CreateDirectory(path, StagingFolder.PrivateMode);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Transaction.Dispose();
        _sandbox?.Dispose();
        Imports.Dispose();
        _scratch?.Dispose();
        _runScratch?.Dispose();
    }

    private string ScratchFolder => Path.Combine(Paths.BuildCache, "ingest");

    private string RunScratchFolder => Path.Combine(Paths.Run, "build");

    private static StagingFolder Stage(string folder, string parent)
    {
        Directory.CreateDirectory(parent, StagingFolder.PrivateMode);
        return StagingFolder.Create(folder);
    }
}
