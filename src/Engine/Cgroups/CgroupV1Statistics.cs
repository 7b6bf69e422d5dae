using System.Globalization;

namespace ContainerPS.Engine.Cgroups;

/// <summary>Reads the accounting files of v1 controllers.</summary>
internal static class CgroupV1Statistics
{
    private const long Unlimited = 0x7FFFFFFFFFFFF000;

    internal static CgroupStatistics Read(IReadOnlyDictionary<string, string> directories)
    {
        var memory = directories.GetValueOrDefault("memory");
        var cpu = directories.GetValueOrDefault("cpuacct");
        var usage = Number(memory, "memory.usage_in_bytes") ?? 0;
        var limit = Number(memory, "memory.limit_in_bytes") ?? long.MaxValue;
        var (read, written) = BlockBytes(Text(directories.GetValueOrDefault("blkio"), "blkio.throttle.io_service_bytes_recursive"));
        return new CgroupStatistics
        {
            MemoryUsage = Math.Max(0, usage - KernelFile.NumberOf(Text(memory, "memory.stat"), "total_inactive_file")),
            MemoryUsageWithCache = usage,
            MemoryPeak = Number(memory, "memory.max_usage_in_bytes") ?? 0,
            MemoryLimit = limit >= Unlimited ? long.MaxValue : limit,
            CpuNanoseconds = Number(cpu, "cpuacct.usage") ?? 0,
            CpuSystemNanoseconds = Number(cpu, "cpuacct.usage_sys") ?? 0,
            ThrottledPeriods = KernelFile.NumberOf(Text(directories.GetValueOrDefault("cpu"), "cpu.stat"), "nr_throttled"),
            Pids = Number(directories.GetValueOrDefault("pids"), "pids.current") ?? 0,
            PidsLimit = Number(directories.GetValueOrDefault("pids"), "pids.max") ?? long.MaxValue,
            BlockReadBytes = read,
            BlockWriteBytes = written,
        };
    }

    /// <summary>Sums lines such as <c>254:0 Read 4096</c>.</summary>
    private static (long Read, long Written) BlockBytes(string? text)
    {
        long read = 0, written = 0;
        foreach (var line in (text ?? "").AsSpan().EnumerateLines())
        {
            var isRead = line.Contains(" Read ", StringComparison.Ordinal);
            if (!isRead && !line.Contains(" Write ", StringComparison.Ordinal)) continue;
            if (!long.TryParse(line[(line.LastIndexOf(' ') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)) continue;
            if (isRead) read += bytes;
            else written += bytes;
        }

        return (read, written);
    }

    private static long? Number(string? directory, string file) => directory is null ? null : KernelFile.ReadNumber($"{directory}/{file}");

    private static string? Text(string? directory, string file) => directory is null ? null : KernelFile.Read($"{directory}/{file}");
}
