using System.Runtime.InteropServices;
using ContainerPS.Engine.Cgroups;

namespace ContainerPS.Engine.Containers;

/// <summary>Collects what Get-ContainerEngine shows.</summary>
internal static class EngineInfo
{
    internal static ContainerEngine Collect(LocalEngine engine)
    {
        var damaged = 0;
        var containers = engine.Containers.List(_ => damaged++);
        var running = containers.Count(c => c.State == ContainerState.Running);
        var paused = containers.Count(c => c.State == ContainerState.Paused);
        var settings = new EngineSettingsFile(engine.Paths).Read();
        var cgroups = CgroupMounts.Detect();
        return new ContainerEngine
        {
            Version = typeof(EngineInfo).Assembly.GetName().Version!.ToString(3),
            KernelVersion = File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
            OperatingSystem = OperatingSystemName(),
            Architecture = RuntimeInformation.OSArchitecture == Architecture.X64 ? "amd64" : RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(),
            Cpus = Environment.ProcessorCount,
            Memory = TotalMemory(),
            CgroupVersion = cgroups.IsUnifiedOnly ? "v2" : cgroups.Unified is null ? "v1" : "hybrid",
            CgroupControllers = Controllers(cgroups),
            RootPath = engine.Paths.Root,
            RunPath = engine.Paths.Run,
            ConfigPath = engine.Paths.ConfigFile,
            RuntimePath = engine.RuntimePath,
            Images = engine.Images.List().DistinctBy(i => i.ImageId).Count(),
            Containers = containers.Count + damaged,
            ContainersRunning = running,
            ContainersPaused = paused,
            ContainersStopped = containers.Count + damaged - running - paused,
            RegistryMirrors = (settings.RegistryMirrors ?? []).ToDictionary(pair => pair.Key, pair => (IReadOnlyList<string>)pair.Value),
            InsecureRegistries = settings.InsecureRegistries ?? [],
            MaxConcurrentDownloads = settings.MaxConcurrentDownloads ?? EngineSettings.DefaultTransfers,
            MaxConcurrentUploads = settings.MaxConcurrentUploads ?? EngineSettings.DefaultTransfers,
            AddressPools = settings.AddressPools ?? Networks.PoolSetting.Usual,
            Dns = settings.Dns ?? [],
            DnsSearch = settings.DnsSearch ?? [],
            DnsOptions = settings.DnsOptions ?? [],
            DetachKeys = settings.DetachKeys ?? DetachKeys.Default,
            BuildCacheLimit = settings.BuildCacheLimit ?? EngineSettings.DefaultBuildCacheLimit,
            FreeSpace = FreeSpace(engine.Paths.Root),
        };
    }

    private static List<string> Controllers(CgroupMounts cgroups)
    {
        var names = cgroups.V1.Keys.Where(name => !name.StartsWith("name=", StringComparison.Ordinal)).ToList();
        var unified = cgroups.Unified is null ? null : Path.Combine(cgroups.Unified, "cgroup.controllers");
        if (File.Exists(unified)) names.AddRange(File.ReadAllText(unified).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private static string OperatingSystemName()
    {
        const string key = "PRETTY_NAME=";
        var line = File.Exists("/etc/os-release") ? File.ReadLines("/etc/os-release").FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal)) : null;
        return line is null ? RuntimeInformation.OSDescription : line[key.Length..].Trim('"');
    }

    /// <summary>Bytes of memory that the machine has.</summary>
    internal static long TotalMemory()
    {
        var line = File.ReadLines("/proc/meminfo").First(l => l.StartsWith("MemTotal:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) * 1024;
    }

    // The store need not exist yet: the disk is then that of the nearest folder above it which does.
    private static long FreeSpace(string path)
    {
        while (!Directory.Exists(path)) path = Path.GetDirectoryName(path)!;
        return new DriveInfo(path).AvailableFreeSpace;
    }
}
