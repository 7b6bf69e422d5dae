using System.Diagnostics.CodeAnalysis;
using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Images;

namespace ContainerPS.Engine;

/// <summary>The engine on this machine, over one store. It holds nothing open: every shell works on the same files at once.</summary>
public sealed class LocalEngine
{
    private LocalEngine(StorePaths paths, string runtimePath)
    {
        Paths = paths;
        RuntimePath = runtimePath;
        Images = new ImageStore(paths);
        Containers = new ContainerManager(paths, Images, runtimePath);
        Store = new StoreKeeper(paths, Images, Containers);
    }

    /// <summary>Where things are kept.</summary>
    public StorePaths Paths { get; }

    /// <summary>The <c>runcs</c> program.</summary>
    public string RuntimePath { get; }

    /// <summary>The images.</summary>
    public ImageStore Images { get; }

    /// <summary>The containers.</summary>
    public ContainerManager Containers { get; }

    /// <summary>The store as a whole.</summary>
    public StoreKeeper Store { get; }

    /// <summary>Opens the engine; nothing is read or written yet.</summary>
    /// <param name="paths">Where things are kept; null for what the environment names.</param>
    /// <param name="runtimePath">The <c>runcs</c> program; null for <c>$CONTAINERPS_RUNCS</c> or the one beside this assembly.</param>
    public static LocalEngine Open(StorePaths? paths = null, string? runtimePath = null) =>
        new(paths ?? StorePaths.FromEnvironment(), runtimePath ?? DefaultRuntimePath());

    /// <summary>Versions, places, what the kernel offers, how much is in the store.</summary>
    public ContainerEngine GetInfo() => EngineInfo.Collect(this);

    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "Shells load this assembly from a file; runcs, which is one file, does not come here.")]
    private static string DefaultRuntimePath() =>
        Environment.GetEnvironmentVariable("CONTAINERPS_RUNCS") is { Length: > 0 } path
            ? path
            : Path.Combine(Path.GetDirectoryName(typeof(LocalEngine).Assembly.Location) ?? AppContext.BaseDirectory, "runcs");
}
