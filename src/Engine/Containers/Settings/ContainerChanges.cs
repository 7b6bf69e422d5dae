namespace ContainerPS;

/// <summary>What is to change of a container that exists, running or not. Null stays as it is.</summary>
public sealed record ContainerChanges
{
    /// <summary>Bytes of memory.</summary>
    public long? Memory { get; set; }

    /// <summary>Bytes of memory that reclaim spares.</summary>
    public long? MemoryReservation { get; set; }

    /// <summary>Bytes of memory and swap together; -1 for unlimited swap.</summary>
    public long? MemorySwap { get; set; }

    /// <summary>Relative weight, 2 to 262144.</summary>
    public long? CpuShares { get; set; }

    /// <summary>CPUs' worth of time, such as 0.5.</summary>
    public double? Cpus { get; set; }

    /// <summary>Microseconds after which the quota begins anew.</summary>
    public long? CpuPeriod { get; set; }

    /// <summary>Microseconds of the processors' time in each period; -1 is unlimited.</summary>
    public long? CpuQuota { get; set; }

    /// <summary>Microseconds after which the real-time runtime begins anew (cgroup v1).</summary>
    public long? CpuRealtimePeriod { get; set; }

    /// <summary>Microseconds in each period that real-time programs may run (cgroup v1).</summary>
    public long? CpuRealtimeRuntime { get; set; }

    /// <summary>CPUs it may run on.</summary>
    public string? CpuSet { get; set; }

    /// <summary>Memory nodes it may use.</summary>
    public string? CpuSetMemory { get; set; }

    /// <summary>Most processes; -1 is unlimited.</summary>
    public long? PidsLimit { get; set; }

    /// <summary>Weight of its disk traffic, 10 to 1000.</summary>
    public int? BlockIOWeight { get; set; }

    /// <summary>What happens when its program ends.</summary>
    public RestartPolicy? Restart { get; set; }

    /// <summary>The settings with the changes.</summary>
    /// <exception cref="InvalidSettingException">The two contradict each other.</exception>
    internal ContainerSettings ApplyTo(ContainerSettings settings)
    {
        if (Cpus is not null && (settings.CpuPeriod ?? settings.CpuQuota) is not null)
            throw Refused("Cpus", Cpus, "-CpuPeriod and -CpuQuota are set already, which say the same in other words: change those.");
        if (settings.Cpus is not null && CpuPeriod is not null) throw Refused("CpuPeriod", CpuPeriod, "-Cpus is set already, which says the same in other words: change that.");
        if (settings.Cpus is not null && CpuQuota is not null) throw Refused("CpuQuota", CpuQuota, "-Cpus is set already, which says the same in other words: change that.");
        if (Memory > settings.MemorySwap && settings.MemorySwap > 0 && MemorySwap is null)
            throw Refused("Memory", Memory, $"-MemorySwap is {settings.MemorySwap} already, the sum of memory and swap: change that as well.");
        if (settings.Remove && Restart is { Mode: not RestartMode.No }) throw Refused("Restart", Restart, "The container is removed when it ends, so that nothing is left to start again.");
        return settings with
        {
            Memory = Memory ?? settings.Memory,
            MemoryReservation = MemoryReservation ?? settings.MemoryReservation,
            MemorySwap = MemorySwap ?? settings.MemorySwap,
            CpuShares = CpuShares ?? settings.CpuShares,
            Cpus = Cpus ?? settings.Cpus,
            CpuPeriod = CpuPeriod ?? settings.CpuPeriod,
            CpuQuota = CpuQuota ?? settings.CpuQuota,
            CpuRealtimePeriod = CpuRealtimePeriod ?? settings.CpuRealtimePeriod,
            CpuRealtimeRuntime = CpuRealtimeRuntime ?? settings.CpuRealtimeRuntime,
            CpuSet = CpuSet ?? settings.CpuSet,
            CpuSetMemory = CpuSetMemory ?? settings.CpuSetMemory,
            PidsLimit = PidsLimit ?? settings.PidsLimit,
            BlockIOWeight = BlockIOWeight ?? settings.BlockIOWeight,
            Restart = Restart ?? settings.Restart,
        };
    }

    private static InvalidSettingException Refused(string parameter, object value, string advice) =>
        new(parameter, value, FormattableString.Invariant($"-{parameter} '{value}' is refused. {advice}"));
}
