using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Cgroups;

/// <summary>Which limits a document asks for: the first field of a controller that is not null, 0 or empty, or null when there is none.</summary>
internal static class AskedLimits
{
    internal static string? OfMemory(LinuxMemory? memory)
    {
        if (memory is null) return null;
        const string field = "linux.resources.memory.";
        return IsSet(memory.Limit) ? field + "limit"
            : IsSet(memory.Swap) ? field + "swap"
            : IsSet(memory.Reservation) ? field + "reservation"
            : memory.Swappiness is not (null or ulong.MaxValue) ? field + "swappiness"
            : memory.DisableOOMKiller is true ? field + "disableOOMKiller"
            : memory.UseHierarchy is true ? field + "useHierarchy"
            : null;
    }

    internal static string? OfCpu(LinuxCpu? cpu)
    {
        if (cpu is null) return null;
        const string field = "linux.resources.cpu.";
        return IsSet(cpu.Shares) ? field + "shares"
            : IsSet(cpu.Quota) ? field + "quota"
            : IsSet(cpu.Period) ? field + "period"
            : cpu.Burst is not null ? field + "burst"
            : cpu.Idle is not null ? field + "idle"
            : IsSet(cpu.RealtimeRuntime) ? field + "realtimeRuntime"
            : IsSet(cpu.RealtimePeriod) ? field + "realtimePeriod"
            : null;
    }

    internal static string? OfCpuset(LinuxCpu? cpu) =>
        !string.IsNullOrEmpty(cpu?.Cpus) ? "linux.resources.cpu.cpus" : !string.IsNullOrEmpty(cpu?.Mems) ? "linux.resources.cpu.mems" : null;

    internal static string? OfPids(LinuxPids? pids) => IsSet(pids?.Limit) ? "linux.resources.pids.limit" : null;

    internal static string? OfBlockIO(LinuxBlockIO? io)
    {
        if (io is null) return null;
        const string field = "linux.resources.blockIO.";
        return io.Weight is not (null or 0) ? field + "weight"
            : io.LeafWeight is not (null or 0) ? field + "leafWeight"
            : io.WeightDevice is { Count: > 0 } ? field + "weightDevice"
            : io.ThrottleReadBpsDevice is { Count: > 0 } ? field + "throttleReadBpsDevice"
            : io.ThrottleWriteBpsDevice is { Count: > 0 } ? field + "throttleWriteBpsDevice"
            : io.ThrottleReadIOPSDevice is { Count: > 0 } ? field + "throttleReadIOPSDevice"
            : io.ThrottleWriteIOPSDevice is { Count: > 0 } ? field + "throttleWriteIOPSDevice"
            : null;
    }

    internal static string? OfHugepages(List<LinuxHugepageLimit>? limits) => limits is { Count: > 0 } ? "linux.resources.hugepageLimits" : null;

    internal static string? OfRdma(Dictionary<string, LinuxRdma>? devices) => devices is { Count: > 0 } ? "linux.resources.rdma" : null;

    internal static string? OfNetwork(LinuxNetwork? network) =>
        network?.ClassID is not (null or 0) ? "linux.resources.network.classID" : network?.Priorities is { Count: > 0 } ? "linux.resources.network.priorities" : null;

    internal static string? OfUnified(Dictionary<string, string>? files) => files is { Count: > 0 } ? $"linux.resources.unified['{files.Keys.First()}']" : null;

    /// <summary>The first limit of all; device rules are none.</summary>
    internal static string? First(LinuxResources? resources) => resources is null ? null
        : OfMemory(resources.Memory) ?? OfCpu(resources.Cpu) ?? OfCpuset(resources.Cpu) ?? OfPids(resources.Pids) ?? OfBlockIO(resources.BlockIO)
            ?? OfHugepages(resources.HugepageLimits) ?? OfRdma(resources.Rdma) ?? OfNetwork(resources.Network) ?? OfUnified(resources.Unified);

    private static bool IsSet(long? value) => value is not (null or 0);

    private static bool IsSet(ulong? value) => value is not (null or 0);
}
