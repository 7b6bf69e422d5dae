namespace ContainerPS.Engine.Containers;

// Memory, processors, disks, processes.
internal static partial class SettingsValidator
{
    // Less than this and no program starts (Docker's limit).
    private const long LeastMemory = 6L << 20;

    /// <summary>Checks what can be changed while a container runs.</summary>
    internal static void ValidateLimits(ContainerSettings settings)
    {
        ValidateMemory(settings);
        ValidateCpu(settings);
        if (settings.PidsLimit is 0 or < -1) throw Refused("PidsLimit", settings.PidsLimit, "Give 1 or more, or -1 for no limit.");
        if (settings.BlockIOWeight is not (null or (>= 10 and <= 1000))) throw Refused("BlockIOWeight", settings.BlockIOWeight, "Give 10 to 1000.");
        foreach (var limit in settings.BlockIOWeightDevices)
            if (limit.Weight is not (0 or (>= 10 and <= 1000))) throw Refused("BlockIOWeightDevice", limit.Weight, "Give 10 to 1000.");
    }

    private static void ValidateMemory(ContainerSettings settings)
    {
        if (settings.Memory is { } memory && memory < LeastMemory) throw Refused("Memory", memory, "Give at least 6 MB.");
        if (settings.MemoryReservation is { } reservation && (reservation < LeastMemory || reservation > settings.Memory))
            throw Refused("MemoryReservation", reservation, "Give at least 6 MB and no more than -Memory.");
        if (settings.MemorySwappiness is < 0 or > 100) throw Refused("MemorySwappiness", settings.MemorySwappiness, "Give 0 to 100.");
        if (settings.MemorySwap is not { } swap) return;
        if (settings.Memory is null) throw Refused("MemorySwap", swap, "It is the sum of memory and swap: give -Memory as well.");
        if (swap is not (-1 or 0) && swap < settings.Memory)
            throw Refused("MemorySwap", swap, "It is the sum of memory and swap: give at least -Memory, or -1 for unlimited swap.");
    }

    private static void ValidateCpu(ContainerSettings settings)
    {
        if (settings.CpuShares is < 2 or > 262144) throw Refused("CpuShares", settings.CpuShares, "Give 2 to 262144; 1024 is the usual share.");
        if (settings.Cpus is { } cpus && !(cpus >= 0.01 && cpus <= Environment.ProcessorCount))
            throw Refused("Cpus", cpus, $"Give 0.01 to {Environment.ProcessorCount}, the number of processors here.");
        if (settings.CpuPeriod is not (null or (>= 1000 and <= 1_000_000))) throw Refused("CpuPeriod", settings.CpuPeriod, "Give 1000 to 1000000 microseconds.");
        if (settings.CpuQuota is < -1 or (> 0 and < 1000)) throw Refused("CpuQuota", settings.CpuQuota, "Give at least 1000 microseconds, or -1 for no limit.");
        if (settings is { Cpus: not null, CpuPeriod: not null }) throw Refused("CpuPeriod", settings.CpuPeriod, "-Cpus says the same in other words: leave one out.");
        if (settings is { Cpus: not null, CpuQuota: not null }) throw Refused("CpuQuota", settings.CpuQuota, "-Cpus says the same in other words: leave one out.");
        if (settings.CpuRealtimePeriod is <= 0) throw Refused("CpuRealtimePeriod", settings.CpuRealtimePeriod, "Give microseconds over zero.");
        if (settings.CpuRealtimeRuntime is { } runtime && (runtime < 0 || runtime > (settings.CpuRealtimePeriod ?? 1_000_000)))
            throw Refused("CpuRealtimeRuntime", runtime, "Give microseconds that are no more than -CpuRealtimePeriod, which is 1000000 when left out.");
        if (settings.CpuSet is { } set) CpuSet.Parse(set, "CpuSet");
        if (settings.CpuSetMemory is { } nodes) CpuSet.Parse(nodes, "CpuSetMemory");
    }
}
