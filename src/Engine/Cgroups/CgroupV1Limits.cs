using System.Globalization;
using System.Text;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Cgroups;

/// <summary>Writes limits to the files of v1 controllers. A limit whose controller is not mounted is an error that says so.</summary>
internal static unsafe class CgroupV1Limits
{
    /// <summary>Applies the rules in their order, after denying everything.</summary>
    internal static void ApplyDevices(string? directory, IReadOnlyList<LinuxDeviceCgroup> rules)
    {
        if (directory is null) return;
        using var allow = Open(directory + "/devices.allow");
        using var deny = Open(directory + "/devices.deny");
        foreach (var rule in DeviceRules.Complete(rules)) Write(rule.Allow ? allow : deny, DeviceRules.ToText(rule), directory);
    }

    /// <summary>Memory: the limit of memory and swap must never be below that of memory, so their order depends on the direction.</summary>
    internal static void ApplyMemory(string? directory, LinuxMemory? memory)
    {
        if (memory is null || (memory.Limit ?? memory.Swap ?? memory.Reservation) is null && memory.Swappiness is null && memory.DisableOOMKiller is not true) return;
        var path = Need(directory, "memory", "linux.resources.memory");
        var (limit, swap) = (memory.Limit, memory.Swap);
        if (memory.CheckBeforeUpdate is true && limit is > 0 && KernelFile.ReadNumber(path + "/memory.usage_in_bytes") is { } usage && usage > limit)
            throw new InvalidSpecException("linux.resources.memory.limit", $"{limit} is below the {usage} bytes in use");
        var swapFile = path + "/memory.memsw.limit_in_bytes";
        if (limit == -1 && swap is null && File.Exists(swapFile)) swap = -1;
        var swapFirst = limit is not null && swap is not null && (swap == -1 || KernelFile.ReadNumber(swapFile) is { } current && current < limit);
        if (swapFirst) KernelFile.Write(swapFile, Number(swap!.Value));
        if (limit is { } bytes) WriteMemoryLimit(path, bytes);
        if (swap is { } both && !swapFirst) KernelFile.Write(swapFile, Number(both));
        if (memory.Reservation is { } reservation) KernelFile.Write(path + "/memory.soft_limit_in_bytes", Number(reservation));
        if (memory.Swappiness is { } swappiness) WriteSwappiness(path, swappiness);
        if (memory.DisableOOMKiller is true) KernelFile.Write(path + "/memory.oom_control", "1");
    }

    /// <summary>Shares, period and quota, burst, idle, real time.</summary>
    internal static void ApplyCpu(string? directory, LinuxCpu? cpu)
    {
        if (cpu is null || cpu.Shares is null or 0 && cpu.Quota is null && cpu.Period is null or 0 && cpu.Burst is null && cpu.Idle is null && cpu.RealtimePeriod is null && cpu.RealtimeRuntime is null) return;
        var path = Need(directory, "cpu", "linux.resources.cpu");
        if (cpu.Idle is { } idle) KernelFile.Write(path + "/cpu.idle", Number(idle));
        if (cpu.Shares is { } shares and not 0 && cpu.Idle is null or 0) KernelFile.Write(path + "/cpu.shares", shares.ToString(CultureInfo.InvariantCulture));

        // A burst above the quota, or a quota above what the old period allows, is refused: so burst goes first to 0 and last to its value.
        if (cpu.Period is { } period and not 0)
        {
            var errno = KernelFile.TryWrite(path + "/cpu.cfs_period_us", period.ToString(CultureInfo.InvariantCulture));
            if (errno == LibC.EINVAL && cpu.Quota is { } later and not 0)
            {
                KernelFile.Write(path + "/cpu.cfs_quota_us", Number(later));
                errno = KernelFile.TryWrite(path + "/cpu.cfs_period_us", period.ToString(CultureInfo.InvariantCulture));
            }

            if (errno != 0) throw new RuntimeStepException($"write '{period}' to", path + "/cpu.cfs_period_us", errno, "linux.resources.cpu.period must be 1000 to 1000000 microseconds.");
        }

        if (cpu.Quota is { } quota and not 0) KernelFile.Write(path + "/cpu.cfs_quota_us", Number(quota));
        if (cpu.Burst is { } burst) KernelFile.Write(path + "/cpu.cfs_burst_us", burst.ToString(CultureInfo.InvariantCulture));
        if (cpu.RealtimePeriod is { } realtimePeriod and not 0) KernelFile.Write(path + "/cpu.rt_period_us", realtimePeriod.ToString(CultureInfo.InvariantCulture));
        if (cpu.RealtimeRuntime is { } runtime and not 0) KernelFile.Write(path + "/cpu.rt_runtime_us", Number(runtime));
    }

    /// <summary>Processors and memory nodes.</summary>
    internal static void ApplyCpuset(string? directory, LinuxCpu? cpu)
    {
        if (string.IsNullOrEmpty(cpu?.Cpus) && string.IsNullOrEmpty(cpu?.Mems)) return;
        var path = Need(directory, "cpuset", "linux.resources.cpu.cpus");
        if (!string.IsNullOrEmpty(cpu.Cpus)) KernelFile.Write(path + "/cpuset.cpus", cpu.Cpus);
        if (!string.IsNullOrEmpty(cpu.Mems)) KernelFile.Write(path + "/cpuset.mems", cpu.Mems);
    }

