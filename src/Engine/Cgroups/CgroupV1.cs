using ContainerPS.Engine.Oci;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Cgroups;

/// <summary>A cgroup on v1 hierarchies, one directory in each; on hybrid machines also one in v2 when a limit is only there.</summary>
internal sealed class CgroupV1 : ICgroup
{
    private readonly Dictionary<string, string> _directories = [];
    private readonly string? _unifiedMount;

    internal CgroupV1(CgroupMounts mounts, string path)
    {
        Path = path;
        Mounts = mounts;
        _unifiedMount = mounts.Unified;
        foreach (var (controller, mount) in mounts.V1)
            if (!controller.StartsWith("name=", StringComparison.Ordinal)) _directories.Add(controller, mount + path);
        if (_unifiedMount is not null && Directory.Exists(_unifiedMount + path)) _directories.Add("", _unifiedMount + path);
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Directories => _directories;

    /// <inheritdoc/>
    public bool IsFrozen => Find("freezer") is { } directory && KernelFile.Read(directory + "/freezer.state")?.Trim() is "FROZEN" or "FREEZING";

    private CgroupMounts Mounts { get; }

    /// <inheritdoc/>
    public void Create(LinuxResources? resources)
    {
        if (_unifiedMount is not null && CgroupV2.IsNeeded(resources)) _directories.TryAdd("", _unifiedMount + Path);
        foreach (var directory in DistinctDirectories())
        {
            var mount = directory[..^Path.Length];
            CgroupTree.Make(mount, Path, mount == Mounts.V1.GetValueOrDefault("cpuset") ? CopyCpuset : null);
        }

        CgroupV1Limits.ApplyDevices(Find("devices"), resources?.Devices ?? []);
        if (resources is not null) ApplyLimits(resources);
    }

    /// <inheritdoc/>
    public void Apply(LinuxResources resources)
    {
        if (resources.Devices is not null) CgroupV1Limits.ApplyDevices(Find("devices"), resources.Devices);
        ApplyLimits(resources);
    }

    /// <inheritdoc/>
    public CgroupEntry Enter()
    {
        var files = new List<SafeFileHandle>();
        SafeFileHandle? unified = null;
        try
        {
            foreach (var directory in DistinctDirectories())
            {
                // A process without threads that writes 0 to "tasks" takes no lock of all processes, unlike a pid in "cgroup.procs".
                if (_directories.TryGetValue("", out var v2) && directory == v2) unified = OpenFile(directory, LibC.O_RDONLY | LibC.O_DIRECTORY);
                else files.Add(OpenFile(directory + "/tasks", LibC.O_WRONLY));
            }

            return new CgroupEntry(files, unified);
        }
        catch
        {
            foreach (var file in files) file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public CgroupStatistics Statistics() => CgroupV1Statistics.Read(_directories);

    /// <inheritdoc/>
    public long OomKillCount() => Find("memory") is { } directory ? KernelFile.NumberOf(KernelFile.Read(directory + "/memory.oom_control"), "oom_kill") : 0;

    /// <inheritdoc/>
    public IReadOnlyList<int> Processes() => CgroupTree.Processes(AnyDirectory());

    /// <inheritdoc/>
    public void Freeze()
    {
        var file = FreezerFile();
        KernelFile.Write(file, "FROZEN");

        // Reading the state is what makes the kernel look whether all have stopped; there is no event for it.
        var give = Environment.TickCount64 + 10_000;
        while (KernelFile.Read(file)?.Trim() != "FROZEN")
        {
            if (Environment.TickCount64 > give)
            {
                KernelFile.Write(file, "THAWED");
                throw new RuntimeStepException("freeze", Path, LibC.EAGAIN, "Its processes did not stop within 10 seconds.");
            }

            Thread.Yield();
        }
    }

    /// <inheritdoc/>
    public void Thaw() => KernelFile.Write(FreezerFile(), "THAWED");

    /// <inheritdoc/>
    public void Kill()
    {
        // The signal reaches a frozen process when it is thawed.
        foreach (var pid in Processes()) _ = Linux.Syscall.kill(pid, 9 /* SIGKILL */);
        if (IsFrozen) Thaw();
        CgroupTree.Kill(AnyDirectory());
    }

    /// <inheritdoc/>
    public void Delete()
    {
        foreach (var directory in DistinctDirectories()) CgroupTree.Remove(directory);
    }

    private void ApplyLimits(LinuxResources resources)
    {
        CgroupV1Limits.ApplyMemory(Find("memory"), resources.Memory);
        CgroupV1Limits.ApplyCpu(Find("cpu"), resources.Cpu);
        CgroupV1Limits.ApplyCpuset(Find("cpuset"), resources.Cpu);
        CgroupV1Limits.ApplyPids(Find("pids"), resources.Pids);
        CgroupV1Limits.ApplyBlockIO(Find("blkio"), resources.BlockIO);
        CgroupV1Limits.ApplyNetwork(Find("net_cls"), Find("net_prio"), resources.Network);
        if (Find("hugetlb") is { } hugetlb) CgroupV1Limits.ApplyHugepages(hugetlb, resources.HugepageLimits);
        if (_directories.TryGetValue("", out var unified)) CgroupV2.ApplyHybrid(_unifiedMount!, unified, resources, hugepages: Find("hugetlb") is null);
    }

    /// <summary>A new cpuset is empty and takes no process until it has what its parent has.</summary>
    private static void CopyCpuset(string directory)
    {
        foreach (var name in (string[])["/cpuset.cpus", "/cpuset.mems"])
        {
            if (!string.IsNullOrWhiteSpace(KernelFile.Read(directory + name))) continue;
            var parent = directory[..directory.LastIndexOf('/')];
            KernelFile.Write(directory + name, KernelFile.Read(parent + name)?.Trim() ?? "");
        }
    }

    private static SafeFileHandle OpenFile(string path, int flags)
    {
        var fd = KernelFile.Open(path, flags);
        return fd < 0 ? throw new RuntimeStepException("open", path, -fd) : new SafeFileHandle(fd, ownsHandle: true);
    }

    private string? Find(string controller) => _directories.GetValueOrDefault(controller);

    private string FreezerFile() =>
        (Find("freezer") ?? throw new ContainerEngineException("NoFreezer", ErrorKind.NotSupported, "The freezer controller is not mounted, so processes cannot be paused.")) + "/freezer.state";

    private string AnyDirectory() => Find("pids") ?? Find("memory") ?? DistinctDirectories()[0];

    private List<string> DistinctDirectories()
    {
        var result = new List<string>(_directories.Count);
        foreach (var directory in _directories.Values)
            if (!result.Contains(directory)) result.Add(directory);
        return result;
    }
}
