namespace ContainerPS;

/// <summary>What a container uses, and has used since it was started.</summary>
public sealed class ContainerStatistics
{
    /// <summary>Name of the container.</summary>
    public required string Container { get; init; }

    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>First 12 digits of <see cref="Id"/>.</summary>
    public string ShortId => Id[..12];

    /// <summary>When this was so.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>Processor time used over the last interval, in percent of one CPU: 200 is two CPUs kept busy.</summary>
    public double CpuPercent { get; init; }

    /// <summary>Processor time used in all.</summary>
    public TimeSpan CpuTime { get; init; }

    /// <summary>Bytes of memory in use, without the file cache that can be dropped at any time (v1's <c>total_inactive_file</c>, v2's <c>inactive_file</c>), as Docker counts.</summary>
    public long Memory { get; init; }

    /// <summary>Most bytes of memory that it may use: its limit, or the machine's memory when that is less or there is none.</summary>
    public long MemoryLimit { get; init; }

    /// <summary><see cref="Memory"/> in percent of <see cref="MemoryLimit"/>.</summary>
    public double MemoryPercent => MemoryLimit > 0 ? 100.0 * Memory / MemoryLimit : 0;

    /// <summary>Bytes received over its network, loopback left out; 0 on the host's network.</summary>
    public long NetworkReceived { get; init; }

    /// <summary>Bytes sent over its network, loopback left out; 0 on the host's network.</summary>
    public long NetworkSent { get; init; }

    /// <summary>Bytes read from disks.</summary>
    public long BlockRead { get; init; }

    /// <summary>Bytes written to disks.</summary>
    public long BlockWritten { get; init; }

    /// <summary>Processes and threads.</summary>
    public long Pids { get; init; }

    /// <summary>Most processes and threads it may have; null when that is not limited.</summary>
    public long? PidsLimit { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Container;
}