    /// <summary>Number of processes.</summary>
    internal static void ApplyPids(string? directory, LinuxPids? pids)
    {
        if (pids?.Limit is not { } limit) return;
        KernelFile.Write(Need(directory, "pids", "linux.resources.pids.limit") + "/pids.max", limit > 0 ? Number(limit) : "max");
    }

    /// <summary>Weights and rates of block devices.</summary>
    internal static void ApplyBlockIO(string? directory, LinuxBlockIO? io)
    {
        if (io is null) return;
        if (io.Weight is { } weight and not 0) WriteWeight(Need(directory, "blkio", "linux.resources.blockIO.weight"), weight.ToString(CultureInfo.InvariantCulture), "");
        foreach (var device in io.WeightDevice ?? [])
            if (device.Weight is { } own) WriteWeight(Need(directory, "blkio", "linux.resources.blockIO.weightDevice"), string.Create(CultureInfo.InvariantCulture, $"{device.Major}:{device.Minor} {own}"), "_device");
        WriteRates(io.ThrottleReadBpsDevice, "read_bps");
        WriteRates(io.ThrottleWriteBpsDevice, "write_bps");
        WriteRates(io.ThrottleReadIOPSDevice, "read_iops");
        WriteRates(io.ThrottleWriteIOPSDevice, "write_iops");

        void WriteRates(List<LinuxThrottleDevice>? devices, string name)
        {
            foreach (var device in devices ?? [])
                KernelFile.Write($"{Need(directory, "blkio", "linux.resources.blockIO")}/blkio.throttle.{name}_device", string.Create(CultureInfo.InvariantCulture, $"{device.Major}:{device.Minor} {device.Rate}"));
        }
    }

    /// <summary>Huge pages by size.</summary>
    internal static void ApplyHugepages(string directory, List<LinuxHugepageLimit>? limits)
    {
        foreach (var limit in limits ?? [])
            KernelFile.Write($"{directory}/hugetlb.{limit.PageSize}.limit_in_bytes", limit.Limit.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Class and priorities of network packets.</summary>
    internal static void ApplyNetwork(string? classes, string? priorities, LinuxNetwork? network)
    {
        if (network?.ClassID is { } id and not 0) KernelFile.Write(Need(classes, "net_cls", "linux.resources.network.classID") + "/net_cls.classid", id.ToString(CultureInfo.InvariantCulture));
        foreach (var priority in network?.Priorities ?? [])
            KernelFile.Write(Need(priorities, "net_prio", "linux.resources.network.priorities") + "/net_prio.ifpriomap", string.Create(CultureInfo.InvariantCulture, $"{priority.Name} {priority.Priority}"));
    }

    private static void WriteMemoryLimit(string path, long bytes)
    {
        var errno = KernelFile.TryWrite(path + "/memory.limit_in_bytes", Number(bytes));
        if (errno == LibC.EBUSY) throw new RuntimeStepException($"write '{bytes}' to", path + "/memory.limit_in_bytes", errno, "More memory than that is in use.");
        if (errno != 0) throw new RuntimeStepException($"write '{bytes}' to", path + "/memory.limit_in_bytes", errno);
    }

    private static void WriteSwappiness(string path, ulong swappiness)
    {
        if (swappiness > 100) throw new InvalidSpecException("linux.resources.memory.swappiness", $"{swappiness} must be 0 to 100");
        KernelFile.Write(path + "/memory.swappiness", swappiness.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The file's name depends on the I/O scheduler the kernel was built with.</summary>
    private static void WriteWeight(string path, string value, string suffix)
    {
        var errno = KernelFile.TryWrite($"{path}/blkio.weight{suffix}", value);
        if (errno == LibC.ENOENT) errno = KernelFile.TryWrite($"{path}/blkio.bfq.weight{suffix}", value);
        if (errno == LibC.ENOENT) throw new RuntimeStepException($"write '{value}' to", $"{path}/blkio.weight{suffix}", errno, "This kernel's I/O schedulers know no weights; leave linux.resources.blockIO.weight out.");
        if (errno != 0) throw new RuntimeStepException($"write '{value}' to", $"{path}/blkio.weight{suffix}", errno);
    }

    private static string Need(string? directory, string controller, string field) =>
        directory ?? throw new InvalidSpecException(field, $"needs the {controller} controller, which is not mounted on this machine");

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static SafeFileHandle Open(string path)
    {
        var fd = KernelFile.Open(path, LibC.O_WRONLY);
        return fd < 0 ? throw new RuntimeStepException("open", path, -fd) : new SafeFileHandle(fd, ownsHandle: true);
    }

    private static void Write(SafeFileHandle file, string rule, string directory)
    {
        Span<byte> bytes = stackalloc byte[64];
        if (!Encoding.UTF8.TryGetBytes(rule, bytes, out var length)) throw new InvalidSpecException("linux.resources.devices", $"have a rule '{rule}' that is too long");
        nint result;
        fixed (byte* pointer = bytes) result = Syscall.write(file.Number(), pointer, length);
        if (result < 0) throw new RuntimeStepException($"write device rule '{rule}' to", directory, (int)-result);
    }
}
