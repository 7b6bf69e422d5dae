using System.Diagnostics.CodeAnalysis;
using ContainerPS.Engine.Boot;
using ContainerPS.Engine.Build;
using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Events;
using ContainerPS.Engine.Images;
using ContainerPS.Engine.Networks;
using ContainerPS.Engine.Volumes;

namespace ContainerPS.Engine;

/// <summary>The engine on this machine, over one store. It holds nothing open: every shell works on the same files at once.</summary>
public sealed class LocalEngine
{
    private LocalEngine(StorePaths paths, string runtimePath)
    {
        Paths = paths;
        RuntimePath = runtimePath;
        Images = new ImageStore(paths);
        Registries = new ImageRegistries(paths);
        Containers = new ContainerManager(paths, Images, runtimePath);
        Events = new EventLog(paths);
        Store = new StoreKeeper(paths, Images, Containers);
    }

    /// <summary>Where things are kept.</summary>
    public StorePaths Paths { get; }

    /// <summary>The <c>runcs</c> program.</summary>
    public string RuntimePath { get; }

    /// <summary>The images.</summary>
    public ImageStore Images { get; }

    /// <summary>Registries that images are had from.</summary>
    public ImageRegistries Registries { get; }

    /// <summary>The containers.</summary>
    public ContainerManager Containers { get; }

    /// <summary>What has happened since the machine started.</summary>
    public EventLog Events { get; }

    /// <summary>The volumes.</summary>
    public VolumeManager Volumes => Containers.Volumes;

    /// <summary>The networks.</summary>
    public NetworkManager Networks => Containers.Networks;

    /// <summary>The store as a whole.</summary>
    public StoreKeeper Store { get; }

    /// <summary>Opens the engine; nothing is read or written yet.</summary>
    /// <param name="paths">Where things are kept; null for what the environment names.</param>
    /// <param name="runtimePath">The <c>runcs</c> program; null for <c>$CONTAINERPS_RUNCS</c> or the one beside this assembly.</param>
    public static LocalEngine Open(StorePaths? paths = null, string? runtimePath = null) =>
        new(paths ?? StorePaths.FromEnvironment(), runtimePath ?? DefaultRuntimePath());

    /// <summary>Versions, places, what the kernel offers, how much is in the store.</summary>
    public ContainerEngine GetInfo() => EngineInfo.Collect(this);

    /// <summary>Measures what running containers use.</summary>
    public ContainerMeter Meter() => new(Paths);

    /// <summary>Builds an image from a Dockerfile.</summary>
    /// <param name="settings">What, and how.</param>
    /// <param name="progress">Told what happens, by several threads, one at a time.</param>
    /// <param name="cancellation">Gives up; steps that are done are kept for the next build.</param>
    /// <exception cref="DockerfileException">The Dockerfile is wrong.</exception>
    /// <exception cref="BuildStepException">A step has failed. Nothing is left behind of it.</exception>
    /// <exception cref="InvalidSettingException">A setting is refused.</exception>
    public BuildResult Build(BuildSettings settings, IProgress<BuildProgress>? progress, CancellationToken cancellation) =>
        new ImageBuilder(Paths, Images, Containers).Build(settings, progress, cancellation);

    /// <summary>Makes an image of a container: its image, and what was changed in it. What is mounted in it is not included. Its processes are paused meanwhile.</summary>
    /// <param name="container">The container, running or not.</param>
    /// <param name="settings">How.</param>
    /// <param name="cancellation">Gives up; nothing is left behind.</param>
    /// <exception cref="InvalidReferenceException">A name is no image name.</exception>
    /// <exception cref="InvalidSettingException">A change is none.</exception>
    /// <exception cref="InvalidContainerStateException">The container was removed meanwhile.</exception>
    public Image Commit(string container, CommitSettings settings, CancellationToken cancellation) =>
        Containers.Commit(container, settings, config => CommitChanges.Apply(config, settings.Changes), cancellation);

