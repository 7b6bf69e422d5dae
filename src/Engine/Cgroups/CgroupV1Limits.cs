using System.Globalization;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;
using Tmds.Linux;

namespace ContainerPS.Engine.Cgroups;

/// <summary>Writes limits to the files of v1 controllers, in the order of runc's: 0 and the empty text are "not set".</summary>
internal static class CgroupV1Limits
{
    /// <summary>Memory: the limit of memory and swap must never be below that of memory, so their order depends on the direction.</summary>
    internal static void ApplyMemory(LimitWriter writer, string path, LinuxMemory memory)
    {
        CheckUsage(path, memory);
        var (limit, swap) = (memory.Limit ?? 0, memory.Swap ?? 0);
        var (limitFile, swapFile) = (path + "/memory.limit_in_bytes", path + "/memory.memsw.limit_in_bytes");
        if (limit == -1 && swap == 0 && File.Exists(swapFile)) swap = -1;
        var swapFirst = limit != 0 && swap != 0 && (swap == -1 || KernelFile.ReadNumber(limitFile) is { } current && current < swap);
        if (swapFirst) WriteSwap();
        if (limit != 0) writer.Write("linux.resources.memory.limit", limitFile, Number(limit), LimitAdvice(path));
        if (swap != 0 && !swapFirst) WriteSwap();
        if (memory.Reservation is { } reservation and not 0) writer.Write("linux.resources.memory.reservation", path + "/memory.soft_limit_in_bytes", Number(reservation));
        if (memory.UseHierarchy is true) writer.Write("linux.resources.memory.useHierarchy", path + "/memory.use_hierarchy", "1");
        if (memory.DisableOOMKiller is true) writer.Write("linux.resources.memory.disableOOMKiller", path + "/memory.oom_control", "1");
        if (memory.Swappiness is { } swappiness and not ulong.MaxValue) writer.Write("linux.resources.memory.swappiness", path + "/memory.swappiness", Number(swappiness));

        void WriteSwap() => writer.Write(
            "linux.resources.memory.swap", swapFile, Number(swap), "It is a limit of memory and swap together, so it must not be below memory.limit, and the kernel must count swap.");
    }

    /// <summary>Idle, shares, period, burst and quota, real time.</summary>
    internal static void ApplyCpu(LimitWriter writer, string path, LinuxCpu cpu)
    {
        if (cpu.Idle is { } idle) writer.Write("linux.resources.cpu.idle", path + "/cpu.idle", Number(idle), "It must be 0 or 1.");

        // An idle cgroup has no shares.
        if (cpu.Shares is { } shares and not 0 && cpu.Idle is null or 0) WriteShares(writer, path, shares);

        // The kernel checks what quota and period or burst make together: what it refuses is tried again behind the quota.
        var quota = cpu.Quota ?? 0;
        var retries = new List<(string Field, string File, string Value, string Advice)>();
        if (cpu.Period is { } period and not 0) WriteWithQuota("linux.resources.cpu.period", path + "/cpu.cfs_period_us", Number(period), "It must be 1000 to 1000000 microseconds.");
        if (cpu.Burst is { } burst) WriteWithQuota("linux.resources.cpu.burst", path + "/cpu.cfs_burst_us", Number(burst), "It must not be above the quota.");
        if (quota != 0) writer.Write("linux.resources.cpu.quota", path + "/cpu.cfs_quota_us", Number(quota), "It must be at least 1000 microseconds, and its share of the period must not be above that of the cgroup above.");
        foreach (var (field, file, value, advice) in retries) writer.Write(field, file, value, advice);

        ApplyRealtime(writer, path, cpu);

        void WriteWithQuota(string field, string file, string value, string advice)
        {
            var errno = writer.TryWrite(file, value);
            if (errno == LibC.EINVAL && quota != 0) retries.Add((field, file, value, advice));
            else if (errno == LibC.ENOENT && field.EndsWith(".burst", StringComparison.Ordinal)) writer.Warnings.Add($"{field} is ignored: this kernel has no '{file}'.");
            else if (errno != 0) throw LimitWriter.Refusal(field, file, value, errno, advice);
        }
    }

    /// <summary>Real-time period and runtime; a process of a real-time policy cannot join a cgroup without a runtime.</summary>
    internal static void ApplyRealtime(LimitWriter writer, string path, LinuxCpu cpu)
    {
        var (periodFile, runtimeFile) = (path + "/cpu.rt_period_us", path + "/cpu.rt_runtime_us");
        var again = false;
        var period = cpu.RealtimePeriod ?? 0;
        if (period != 0)
        {
            var errno = writer.TryWrite(periodFile, Number(period));
            again = errno == LibC.EINVAL && cpu.RealtimeRuntime is not (null or 0);
            if (errno != 0 && !again) throw LimitWriter.Refusal("linux.resources.cpu.realtimePeriod", periodFile, Number(period), errno);
        }

        if (cpu.RealtimeRuntime is { } runtime and not 0)
            writer.Write("linux.resources.cpu.realtimeRuntime", runtimeFile, Number(runtime), "The cgroup above must have that much real time left to give.");
        if (again) writer.Write("linux.resources.cpu.realtimePeriod", periodFile, Number(period));
    }

    /// <summary>Processors and memory nodes.</summary>
    internal static void ApplyCpuset(LimitWriter writer, string path, LinuxCpu cpu)
    {
        if (!string.IsNullOrEmpty(cpu.Cpus)) writer.Write("linux.resources.cpu.cpus", path + "/cpuset.cpus", cpu.Cpus, "It must be a list such as 0-1,3 of processors that the cgroup above has.");
        if (!string.IsNullOrEmpty(cpu.Mems)) writer.Write("linux.resources.cpu.mems", path + "/cpuset.mems", cpu.Mems, "It must be a list such as 0-1 of memory nodes that the cgroup above has.");
    }

