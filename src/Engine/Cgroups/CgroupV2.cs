using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Cgroups;

/// <summary>A cgroup on the v2 hierarchy (kernel documentation, admin-guide/cgroup-v2).</summary>
internal sealed class CgroupV2(string mount, string path) : ICgroup
{
    private readonly string _directory = mount + path;

    /// <inheritdoc/>
    public string Path => path;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Directories { get; } = new Dictionary<string, string> { [""] = mount + path };

    /// <inheritdoc/>
    public bool IsFrozen => KernelFile.ReadNumber(_directory + "/cgroup.freeze") == 1;

    /// <summary>True when a hybrid machine has to have a v2 directory for some limit.</summary>
    internal static bool IsNeeded(LinuxResources? resources) =>
        resources is { HugepageLimits.Count: > 0 } or { Unified.Count: > 0 };

    /// <summary>Limits that a hybrid machine has on v2.</summary>
    internal static void ApplyHybrid(string mount, string directory, LinuxResources resources, bool hugepages)
    {
        EnableControllers(mount, directory[mount.Length..]);
        if (hugepages) CgroupV2Limits.ApplyHugepages(directory, resources.HugepageLimits);
        CgroupV2Limits.ApplyUnified(directory, resources.Unified);
    }

    /// <inheritdoc/>
    public void Create(LinuxResources? resources)
    {
        CgroupTree.Make(mount, path, null);
        EnableControllers(mount, path);
        DeviceFilter.Attach(_directory, DeviceRules.Complete(resources?.Devices ?? []));
        if (resources is not null) CgroupV2Limits.Apply(_directory, resources);
    }

    /// <inheritdoc/>
    public void Apply(LinuxResources resources)
    {
        if (resources.Devices is not null) DeviceFilter.Attach(_directory, DeviceRules.Complete(resources.Devices));
        CgroupV2Limits.Apply(_directory, resources);
    }

    /// <inheritdoc/>
    public CgroupEntry Enter()
    {
        var fd = KernelFile.Open(_directory, LibC.O_RDONLY | LibC.O_DIRECTORY);
        return fd < 0 ? throw new RuntimeStepException("open", _directory, -fd) : new CgroupEntry([], new SafeFileHandle(fd, ownsHandle: true));
    }

    /// <inheritdoc/>
    public CgroupStatistics Statistics() => CgroupV2Statistics.Read(_directory);

    /// <inheritdoc/>
    public long OomKillCount() => KernelFile.NumberOf(KernelFile.Read(_directory + "/memory.events"), "oom_kill");

    /// <inheritdoc/>
    public IReadOnlyList<int> Processes() => CgroupTree.Processes(_directory);

    /// <inheritdoc/>
    public void Freeze() => SetFrozen("1");

    /// <inheritdoc/>
    public void Thaw() => SetFrozen("0");

    /// <inheritdoc/>
    public void Kill()
    {
        // cgroup.kill reaches frozen processes and those that are just being made; kernels before 5.14 do not have it.
        var errno = KernelFile.TryWrite(_directory + "/cgroup.kill", "1");
        if (errno != 0 && errno != LibC.ENOENT) throw new RuntimeStepException("kill", _directory, errno);
        CgroupTree.Kill(_directory);
    }

    /// <inheritdoc/>
    public void Delete() => CgroupTree.Remove(_directory);

    /// <summary>Lets every level above the cgroup hand down the controllers it has.</summary>
    internal static void EnableControllers(string mount, string path)
    {
        for (var end = 0; end >= 0; end = path.IndexOf('/', end + 1))
        {
            var level = mount + path[..end];
            var available = (KernelFile.Read(level + "/cgroup.controllers") ?? "").Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
            if (available.Length == 0) continue;
            var enabled = (KernelFile.Read(level + "/cgroup.subtree_control") ?? "").Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
            foreach (var controller in available)
            {
                if (enabled.Contains(controller)) continue;
                var errno = KernelFile.TryWrite(level + "/cgroup.subtree_control", "+" + controller);
                if (errno == LibC.EBUSY) throw new RuntimeStepException("enable controller " + controller + " in", level, errno, "Processes are in that cgroup itself; move them to one below.");
                if (errno != 0 && controller is "memory" or "pids" or "cpu" && errno != 0) throw new RuntimeStepException("enable controller " + controller + " in", level, errno);
            }
        }
    }

    private unsafe void SetFrozen(string value)
    {
        KernelFile.Write(_directory + "/cgroup.freeze", value);
        var fd = KernelFile.Open(_directory + "/cgroup.events", LibC.O_RDONLY);
        if (fd < 0) throw new RuntimeStepException("open", _directory + "/cgroup.events", -fd);
        using var events = new SafeFileHandle(fd, ownsHandle: true);
        var give = Environment.TickCount64 + 10_000;
        var buffer = stackalloc byte[64];
        while (KernelFile.NumberOf(KernelFile.Read(_directory + "/cgroup.events"), "frozen") != value[0] - '0')
        {
            var left = give - Environment.TickCount64;
            var poll = new Syscall.PollFd { fd = fd, events = 0x2 /* POLLPRI */ };
            if (left <= 0 || Syscall.poll(&poll, 1, (int)left) == 0)
                throw new RuntimeStepException(value == "1" ? "freeze" : "thaw", path, LibC.EAGAIN, "Its processes did not follow within 10 seconds.");

            // Reading the opened file is what arms the next event.
            _ = Syscall.Raw(Syscall.Number(17, 67) /* pread64 */, fd, (nint)buffer, 64, 0);
        }
    }
}
