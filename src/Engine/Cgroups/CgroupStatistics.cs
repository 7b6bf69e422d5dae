namespace ContainerPS.Engine.Cgroups;

/// <summary>What a cgroup uses. A value whose controller is not mounted is 0.</summary>
internal sealed record CgroupStatistics
{
    /// <summary>Bytes of memory without reclaimable file cache, as <c>docker stats</c> counts.</summary>
    internal long MemoryUsage { get; init; }

    /// <summary>Bytes of memory with file cache.</summary>
    internal long MemoryUsageWithCache { get; init; }

    /// <summary>Most bytes ever used; 0 when the kernel does not say.</summary>
    internal long MemoryPeak { get; init; }

    /// <summary>Limit in bytes; <see cref="long.MaxValue"/> when there is none.</summary>
    internal long MemoryLimit { get; init; } = long.MaxValue;

    /// <summary>Processor time used, in nanoseconds.</summary>
    internal long CpuNanoseconds { get; init; }

    /// <summary>Processor time used in the kernel, in nanoseconds.</summary>
    internal long CpuSystemNanoseconds { get; init; }

    /// <summary>Times the processes were held back by their quota.</summary>
    internal long ThrottledPeriods { get; init; }

    /// <summary>Processes and threads.</summary>
    internal long Pids { get; init; }

    /// <summary>Most processes and threads; <see cref="long.MaxValue"/> when there is no limit.</summary>
    internal long PidsLimit { get; init; } = long.MaxValue;

    /// <summary>Bytes read from block devices.</summary>
    internal long BlockReadBytes { get; init; }

    /// <summary>Bytes written to block devices.</summary>
    internal long BlockWriteBytes { get; init; }
}
