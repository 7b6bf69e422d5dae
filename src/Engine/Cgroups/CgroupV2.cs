using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Cgroups;

/// <summary>A cgroup on the v2 hierarchy (kernel documentation, admin-guide/cgroup-v2).</summary>
internal sealed class CgroupV2(string mount, string path, bool rootless = false) : CgroupBase(path, rootless)
{
    private readonly string _directory = mount + path;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Directories { get; } = new Dictionary<string, string> { [""] = mount + path };

    /// <inheritdoc/>
    public override bool IsFrozen => CgroupFreezer.IsFrozenV2(_directory);

    /// <inheritdoc/>
    protected override bool CanFreeze => true;

    /// <inheritdoc/>
    protected override string ProcessDirectory => _directory;

    /// <summary>
    /// The directory a process joins. A cgroup that hands controllers down takes no processes itself; the container, which has done that,
    /// has put its first process into one below, and there others go, too.
    /// </summary>
    internal static string PlaceOf(string directory, string mount, CgroupPlace? place)
    {
        if (place is null) return directory;
        var asked = place.Find([], directory);
        if (asked != directory || place.InitPid == 0 || string.IsNullOrWhiteSpace(KernelFile.Read(directory + "/cgroup.subtree_control"))) return asked;
        var inits = mount + OwnCgroup.Read(place.InitPid.ToString(System.Globalization.CultureInfo.InvariantCulture), "");
        return inits.StartsWith(directory + "/", StringComparison.Ordinal) && !inits.Contains("/../") ? inits : directory;
    }

    /// <inheritdoc/>
    public override CgroupEntry Enter(CgroupPlace? place = null)
    {
        place?.Check(Directories);
        return CgroupEntry.Open([], PlaceOf(_directory, mount, place));
    }

    /// <inheritdoc/>
    public override CgroupStatistics Statistics() => CgroupV2Statistics.Read(_directory);

    /// <inheritdoc/>
    public override CgroupDetails Details() => CgroupV2Details.Read(_directory);

    /// <inheritdoc/>
    public override long OomKillCount() => KernelFile.NumberOf(KernelFile.Read(_directory + "/memory.events"), "oom_kill");

    /// <inheritdoc/>
    public override OomWatch? WatchOom() => OomWatch.OfV2(_directory);

    /// <inheritdoc/>
    public override void Freeze() => CgroupFreezer.FreezeV2(_directory);

    /// <inheritdoc/>
    public override void Thaw() => CgroupFreezer.ThawV2(_directory);

    /// <inheritdoc/>
    protected override void MakeDirectories(Action<string> made) => CgroupTree.Make(mount, Path, made);

    /// <inheritdoc/>
    protected override void Enable(LinuxResources resources) => CgroupV2Controllers.Enable(mount, Path, asFarAsAllowed: IsRootless);

    /// <inheritdoc/>
    protected override bool TryKillAtOnce() => TryKillV2(_directory);
}
