using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Cgroups;

/// <summary>
/// A cgroup on v1 hierarchies, named ones too, one directory in each; where v2 is mounted beside them (hybrid) also one there, by which
/// processes are frozen, killed and counted, and whose controllers are those that no v1 hierarchy has.
/// </summary>
internal sealed class CgroupV1 : CgroupBase
{
    private readonly Dictionary<string, string> _directories = [];
    private readonly CgroupMounts _mounts;

    /// <summary>The cgroup; nothing is made yet.</summary>
    internal CgroupV1(CgroupMounts mounts, string path)
        : base(path)
    {
        _mounts = mounts;
        foreach (var (controller, mount) in mounts.V1) _directories.Add(controller, mount + path);
        if (mounts.Unified is not null) _directories.Add("", mounts.Unified + path);
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Directories => _directories;

    /// <inheritdoc/>
    public override bool IsFrozen =>
        (Unified is { } unified && CgroupFreezer.IsFrozenV2(unified)) || (Find("freezer") is { } directory && CgroupFreezer.IsFrozenV1(directory));

    /// <inheritdoc/>
    protected override bool CanFreeze => Unified is not null || Find("freezer") is not null;

    /// <inheritdoc/>
    protected override string ProcessDirectory => Unified ?? Find("devices") ?? Find("pids") ?? OwnDirectories()[0];

    private string? Unified => Find("");

    /// <summary>The directories that exist: a cgroup of another program may not be in all hierarchies.</summary>
    internal static CgroupV1 Open(CgroupMounts mounts, string path)
    {
        var cgroup = new CgroupV1(mounts, path);
        foreach (var (controller, directory) in cgroup._directories)
            if (!Directory.Exists(directory)) cgroup._directories.Remove(controller);

        // When all are gone the names are what is left to say.
        return cgroup._directories.Count > 0 ? cgroup : new CgroupV1(mounts, path);
    }

    /// <inheritdoc/>
    public override CgroupEntry Enter(CgroupPlace? place = null)
    {
        place?.Check(_directories);
        var v1 = new List<string>();
        foreach (var directory in OwnDirectories())
            if (directory != Unified) v1.Add(place is null ? directory : place.Find(_directories.Where(pair => pair.Value == directory).Select(pair => pair.Key), directory));
        var unified = Unified is null ? null : CgroupV2.PlaceOf(Unified, _mounts.Unified!, place);
        return CgroupEntry.Open(v1, unified);
    }

    /// <inheritdoc/>
    public override CgroupStatistics Statistics()
    {
        var statistics = CgroupV1Statistics.Read(_directories);
        if (Unified is null || (Find("memory") is not null && Find("pids") is not null && Find("cpuacct") is not null)) return statistics;

        // Some controllers may be on v2 alone.
        var rest = CgroupV2Statistics.Read(Unified);
        if (Find("memory") is null) statistics = statistics with { MemoryUsage = rest.MemoryUsage, MemoryUsageWithCache = rest.MemoryUsageWithCache, MemoryPeak = rest.MemoryPeak, MemoryLimit = rest.MemoryLimit };
        if (Find("pids") is null) statistics = statistics with { Pids = rest.Pids, PidsLimit = rest.PidsLimit };
        if (Find("cpuacct") is null) statistics = statistics with { CpuNanoseconds = rest.CpuNanoseconds, CpuSystemNanoseconds = rest.CpuSystemNanoseconds };
        return statistics;
    }

    /// <inheritdoc/>
    public override CgroupDetails Details() => CgroupV1Details.Read(_directories);

    /// <inheritdoc/>
    public override long OomKillCount() =>
        Find("memory") is { } directory ? KernelFile.NumberOf(KernelFile.Read(directory + "/memory.oom_control"), "oom_kill")
            : Unified is { } unified ? KernelFile.NumberOf(KernelFile.Read(unified + "/memory.events"), "oom_kill")
            : 0;

    /// <inheritdoc/>
    public override OomWatch? WatchOom() => Find("memory") is { } directory ? OomWatch.OfV1(directory) : Unified is { } unified ? OomWatch.OfV2(unified) : null;

    /// <inheritdoc/>
    public override void Freeze()
    {
        if (Unified is { } unified) CgroupFreezer.FreezeV2(unified);
        else CgroupFreezer.FreezeV1(Freezer());
    }

    /// <inheritdoc/>
    public override void Thaw()
    {
        if (Unified is { } unified) CgroupFreezer.ThawV2(unified);

        // Another program may have frozen it by version 1.
        if (Unified is null || (Find("freezer") is { } directory && CgroupFreezer.IsFrozenV1(directory))) CgroupFreezer.ThawV1(Freezer());
    }

    /// <inheritdoc/>
    protected override void MakeDirectories(Action<string> made)
    {
        foreach (var directory in OwnDirectories())
        {
            var mount = directory[..^Path.Length];
            var isCpuset = directory == Find("cpuset");
            CgroupTree.Make(mount, Path, newDirectory =>
            {
                made(newDirectory);
                if (!isCpuset) return;
                CopyCpuset(newDirectory);

                // Those below have it from the start then, for which the kernel need not look at all that are beside them (cgroup-v1/cpusets.rst, 1.9).
                if (newDirectory.Length < directory.Length) KernelFile.Write(newDirectory + "/cgroup.clone_children", "1");
            });
        }
    }

    /// <inheritdoc/>
    protected override void Enable(LinuxResources resources)
    {
        if (_mounts.Unified is { } mount && CgroupLimits.NeedUnified(_directories, resources)) CgroupV2Controllers.Enable(mount, Path);
    }

    /// <inheritdoc/>
    protected override bool TryKillAtOnce()
    {
        if (Unified is not { } unified || !TryKillV2(unified)) return false;

        // The signal reaches what version 1 has frozen when it is thawed.
        if (Find("freezer") is { } directory && CgroupFreezer.IsFrozenV1(directory)) CgroupFreezer.ThawV1(directory);
        return true;
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

    private string? Find(string controller) => _directories.GetValueOrDefault(controller);

    private string Freezer() =>
        Find("freezer") ?? throw new ContainerEngineException("NoFreezer", ErrorKind.NotSupported, "Neither cgroup v2 nor the freezer controller of v1 is mounted, so processes cannot be paused.");
}
