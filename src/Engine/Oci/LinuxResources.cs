namespace ContainerPS.Engine.Oci;

/// <summary>Limits (config-linux.md#control-groups), in cgroup v1 units.</summary>
public sealed record LinuxResources
{
    /// <summary>Device access rules, applied in order.</summary>
    public List<LinuxDeviceCgroup>? Devices { get; set; }

    /// <summary>Memory limits.</summary>
    public LinuxMemory? Memory { get; set; }

    /// <summary>CPU limits.</summary>
    public LinuxCpu? Cpu { get; set; }

    /// <summary>Process count limit.</summary>
    public LinuxPids? Pids { get; set; }

    /// <summary>Block I/O limits.</summary>
    public LinuxBlockIO? BlockIO { get; set; }

    /// <summary>Huge page limits.</summary>
    public List<LinuxHugepageLimit>? HugepageLimits { get; set; }

    /// <summary>Network class and priorities (v1).</summary>
    public LinuxNetwork? Network { get; set; }

    /// <summary>RDMA limits by device.</summary>
    public Dictionary<string, LinuxRdma>? Rdma { get; set; }

    /// <summary>cgroup v2 files to write as they are.</summary>
    public Dictionary<string, string>? Unified { get; set; }
}

/// <summary>One device rule (config-linux.md#allowed-device-list).</summary>
public sealed record LinuxDeviceCgroup
{
    /// <summary>True to allow, false to deny.</summary>
    public bool Allow { get; set; }

    /// <summary><c>a</c>, <c>c</c> or <c>b</c>; null is <c>a</c>.</summary>
    public string? Type { get; set; }

    /// <summary>Major number; null is any.</summary>
    public long? Major { get; set; }

    /// <summary>Minor number; null is any.</summary>
    public long? Minor { get; set; }

    /// <summary>Any of <c>r</c>, <c>w</c>, <c>m</c>.</summary>
    public string? Access { get; set; }
}

/// <summary>Memory limits in bytes (config-linux.md#memory); -1 is unlimited.</summary>
public sealed record LinuxMemory
{
    /// <summary>Limit.</summary>
    public long? Limit { get; set; }

    /// <summary>Soft limit.</summary>
    public long? Reservation { get; set; }

    /// <summary>Limit of memory and swap together.</summary>
    public long? Swap { get; set; }

    /// <summary>Kernel memory: ignored, the kernel has dropped it.</summary>
    public long? Kernel { get; set; }

    /// <summary>Kernel TCP memory: ignored.</summary>
    public long? KernelTCP { get; set; }

    /// <summary>0 to 100.</summary>
    public ulong? Swappiness { get; set; }

    /// <summary>True to pause instead of killing when memory is short (v1).</summary>
    public bool? DisableOOMKiller { get; set; }

    /// <summary>True for hierarchical accounting (v1).</summary>
    public bool? UseHierarchy { get; set; }

    /// <summary>True to refuse a limit below what is used now.</summary>
    public bool? CheckBeforeUpdate { get; set; }
}

/// <summary>CPU limits (config-linux.md#cpu).</summary>
public sealed record LinuxCpu
{
    /// <summary>Relative weight, 2 to 262144; 1024 is one share.</summary>
    public ulong? Shares { get; set; }

    /// <summary>Microseconds of CPU time in a period; -1 is unlimited.</summary>
    public long? Quota { get; set; }

    /// <summary>Accumulated unused quota that may be used at once, in microseconds.</summary>
    public ulong? Burst { get; set; }

    /// <summary>Period in microseconds.</summary>
    public ulong? Period { get; set; }

    /// <summary>Real-time microseconds in a period (v1).</summary>
    public long? RealtimeRuntime { get; set; }

    /// <summary>Real-time period in microseconds (v1).</summary>
    public ulong? RealtimePeriod { get; set; }

    /// <summary>CPUs, such as <c>0-3,5</c>.</summary>
    public string? Cpus { get; set; }

    /// <summary>Memory nodes.</summary>
    public string? Mems { get; set; }

    /// <summary>1 for SCHED_IDLE.</summary>
    public long? Idle { get; set; }
}

/// <summary>Process count limit.</summary>
public sealed record LinuxPids
{
    /// <summary>Most processes; less than 0 is unlimited, 0 is not set.</summary>
    public long? Limit { get; set; }
}

/// <summary>Block I/O limits (config-linux.md#block-io).</summary>
public sealed record LinuxBlockIO
{
    /// <summary>Relative weight, 10 to 1000.</summary>
    public ushort? Weight { get; set; }

    /// <summary>Relative weight against the leaf's tasks (v1).</summary>
    public ushort? LeafWeight { get; set; }

    /// <summary>Weights by device.</summary>
    public List<LinuxWeightDevice>? WeightDevice { get; set; }

    /// <summary>Bytes read a second by device.</summary>
    public List<LinuxThrottleDevice>? ThrottleReadBpsDevice { get; set; }

    /// <summary>Bytes written a second by device.</summary>
    public List<LinuxThrottleDevice>? ThrottleWriteBpsDevice { get; set; }

    /// <summary>Reads a second by device.</summary>
    public List<LinuxThrottleDevice>? ThrottleReadIOPSDevice { get; set; }

    /// <summary>Writes a second by device.</summary>
    public List<LinuxThrottleDevice>? ThrottleWriteIOPSDevice { get; set; }
}

/// <summary>I/O weight of one device.</summary>
public sealed record LinuxWeightDevice
{
    /// <summary>Major number.</summary>
    public long Major { get; set; }

    /// <summary>Minor number.</summary>
    public long Minor { get; set; }

    /// <summary>Relative weight.</summary>
    public ushort? Weight { get; set; }

    /// <summary>Leaf weight (v1).</summary>
    public ushort? LeafWeight { get; set; }
}

/// <summary>I/O rate of one device.</summary>
public sealed record LinuxThrottleDevice
{
    /// <summary>Major number.</summary>
    public long Major { get; set; }

    /// <summary>Minor number.</summary>
    public long Minor { get; set; }

    /// <summary>Bytes or operations a second.</summary>
    public ulong Rate { get; set; }
}

/// <summary>Huge page limit.</summary>
public sealed record LinuxHugepageLimit
{
    /// <summary>Size, such as <c>2MB</c>.</summary>
    public string? PageSize { get; set; }

    /// <summary>Bytes.</summary>
    public ulong Limit { get; set; }
}

/// <summary>Network class and priorities (v1).</summary>
public sealed record LinuxNetwork
{
    /// <summary>Class identifier.</summary>
    public uint? ClassID { get; set; }

    /// <summary>Priorities by interface.</summary>
    public List<LinuxInterfacePriority>? Priorities { get; set; }
}

/// <summary>Priority of one interface.</summary>
public sealed record LinuxInterfacePriority
{
    /// <summary>Interface name.</summary>
    public string? Name { get; set; }

    /// <summary>Priority.</summary>
    public uint Priority { get; set; }
}

/// <summary>RDMA limits of one device.</summary>
public sealed record LinuxRdma
{
    /// <summary>Most handles.</summary>
    public uint? HcaHandles { get; set; }

    /// <summary>Most objects.</summary>
    public uint? HcaObjects { get; set; }
}
