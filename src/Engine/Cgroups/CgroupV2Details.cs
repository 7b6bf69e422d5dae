using System.Globalization;

namespace ContainerPS.Engine.Cgroups;

/// <summary>Reads all accounting files of v2 controllers.</summary>
internal static class CgroupV2Details
{
    internal static CgroupDetails Read(string directory)
    {
        var pids = KernelFile.Read(directory + "/pids.current");
        var limit = KernelTable.NumberIn(directory, "pids.max");
        return new()
        {
            Cpu = ReadCpu(directory),
            Memory = ReadMemory(directory),
            Pids = pids is null ? (ulong)CgroupTree.Processes(directory).Count : KernelTable.Number(pids),
            PidsLimit = limit == ulong.MaxValue ? 0 : limit,
            Block = new() { Tables = ReadBlock(KernelFile.Read(directory + "/io.stat")), Pressure = KernelTable.Pressure(directory + "/io.pressure") },
            Hugepages = ReadHugepages(directory),
        };
    }

    /// <summary>Sizes of huge pages that a cgroup counts, by the names of its files.</summary>
    internal static IEnumerable<string> HugepageSizes(string directory, string suffix)
    {
        if (!Directory.Exists(directory)) yield break;
        foreach (var path in Directory.GetFiles(directory, "hugetlb.*" + suffix).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path)["hugetlb.".Length..];
            if (name.IndexOf('.') is var dot and > 0 && name[dot..] == suffix) yield return name[..dot];
        }
    }

    private static CpuDetails ReadCpu(string directory)
    {
        var stat = KernelTable.Pairs(KernelFile.Read(directory + "/cpu.stat"));
        return new()
        {
            Total = stat.GetValueOrDefault("usage_usec") * 1000,
            User = stat.GetValueOrDefault("user_usec") * 1000,
            Kernel = stat.GetValueOrDefault("system_usec") * 1000,
            Periods = stat.GetValueOrDefault("nr_periods"),
            ThrottledPeriods = stat.GetValueOrDefault("nr_throttled"),
            ThrottledTime = stat.GetValueOrDefault("throttled_usec") * 1000,
            Pressure = KernelTable.Pressure(directory + "/cpu.pressure"),
        };
    }

    private static MemoryDetails ReadMemory(string directory)
    {
        var raw = KernelTable.Pairs(KernelFile.Read(directory + "/memory.stat"));
        var (usage, swap) = (Counter("memory"), Counter("memory.swap"));
        return new()
        {
            Cache = raw.GetValueOrDefault("file"),
            Raw = raw,
            Usage = usage,

            // v1 counts memory and swap together.
            Swap = swap with { Usage = swap.Usage + usage.Usage, Peak = 0, Limit = swap.Limit == ulong.MaxValue || usage.Limit == ulong.MaxValue ? ulong.MaxValue : swap.Limit + usage.Limit },
            Pressure = KernelTable.Pressure(directory + "/memory.pressure"),
        };

        MemoryCounter Counter(string name) => new(
            KernelTable.NumberIn(directory, name + ".current"), KernelTable.NumberIn(directory, name + ".peak"), KernelTable.NumberIn(directory, name + ".max"), 0);
    }

    /// <summary>Lines such as <c>254:0 rbytes=4096 wbytes=0 rios=1 …</c>.</summary>
    private static Dictionary<string, IReadOnlyList<BlockCounter>> ReadBlock(string? text)
    {
        var (bytes, operations) = (new List<BlockCounter>(), new List<BlockCounter>());
        foreach (var line in (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var device = parts[0].Split(':');
            if (device.Length != 2) continue;
            foreach (var part in parts[1..])
            {
                var equals = part.IndexOf('=');
                var key = equals < 0 ? "" : part[..equals];
                if (key.Length < 4 || !ulong.TryParse(part[(equals + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var value)) continue;
                var counter = new BlockCounter(KernelTable.Number(device[0]), KernelTable.Number(device[1]), key[0] == 'r' ? "Read" : "Write", value);
                if (key is "rbytes" or "wbytes") bytes.Add(counter);
                else if (key is "rios" or "wios") operations.Add(counter);
            }
        }

        return bytes.Count + operations.Count == 0 ? [] : new() { ["ioServiceBytesRecursive"] = bytes, ["ioServicedRecursive"] = operations };
    }

    private static Dictionary<string, HugepageDetails> ReadHugepages(string directory)
    {
        var result = new Dictionary<string, HugepageDetails>();
        foreach (var size in HugepageSizes(directory, ".max"))
        {
            var current = KernelFile.Read($"{directory}/hugetlb.{size}.rsvd.current") ?? KernelFile.Read($"{directory}/hugetlb.{size}.current");
            var events = KernelTable.Pairs(KernelFile.Read($"{directory}/hugetlb.{size}.events"));
            result[size] = new(KernelTable.Number(current), 0, events.GetValueOrDefault("max"));
        }

        return result;
    }
}
