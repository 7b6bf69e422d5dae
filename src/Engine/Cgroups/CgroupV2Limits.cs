using System.Globalization;
using ContainerPS.Engine.Oci;
using Tmds.Linux;

namespace ContainerPS.Engine.Cgroups;

/// <summary>Writes limits, given in v1 units, to the files of v2 controllers; conversions as runc makes them.</summary>
internal static class CgroupV2Limits
{
    internal static void Apply(string directory, LinuxResources resources)
    {
        ApplyMemory(directory, resources.Memory);
        ApplyCpu(directory, resources.Cpu);
        if (resources.Pids?.Limit is { } pids) KernelFile.Write(directory + "/pids.max", pids > 0 ? Number(pids) : "max");
        ApplyBlockIO(directory, resources.BlockIO);
        ApplyHugepages(directory, resources.HugepageLimits);
        foreach (var (device, limit) in resources.Rdma ?? [])
            KernelFile.Write(directory + "/rdma.max", $"{device} hca_handle={limit.HcaHandles?.ToString(CultureInfo.InvariantCulture) ?? "max"} hca_object={limit.HcaObjects?.ToString(CultureInfo.InvariantCulture) ?? "max"}");
        ApplyUnified(directory, resources.Unified);
    }

    /// <summary>1024 shares of 262144 are weight 39 of 10000; 0 stays 0 (not set).</summary>
    internal static ulong WeightOfShares(ulong shares) => shares == 0 ? 0 : 1 + ((Math.Clamp(shares, 2, 262144) - 2) * 9999 / 262142);

    /// <summary>Block weights 10 to 1000 become 1 to 10000.</summary>
    internal static ulong WeightOfBlockIO(ushort weight) => weight == 0 ? 0 : 1 + ((Math.Clamp(weight, (ulong)10, 1000) - 10) * 9999 / 990);

    /// <summary>v1 limits memory and swap together, v2 swap alone; null when there is nothing to write.</summary>
    internal static long? SwapAlone(long? memory, long? both)
    {
        if (both is not { } total || (total == 0 && memory is null or 0)) return null;
        if (total is -1 or 0) return total == 0 ? 0 : -1;
        if (memory is not > 0) throw new InvalidSpecException("linux.resources.memory.swap", "needs a limit of memory, too");
        if (total < memory) throw new InvalidSpecException("linux.resources.memory.swap", $"{total} must not be below the limit of memory, {memory}");
        return total - memory;
    }

    internal static void ApplyHugepages(string directory, List<LinuxHugepageLimit>? limits)
    {
        foreach (var limit in limits ?? [])
            KernelFile.Write($"{directory}/hugetlb.{limit.PageSize}.max", limit.Limit.ToString(CultureInfo.InvariantCulture));
    }

    internal static void ApplyUnified(string directory, Dictionary<string, string>? files)
    {
        foreach (var (name, value) in files ?? [])
        {
            if (name.Contains('/') || name is "." or ".." || name.Contains('\0')) throw new InvalidSpecException($"linux.resources.unified['{name}']", "must be the name of a file of cgroup v2");
            foreach (var line in value.Split('\n', StringSplitOptions.RemoveEmptyEntries)) KernelFile.Write($"{directory}/{name}", line);
        }
    }

    private static void ApplyMemory(string directory, LinuxMemory? memory)
    {
        if (memory is null) return;
        if (memory.CheckBeforeUpdate is true && memory.Limit is > 0 && KernelFile.ReadNumber(directory + "/memory.current") is { } usage && usage > memory.Limit)
            throw new InvalidSpecException("linux.resources.memory.limit", $"{memory.Limit} is below the {usage} bytes in use");
        if (SwapAlone(memory.Limit, memory.Swap) is { } swap)
        {
            var errno = KernelFile.TryWrite(directory + "/memory.swap.max", Max(swap));

            // Without swap accounting nothing is asked by "no limit" or "no swap beyond the memory".
            if (errno != 0 && !(errno == LibC.ENOENT && swap <= 0)) throw new RuntimeStepException($"write '{Max(swap)}' to", directory + "/memory.swap.max", errno);
        }

        if (memory.Limit is { } limit and not 0) KernelFile.Write(directory + "/memory.max", Max(limit));
        if (memory.Reservation is { } reservation and not 0) KernelFile.Write(directory + "/memory.low", Max(reservation));
    }

    private static void ApplyCpu(string directory, LinuxCpu? cpu)
    {
        if (cpu is null) return;
        if (cpu.Idle is { } idle) KernelFile.Write(directory + "/cpu.idle", Number(idle));
        if (cpu.Shares is { } shares and not 0 && cpu.Idle is null or 0) KernelFile.Write(directory + "/cpu.weight", WeightOfShares(shares).ToString(CultureInfo.InvariantCulture));
        if (cpu.Quota is not null || cpu.Period is not null)
        {
            var period = cpu.Period is { } p and not 0 ? p : 100000;
            KernelFile.Write(directory + "/cpu.max", string.Create(CultureInfo.InvariantCulture, $"{(cpu.Quota is > 0 ? Number(cpu.Quota.Value) : "max")} {period}"));
        }

        if (cpu.Burst is { } burst) KernelFile.Write(directory + "/cpu.max.burst", burst.ToString(CultureInfo.InvariantCulture));
        if (!string.IsNullOrEmpty(cpu.Cpus)) KernelFile.Write(directory + "/cpuset.cpus", cpu.Cpus);
        if (!string.IsNullOrEmpty(cpu.Mems)) KernelFile.Write(directory + "/cpuset.mems", cpu.Mems);
    }

    private static void ApplyBlockIO(string directory, LinuxBlockIO? io)
    {
        if (io is null) return;
        if (io.Weight is { } weight and not 0)
        {
            // BFQ keeps v1's range in a file of its own.
            var errno = KernelFile.TryWrite(directory + "/io.bfq.weight", weight.ToString(CultureInfo.InvariantCulture));
            if (errno == LibC.ENOENT) KernelFile.Write(directory + "/io.weight", WeightOfBlockIO(weight).ToString(CultureInfo.InvariantCulture));
            else if (errno != 0) throw new RuntimeStepException($"write '{weight}' to", directory + "/io.bfq.weight", errno);
        }

        foreach (var device in io.WeightDevice ?? [])
            if (device.Weight is { } own) KernelFile.Write(directory + "/io.bfq.weight", string.Create(CultureInfo.InvariantCulture, $"{device.Major}:{device.Minor} {own}"));
        WriteRates(io.ThrottleReadBpsDevice, "rbps");
        WriteRates(io.ThrottleWriteBpsDevice, "wbps");
        WriteRates(io.ThrottleReadIOPSDevice, "riops");
        WriteRates(io.ThrottleWriteIOPSDevice, "wiops");

        void WriteRates(List<LinuxThrottleDevice>? devices, string name)
        {
            foreach (var device in devices ?? [])
                KernelFile.Write(directory + "/io.max", string.Create(CultureInfo.InvariantCulture, $"{device.Major}:{device.Minor} {name}={device.Rate}"));
        }
    }

    private static string Max(long value) => value < 0 ? "max" : Number(value);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