    /// <summary>Weights and rates of block devices.</summary>
    internal static void ApplyBlockIO(LimitWriter writer, string path, LinuxBlockIO io)
    {
        const string field = "linux.resources.blockIO.";
        if (io.Weight is { } weight and not 0) WriteWeight(writer, path, field + "weight", Number(weight), "");
        if (io.LeafWeight is { } leaf and not 0) WriteLeafWeight(writer, path, field + "leafWeight", Number(leaf), "");
        for (var i = 0; i < io.WeightDevice?.Count; i++)
        {
            var device = io.WeightDevice[i];
            if (device.Weight is { } own and not 0) WriteWeight(writer, path, $"{field}weightDevice[{i}].weight", OfDevice(device.Major, device.Minor, own), "_device");
            if (device.LeafWeight is { } ownLeaf and not 0) WriteLeafWeight(writer, path, $"{field}weightDevice[{i}].leafWeight", OfDevice(device.Major, device.Minor, ownLeaf), "_device");
        }

        WriteRates(io.ThrottleReadBpsDevice, "throttleReadBpsDevice", "read_bps");
        WriteRates(io.ThrottleWriteBpsDevice, "throttleWriteBpsDevice", "write_bps");
        WriteRates(io.ThrottleReadIOPSDevice, "throttleReadIOPSDevice", "read_iops");
        WriteRates(io.ThrottleWriteIOPSDevice, "throttleWriteIOPSDevice", "write_iops");

        void WriteRates(List<LinuxThrottleDevice>? devices, string name, string file)
        {
            for (var i = 0; i < devices?.Count; i++)
                writer.Write($"{field}{name}[{i}]", $"{path}/blkio.throttle.{file}_device", OfDevice(devices[i].Major, devices[i].Minor, devices[i].Rate), "It must be a whole block device that exists, not a partition.");
        }
    }

    /// <summary>Class and priorities of network packets.</summary>
    internal static void ApplyNetwork(LimitWriter writer, string? classes, string? priorities, LinuxNetwork network)
    {
        if (network.ClassID is { } id and not 0)
            writer.Write("linux.resources.network.classID", (classes ?? throw LimitWriter.Missing("linux.resources.network.classID", "net_cls")) + "/net_cls.classid", Number(id));
        for (var i = 0; i < network.Priorities?.Count; i++)
        {
            var field = $"linux.resources.network.priorities[{i}]";
            var directory = priorities ?? throw LimitWriter.Missing(field, "net_prio");
            writer.Write(field, directory + "/net_prio.ifpriomap", $"{network.Priorities[i].Name} {Number(network.Priorities[i].Priority)}", "The interface must exist.");
        }
    }

    private static void CheckUsage(string path, LinuxMemory memory)
    {
        if (memory.CheckBeforeUpdate is not true || KernelFile.ReadNumber(path + "/memory.usage_in_bytes") is not { } usage) return;
        if (memory.Limit is > 0 && usage >= memory.Limit) throw new InvalidSpecException("linux.resources.memory.limit", $"{memory.Limit} is not above the {usage} bytes in use");
        if (memory.Swap is > 0 && usage >= memory.Swap) throw new InvalidSpecException("linux.resources.memory.swap", $"{memory.Swap} is not above the {usage} bytes in use");
    }

    private static string LimitAdvice(string path)
    {
        var (usage, peak) = (KernelFile.ReadNumber(path + "/memory.usage_in_bytes") ?? 0, KernelFile.ReadNumber(path + "/memory.max_usage_in_bytes") ?? 0);
        return string.Create(CultureInfo.InvariantCulture, $"In use are {usage} bytes, at most were {peak}; a limit of memory and swap together must not be below.");
    }

    private static void WriteShares(LimitWriter writer, string path, ulong shares)
    {
        writer.Write("linux.resources.cpu.shares", path + "/cpu.shares", Number(shares));

        // The kernel takes any number and keeps the next that it allows.
        if (KernelFile.ReadNumber(path + "/cpu.shares") is { } kept && (ulong)kept != shares)
            throw new InvalidSpecException("linux.resources.cpu.shares", $"{shares} is out of range: {(shares > (ulong)kept ? "the most" : "the least")} is {kept}");
    }

    /// <summary>The file's name depends on the I/O scheduler the kernel was built with.</summary>
    private static void WriteWeight(LimitWriter writer, string path, string field, string value, string suffix)
    {
        var file = File.Exists($"{path}/blkio.weight{suffix}") ? $"{path}/blkio.weight{suffix}" : $"{path}/blkio.bfq.weight{suffix}";
        var errno = writer.TryWrite(file, value);
        if (errno == LibC.ENOENT) throw LimitWriter.Refusal(field, file, value, errno, "This kernel's I/O schedulers know no weights; leave the field out.");
        if (errno != 0) throw LimitWriter.Refusal(field, file, value, errno, "A weight is 10 to 1000.");
    }

    private static void WriteLeafWeight(LimitWriter writer, string path, string field, string value, string suffix) =>
        writer.Write(field, $"{path}/blkio.leaf_weight{suffix}", value, "Kernels since 5.0 know no leaf weights; leave the field out.");

    private static string OfDevice(long major, long minor, ulong value) => string.Create(CultureInfo.InvariantCulture, $"{major}:{minor} {value}");

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