    /// <summary>Changes the engine's settings about registries; what is null stays as it is, an empty list takes all away.</summary>
    /// <param name="mirrors">Mirrors by registry.</param>
    /// <param name="insecure">Registries that may be spoken to without TLS.</param>
    /// <param name="downloads">Layers that are downloaded at a time.</param>
    /// <param name="uploads">Layers that are uploaded at a time.</param>
    public void SetRegistrySettings(IReadOnlyDictionary<string, IReadOnlyList<string>>? mirrors, IReadOnlyList<string>? insecure, int? downloads, int? uploads) =>
        Engine.Registries.RegistrySettingsChange.Apply(Paths, mirrors, insecure, downloads, uploads);

    /// <summary>Changes how the output of containers is kept that are created from now on and do not say it themselves; what is null stays as it is.</summary>
    /// <param name="driver">The log driver.</param>
    /// <param name="options">All its options.</param>
    /// <exception cref="InvalidSettingException">There is no such driver, or it has no such option.</exception>
    public void SetLogSettings(string? driver, IReadOnlyDictionary<string, string>? options) => LogSettings.Change(Paths, driver, options);

    /// <summary>Writes and enables a systemd unit that starts containers with the machine, as their restart policies want it.</summary>
    /// <param name="unit">The unit's file.</param>
    /// <param name="shell">The PowerShell program.</param>
    /// <param name="module">The module's manifest.</param>
    public void Register(string unit, string shell, string module) => BootUnit.Write(unit, BootUnit.Text(shell, module, Paths));

    /// <summary>Removes that unit. False when there is none.</summary>
    public bool Unregister(string unit) => BootUnit.Remove(unit);

    /// <summary>Sets the keys that leave a terminal, where a command names none; empty for those that are usual.</summary>
    /// <exception cref="InvalidSettingException">The text names no keys.</exception>
    public void SetDetachKeys(string keys)
    {
        if (keys.Length > 0) Engine.Containers.DetachKeys.Parse(keys);
        new EngineSettingsFile(Paths).Update(settings => settings with { DetachKeys = keys.Length > 0 ? keys : null });
    }

    /// <summary>Sets the addresses that subnets of networks are cut of, from the next network on; empty for those that are usual.</summary>
    /// <exception cref="InvalidSettingException">One is no pool.</exception>
    public void SetAddressPools(IReadOnlyList<string> pools)
    {
        List<string> parsed = [.. pools.Select(static text => PoolSetting.Parse(text, "AddressPool").ToString())];
        new EngineSettingsFile(Paths).Update(settings => settings with { AddressPools = parsed.Count > 0 ? parsed : null });
    }

    /// <summary>Sets whom containers ask for names that do not say it themselves, from their next start on; what is null stays as it is, an empty list takes all away.</summary>
    /// <param name="servers">Addresses of name servers.</param>
    /// <param name="search">Domains in which names are looked up; a dot alone for none.</param>
    /// <param name="options">Options of the resolver (man 5 resolv.conf).</param>
    /// <exception cref="InvalidSettingException">One is not what it should be.</exception>
    public void SetDnsSettings(IReadOnlyList<string>? servers, IReadOnlyList<string>? search, IReadOnlyList<string>? options) => DnsSettings.Change(Paths, servers, search, options);

    /// <summary>Sets how many bytes the cache of builds may take; beyond that, what has not been used for longest goes.</summary>
    /// <exception cref="InvalidSettingException">The number is negative.</exception>
    public void SetBuildCacheLimit(long bytes)
    {
        if (bytes < 0) throw new InvalidSettingException("BuildCacheLimit", bytes, "The limit of the build cache cannot be negative; 0 keeps nothing.");
        new EngineSettingsFile(Paths).Update(settings => settings with { BuildCacheLimit = bytes });
    }

    /// <summary>Keys that leave a terminal: those asked for, or set, or usual.</summary>
    internal DetachKeys DetachKeys(string? asked) => Engine.Containers.DetachKeys.Parse(asked is { Length: > 0 } ? asked : new EngineSettingsFile(Paths).Read().DetachKeys ?? Engine.Containers.DetachKeys.Default);

    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "Shells load this assembly from a file; runcs, which is one file, does not come here.")]
    private static string DefaultRuntimePath() =>
        Environment.GetEnvironmentVariable("CONTAINERPS_RUNCS") is { Length: > 0 } path
            ? path
            : Path.Combine(Path.GetDirectoryName(typeof(LocalEngine).Assembly.Location) ?? AppContext.BaseDirectory, "runcs");
}
