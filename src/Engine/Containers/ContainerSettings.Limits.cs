namespace ContainerPS;

/// <content>How much of the machine it may use.</content>
public sealed partial record ContainerSettings
{
    /// <summary>Bytes of memory.</summary>
    public long? Memory { get; set; }

    /// <summary>Bytes of memory that reclaim spares.</summary>
    public long? MemoryReservation { get; set; }

    /// <summary>Bytes of memory and swap together; -1 for unlimited swap.</summary>
    public long? MemorySwap { get; set; }

    /// <summary>0 to 100.</summary>
    public int? MemorySwappiness { get; set; }

    /// <summary>True to let its processes wait, not die, when its memory is used up (cgroup v1).</summary>
    public bool OomKillDisable { get; set; }

    /// <summary>-1000 to 1000.</summary>
    public int? OomScoreAdj { get; set; }

    /// <summary>Relative weight, 2 to 262144.</summary>
    public long? CpuShares { get; set; }

    /// <summary>CPUs' worth of time, such as 0.5.</summary>
    public double? Cpus { get; set; }

    /// <summary>CPUs it may run on, such as <c>0-3,5</c>.</summary>
    public string? CpuSet { get; set; }

    /// <summary>Memory nodes it may use, such as <c>0,1</c>.</summary>
    public string? CpuSetMemory { get; set; }

    /// <summary>Microseconds after which <see cref="CpuQuota"/> begins anew; null for 100,000.</summary>
    public long? CpuPeriod { get; set; }

    /// <summary>Microseconds of the processors' time in each period; 0 or less is unlimited.</summary>
    public long? CpuQuota { get; set; }

    /// <summary>Microseconds after which <see cref="CpuRealtimeRuntime"/> begins anew (cgroup v1).</summary>
    public long? CpuRealtimePeriod { get; set; }

    /// <summary>Microseconds in each period that real-time programs may run (cgroup v1).</summary>
    public long? CpuRealtimeRuntime { get; set; }

    /// <summary>Most processes; -1 is unlimited.</summary>
    public long? PidsLimit { get; set; }

    /// <summary>Weight of its disk traffic against others', 10 to 1000.</summary>
    public int? BlockIOWeight { get; set; }

    /// <summary>That weight for single devices.</summary>
    public IReadOnlyList<DeviceWeightSetting> BlockIOWeightDevices { get; set; } = [];

    /// <summary>Most bytes read from a device in a second.</summary>
    public IReadOnlyList<DeviceRateSetting> DeviceReadBps { get; set; } = [];

    /// <summary>Most bytes written to a device in a second.</summary>
    public IReadOnlyList<DeviceRateSetting> DeviceWriteBps { get; set; } = [];

    /// <summary>Most reads from a device in a second.</summary>
    public IReadOnlyList<DeviceRateSetting> DeviceReadIops { get; set; } = [];

    /// <summary>Most writes to a device in a second.</summary>
    public IReadOnlyList<DeviceRateSetting> DeviceWriteIops { get; set; } = [];

    /// <summary>Bytes of /dev/shm.</summary>
    public long? ShmSize { get; set; }

    /// <summary>Resource limits: name without prefix (<c>nofile</c>), soft, hard; -1 is unlimited.</summary>
    public IReadOnlyList<UlimitSetting> Ulimits { get; set; } = [];
}
