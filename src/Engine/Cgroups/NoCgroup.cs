using System.Globalization;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Cgroups;

/// <summary>
/// Stands for the cgroup of a container whose user may not make one. Its processes are found by the first one's pid namespace or, without a
/// namespace of its own, by descent; nothing is limited, counted or frozen.
/// </summary>
/// <param name="init">Pid of the first process; 0 before it is there.</param>
/// <param name="startTime">When it began, in clock ticks since boot.</param>
internal sealed class NoCgroup(int init, ulong startTime) : ICgroup
{
    /// <inheritdoc/>
    public string Path => "";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Directories { get; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings { get; private set; } = [];

    /// <inheritdoc/>
    public bool IsFrozen => false;

    /// <inheritdoc/>
    public void Create(LinuxResources? resources)
    {
        Apply(resources ?? new());
        Warnings =
        [
            "The container has no cgroup, because this user may not make one: device rules are not enforced, and it cannot be paused, measured or limited. "
                + "Delegate a cgroup v2 tree to the user to have these.",
        ];
    }

    /// <inheritdoc/>
    public void Apply(LinuxResources resources)
    {
        if (AskedLimits.First(resources) is { } field)
            throw new InvalidSpecException(field, "cannot be set, because this user may not make a cgroup; leave it out, or delegate a cgroup v2 tree to the user");
    }

    /// <inheritdoc/>
    public CgroupEntry Enter(CgroupPlace? place = null)
    {
        place?.Check(Directories);
        return place?.Below.Count > 0 ? throw Refuse("A sub-cgroup cannot be entered") : new CgroupEntry([], null);
    }

    /// <inheritdoc/>
    public CgroupStatistics Statistics() => new() { Pids = Processes().Count };

    /// <inheritdoc/>
    public CgroupDetails Details() => new() { Pids = (ulong)Processes().Count };

    /// <inheritdoc/>
    public long OomKillCount() => 0;

    /// <inheritdoc/>
    public OomWatch? WatchOom() => null;

    /// <inheritdoc/>
    public IReadOnlyList<int> Processes()
    {
        if (init == 0 || ProcessIdentity.StartTime(init) != startTime) return [];
        var space = NamespaceOf(Text(init));
        var shared = space is null || space == NamespaceOf("self");
        var (result, parents) = (new List<int>(), new Dictionary<int, int>());
        foreach (var directory in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(System.IO.Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)) continue;
            if (shared) parents[pid] = ParentOf(pid);
            else if (NamespaceOf(Text(pid)) == space) result.Add(pid);
        }

        foreach (var pid in parents.Keys)
            if (Descends(pid, parents)) result.Add(pid);
        return result;
    }

    /// <inheritdoc/>
    public void Freeze() => throw Refuse("The container cannot be paused");

    /// <inheritdoc/>
    public void Thaw() => throw Refuse("The container cannot be paused or resumed");

    /// <inheritdoc/>
    public void Signal(int signal)
    {
        foreach (var pid in Processes()) _ = Syscall.kill(pid, signal);
    }

    /// <inheritdoc/>
    public void Kill()
    {
        // A first process with a pid namespace of its own takes all with it; without one, those it has made are killed before it.
        if (ProcessIdentity.StartTime(init) != startTime) return;
        Signal(9);
        using var process = ProcessIdentity.Open(init, startTime);
        if (process is not null) _ = Polling.WaitReadable(process, TimeSpan.FromSeconds(10), CancellationToken.None);
    }

    /// <inheritdoc/>
    public void Delete()
    {
        // There is nothing to remove.
    }

    private static ContainerEngineException Refuse(string what) =>
        new("NoCgroup", ErrorKind.NotSupported, $"{what}: it has no cgroup, because its user may not make one. Delegate a cgroup v2 tree to the user.");

    private static string? NamespaceOf(string process)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{process}/ns/pid", returnFinalTarget: false)?.Name;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // it has ended, or is another user's
        }
    }

    private static int ParentOf(int pid)
    {
        if (KernelFile.TryRead($"/proc/{Text(pid)}/stat", out var text) != 0) return 0;
        var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 1 && int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var parent) ? parent : 0;
    }

    private static string Text(int pid) => pid.ToString(CultureInfo.InvariantCulture);

    private bool Descends(int pid, Dictionary<int, int> parents)
    {
        // Pids may have been taken anew while they were read, so the way up ends after as many steps as there are processes.
        for (var steps = parents.Count; steps > 0 && pid > 0; steps--)
        {
            if (pid == init) return true;
            pid = parents.GetValueOrDefault(pid);
        }

        return false;
    }
}
