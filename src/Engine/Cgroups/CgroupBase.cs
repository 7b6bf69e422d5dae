using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;
using Tmds.Linux;

namespace ContainerPS.Engine.Cgroups;

/// <summary>What a cgroup does alike on v1, on v2 and on both: its limits all or none, its making, its end.</summary>
internal abstract class CgroupBase(string path, bool rootless = false) : ICgroup
{
    /// <inheritdoc/>
    public string Path { get; } = path;

    /// <inheritdoc/>
    public abstract IReadOnlyDictionary<string, string> Directories { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings { get; private set; } = [];

    /// <inheritdoc/>
    public abstract bool IsFrozen { get; }

    /// <summary>True for a cgroup of a user without root's rights.</summary>
    protected bool IsRootless { get; } = rootless;

    /// <summary>False where no freezer is mounted.</summary>
    protected abstract bool CanFreeze { get; }

    /// <summary>The directory whose list of processes is the container's.</summary>
    protected abstract string ProcessDirectory { get; }

    /// <inheritdoc/>
    public void Create(LinuxResources? resources)
    {
        if (resources is not null) LimitValidator.Check(resources);
        var made = new List<string>();
        try
        {
            MakeDirectories(made.Add);
            var own = OwnDirectories();
            foreach (var directory in own)
                if (!made.Contains(directory)) CheckLeftOver(directory);
            var writer = new LimitWriter(undoable: false);
            Enable(resources ?? new());
            ApplyDevices(resources?.Devices ?? [], writer, CgroupDevices.Apply);
            if (resources is not null) CgroupLimits.Apply(Directories, resources, writer);
            Warnings = writer.Warnings;
        }
        catch
        {
            // Those above may be others' by now; what was there before is left as it was.
            foreach (var directory in OwnDirectories())
                if (made.Contains(directory)) _ = KernelFile.TryRemoveDirectory(directory);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Apply(LinuxResources resources)
    {
        LimitValidator.Check(resources);
        var writer = new LimitWriter(undoable: true);
        try
        {
            Enable(resources);
            CgroupLimits.Apply(Directories, resources, writer);
            if (resources.Devices is not null) ApplyDevices(resources.Devices, writer, CgroupDevices.Update);
        }
        catch
        {
            writer.Undo();
            throw;
        }

        Warnings = writer.Warnings;
    }

    /// <inheritdoc/>
    public abstract CgroupEntry Enter(CgroupPlace? place = null);

    /// <inheritdoc/>
    public abstract CgroupStatistics Statistics();

    /// <inheritdoc/>
    public abstract CgroupDetails Details();

    /// <inheritdoc/>
    public abstract long OomKillCount();

    /// <inheritdoc/>
    public abstract OomWatch? WatchOom();

    /// <inheritdoc/>
    public IReadOnlyList<int> Processes() => CgroupTree.Processes(ProcessDirectory);

    /// <inheritdoc/>
    public abstract void Freeze();

    /// <inheritdoc/>
    public abstract void Thaw();

    /// <inheritdoc/>
    public void Signal(int signal)
    {
        if (!Directory.Exists(ProcessDirectory) || (signal == 9 && TryKillAtOnce())) return;

        // While they are frozen none of them can make another that is missed.
        var wasFrozen = IsFrozen;
        var freeze = !wasFrozen && CanFreeze && signal != 0;
        if (freeze) Freeze();
        try
        {
            foreach (var pid in Processes()) _ = Syscall.kill(pid, signal);
        }
        finally
        {
            if (freeze || (wasFrozen && signal == 9)) Thaw();
        }
    }

    /// <inheritdoc/>
    public void Kill()
    {
        if (CgroupTree.IsEmpty(ProcessDirectory)) return;
        Signal(9);
        CgroupTree.Kill(ProcessDirectory);
    }

    /// <inheritdoc/>
    public void Delete()
    {
        foreach (var directory in OwnDirectories()) CgroupTree.Remove(directory);
    }

    /// <summary>Makes the directories; each new one, with those above, is handed on.</summary>
    protected abstract void MakeDirectories(Action<string> made);

    /// <summary>Has the controllers of v2 that limits need handed down.</summary>
    protected abstract void Enable(LinuxResources resources);

    /// <summary>Kills all processes by one write, where the kernel can: false where it cannot.</summary>
    protected abstract bool TryKillAtOnce();

    /// <summary>Writes to <c>cgroup.kill</c>: false when the kernel (before 5.14) or the cgroup (a threaded one) has none.</summary>
    protected static bool TryKillV2(string directory)
    {
        var errno = KernelFile.TryWrite(directory + "/cgroup.kill", "1");
        if (errno == LibC.ENOENT || errno == LibC.EOPNOTSUPP) return false;
        return errno == 0 ? true : throw new RuntimeStepException("kill the processes of", directory, errno);
    }

    /// <summary>The directories, each once.</summary>
    protected List<string> OwnDirectories()
    {
        var result = new List<string>(Directories.Count);
        foreach (var directory in Directories.Values)
            if (!result.Contains(directory)) result.Add(directory);
        return result;
    }

    private void ApplyDevices(List<LinuxDeviceCgroup> rules, LimitWriter writer, Action<IReadOnlyDictionary<string, string>, IReadOnlyList<LinuxDeviceCgroup>> apply)
    {
        try
        {
            apply(Directories, rules);
        }
        catch (RuntimeStepException e) when (IsRootless && e.Kind == ErrorKind.PermissionDenied)
        {
            writer.Warnings.Add("linux.resources.devices is not enforced: only root may load device rules. The user namespace keeps the container from making device nodes.");
        }
    }

    private void CheckLeftOver(string directory)
    {
        if (CgroupTree.Processes(directory) is { Count: > 0 } processes)
        {
            throw new InvalidContainerStateException(
                Path, $"The cgroup '{directory}' has processes already: {processes.Count}, the first is {processes[0]}. Give another linux.cgroupsPath, or end them.");
        }

        if (IsFrozen) throw new InvalidContainerStateException(Path, $"The cgroup '{Path}' is frozen. Thaw it, or give another linux.cgroupsPath.");
    }
}
