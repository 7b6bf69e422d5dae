using System.Diagnostics;
using ContainerPS.Engine.Cgroups;

namespace ContainerPS.Engine.Containers;

/// <summary>Measures running containers again and again: a share of processor time is that between two measurements.</summary>
public sealed class ContainerMeter
{
    private readonly RunningCgroups _cgroups;
    private readonly long _machineMemory = EngineInfo.TotalMemory();
    private Dictionary<string, Sample> _last = [];

    internal ContainerMeter(StorePaths paths) => _cgroups = new RunningCgroups(paths);

    /// <summary>Measures containers; those that do not run (any more) are left out. The first measurement of one has no share of processor time yet.</summary>
    public IReadOnlyList<ContainerStatistics> Measure(IReadOnlyCollection<Container> containers)
    {
        var result = new List<ContainerStatistics>(containers.Count);
        var samples = new Dictionary<string, Sample>(containers.Count);
        foreach (var container in containers)
        {
            if (container.Pid is not { } pid || _cgroups.TryOpen(container.Id) is not { } cgroup) continue;
            var used = cgroup.Statistics();
            var sample = new Sample(container.StartedAt, Stopwatch.GetTimestamp(), used.CpuNanoseconds);

            // Of one that has just ended the cgroup is gone or empty.
            if (used.Pids == 0) continue;
            samples[container.Id] = sample;
            result.Add(Describe(container, used, NetworkTraffic.Of(container, pid), ShareOf(container, sample)));
        }

        _last = samples;
        return result;
    }

    private double ShareOf(Container container, Sample now)
    {
        // After a restart its processor time begins at 0 again.
        if (!_last.TryGetValue(container.Id, out var last) || last.StartedAt != now.StartedAt) return 0;
        var nanoseconds = Stopwatch.GetElapsedTime(last.Timestamp, now.Timestamp).TotalNanoseconds;
        return nanoseconds <= 0 ? 0 : Math.Max(0, 100 * (now.CpuNanoseconds - last.CpuNanoseconds) / nanoseconds);
    }

    private ContainerStatistics Describe(Container container, CgroupStatistics used, NetworkTraffic traffic, double share) => new()
    {
        Container = container.Name,
        Id = container.Id,
        Time = DateTimeOffset.Now,
        CpuPercent = share,
        CpuTime = TimeSpan.FromTicks(used.CpuNanoseconds / TimeSpan.NanosecondsPerTick),
        Memory = used.MemoryUsage,
        MemoryLimit = Math.Min(used.MemoryLimit, _machineMemory),
        NetworkReceived = traffic.Received,
        NetworkSent = traffic.Sent,
        BlockRead = used.BlockReadBytes,
        BlockWritten = used.BlockWriteBytes,
        Pids = used.Pids,
        PidsLimit = used.PidsLimit == long.MaxValue ? null : used.PidsLimit,
    };

    private readonly record struct Sample(DateTimeOffset? StartedAt, long Timestamp, long CpuNanoseconds);
}
