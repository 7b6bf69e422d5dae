namespace ContainerPS.Engine.Cgroups;

/// <summary>All that the kernel counts of a cgroup, in the manner of <c>runc events</c>. What its controllers do not count is 0 or empty.</summary>
internal sealed record CgroupDetails
{
    /// <summary>Processor time.</summary>
    internal CpuDetails Cpu { get; init; } = new();

    /// <summary>Processors and memory nodes (v1).</summary>
    internal CpusetDetails Cpuset { get; init; } = new();

    /// <summary>Memory.</summary>
    internal MemoryDetails Memory { get; init; } = new();

    /// <summary>Processes and threads.</summary>
    internal ulong Pids { get; init; }

    /// <summary>Most processes and threads; 0 when there is no limit.</summary>
    internal ulong PidsLimit { get; init; }

    /// <summary>Block devices.</summary>
    internal BlockDetails Block { get; init; } = new();

    /// <summary>Huge pages by size, such as <c>2MB</c>.</summary>
    internal IReadOnlyDictionary<string, HugepageDetails> Hugepages { get; init; } = new Dictionary<string, HugepageDetails>();
}

/// <summary>Processor time in nanoseconds.</summary>
internal sealed record CpuDetails
{
    /// <summary>All of it.</summary>
    internal ulong Total { get; init; }

    /// <summary>In the kernel.</summary>
    internal ulong Kernel { get; init; }

    /// <summary>In programs.</summary>
    internal ulong User { get; init; }

    /// <summary>By processor (v1).</summary>
    internal IReadOnlyList<ulong> PerCpu { get; init; } = [];

    /// <summary>By processor, in the kernel (v1).</summary>
    internal IReadOnlyList<ulong> PerCpuKernel { get; init; } = [];

    /// <summary>By processor, in programs (v1).</summary>
    internal IReadOnlyList<ulong> PerCpuUser { get; init; } = [];

    /// <summary>Periods in which there was something to run under a quota.</summary>
    internal ulong Periods { get; init; }

    /// <summary>Periods in which the quota was used up.</summary>
    internal ulong ThrottledPeriods { get; init; }

    /// <summary>Nanoseconds held back.</summary>
    internal ulong ThrottledTime { get; init; }

    /// <summary>Time lost for want of processors (v2).</summary>
    internal PressureDetails? Pressure { get; init; }
}

/// <summary>Files of v1's cpuset controller.</summary>
internal sealed record CpusetDetails
{
    /// <summary>Processors.</summary>
    internal IReadOnlyList<ushort> Cpus { get; init; } = [];

    /// <summary>Memory nodes.</summary>
    internal IReadOnlyList<ushort> Mems { get; init; } = [];

    /// <summary>Its other files by name.</summary>
    internal IReadOnlyDictionary<string, long> Flags { get; init; } = new Dictionary<string, long>();
}

/// <summary>Memory in bytes.</summary>
internal sealed record MemoryDetails
{
    /// <summary>File cache.</summary>
    internal ulong Cache { get; init; }

    /// <summary>Memory.</summary>
    internal MemoryCounter Usage { get; init; }

    /// <summary>Memory and swap together.</summary>
    internal MemoryCounter Swap { get; init; }

    /// <summary>The kernel's memory (v1).</summary>
    internal MemoryCounter Kernel { get; init; }

    /// <summary>Buffers of TCP (v1).</summary>
    internal MemoryCounter KernelTcp { get; init; }

    /// <summary>All of <c>memory.stat</c>.</summary>
    internal IReadOnlyDictionary<string, ulong> Raw { get; init; } = new Dictionary<string, ulong>();

    /// <summary>Time lost for want of memory (v2).</summary>
    internal PressureDetails? Pressure { get; init; }
}

/// <summary>One of the kernel's counters of memory.</summary>
/// <param name="Usage">Bytes in use.</param>
/// <param name="Peak">Most ever.</param>
/// <param name="Limit">Limit; <see cref="ulong.MaxValue"/> on v2 when there is none.</param>
/// <param name="Failures">Times the limit was hit.</param>
internal readonly record struct MemoryCounter(ulong Usage, ulong Peak, ulong Limit, ulong Failures);

/// <summary>Block devices, by the names of runc's tables, such as <c>ioServiceBytesRecursive</c>.</summary>
internal sealed record BlockDetails
{
    /// <summary>The tables that the kernel has.</summary>
    internal IReadOnlyDictionary<string, IReadOnlyList<BlockCounter>> Tables { get; init; } = new Dictionary<string, IReadOnlyList<BlockCounter>>();

    /// <summary>Time lost for want of block devices (v2).</summary>
    internal PressureDetails? Pressure { get; init; }
}

/// <summary>One number of one block device.</summary>
internal readonly record struct BlockCounter(ulong Major, ulong Minor, string Operation, ulong Value);

/// <summary>Huge pages of one size in bytes.</summary>
internal readonly record struct HugepageDetails(ulong Usage, ulong Peak, ulong Failures);

/// <summary>Time in which some or all processes waited (kernel documentation, accounting/psi).</summary>
internal sealed record PressureDetails(Pressure Some, Pressure Full);

/// <summary>Shares of the last 10, 60 and 300 seconds in percent, and microseconds in all.</summary>
internal readonly record struct Pressure(double Average10, double Average60, double Average300, ulong Total);
