using System.Globalization;

namespace ContainerPS.Engine.Cgroups;

/// <summary>
/// Real-time processor time on cgroup v1 (kernel documentation, scheduler/sched-rt-group): a cgroup can give those below no more than it has, and a new one has
/// none. So those above a container's cgroup are given what all below them have together.
/// </summary>
internal static class RealtimeBudget
{
    private const double UsualPeriod = 1_000_000;

    /// <summary>Gives the cgroups above a container's what it needs; nothing on v2, or where the kernel has no such limits.</summary>
    /// <param name="cgroupPath">The container's cgroup.</param>
    /// <param name="runtime">Microseconds in each period.</param>
    /// <param name="period">The period in microseconds; null for a second.</param>
    /// <exception cref="InvalidSettingException">The machine has not that much left.</exception>
    internal static void Provide(string cgroupPath, long runtime, long? period)
    {
        if (runtime == 0 || !CgroupMounts.Detect().V1.TryGetValue("cpu", out var root) || !File.Exists(root + "/cpu.rt_runtime_us")) return;
        var share = runtime / (period ?? UsualPeriod);
        var needs = new Stack<(string Folder, double Share)>();
        for (var child = root + cgroupPath; Path.GetDirectoryName(child) is { } folder && folder != root; child = folder)
        {
            Directory.CreateDirectory(folder);
            foreach (var sibling in Directory.EnumerateDirectories(folder))
                if (sibling != child) share += ShareOf(sibling);
            needs.Push((folder, share));
        }

        foreach (var (folder, need) in needs) Raise(folder, need, runtime);
    }

    private static double ShareOf(string folder) =>
        KernelFile.ReadNumber(folder + "/cpu.rt_runtime_us") is > 0 and var runtime && KernelFile.ReadNumber(folder + "/cpu.rt_period_us") is > 0 and var period ? (double)runtime / period : 0;

    private static void Raise(string folder, double share, long asked)
    {
        if (ShareOf(folder) >= share) return;
        var period = KernelFile.ReadNumber(folder + "/cpu.rt_period_us") ?? (long)UsualPeriod;
        var needed = ((long)Math.Ceiling(share * period)).ToString(CultureInfo.InvariantCulture);
        if (KernelFile.TryWrite(folder + "/cpu.rt_runtime_us", needed) != 0)
            throw new InvalidSettingException("CpuRealtimeRuntime", asked, $"-CpuRealtimeRuntime '{asked}' is refused. The machine has not that much real time left: '{folder}' cannot be given {needed} of {period} microseconds.");
    }
}
