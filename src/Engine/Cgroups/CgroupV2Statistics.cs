using System.Globalization;

namespace ContainerPS.Engine.Cgroups;

/// <summary>Reads the accounting files of v2 controllers.</summary>
internal static class CgroupV2Statistics
{
    internal static CgroupStatistics Read(string directory)
    {
        var usage = KernelFile.ReadNumber(directory + "/memory.current") ?? 0;
        var cpu = KernelFile.Read(directory + "/cpu.stat");
        var io = KernelFile.Read(directory + "/io.stat");
        return new CgroupStatistics
        {
            MemoryUsage = Math.Max(0, usage - KernelFile.NumberOf(KernelFile.Read(directory + "/memory.stat"), "inactive_file")),
            MemoryUsageWithCache = usage,
            MemoryPeak = KernelFile.ReadNumber(directory + "/memory.peak") ?? 0,
            MemoryLimit = KernelFile.ReadNumber(directory + "/memory.max") ?? long.MaxValue,
            CpuNanoseconds = KernelFile.NumberOf(cpu, "usage_usec") * 1000,
            CpuSystemNanoseconds = KernelFile.NumberOf(cpu, "system_usec") * 1000,
            ThrottledPeriods = KernelFile.NumberOf(cpu, "nr_throttled"),
            Pids = KernelFile.ReadNumber(directory + "/pids.current") ?? 0,
            PidsLimit = KernelFile.ReadNumber(directory + "/pids.max") ?? long.MaxValue,
            BlockReadBytes = Sum(io, "rbytes="),
            BlockWriteBytes = Sum(io, "wbytes="),
        };
    }

    /// <summary>Sums one value over lines such as <c>254:0 rbytes=4096 wbytes=0 …</c>.</summary>
    private static long Sum(string? text, string key)
    {
        long sum = 0;
        foreach (var line in (text ?? "").AsSpan().EnumerateLines())
        {
            foreach (var range in line.Split(' '))
            {
                var part = line[range];
                if (part.StartsWith(key) && long.TryParse(part[key.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var value)) sum += value;
            }
        }

        return sum;
    }
}
