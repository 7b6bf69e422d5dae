namespace ContainerPS.Engine.Cgroups;

/// <summary>Reads all accounting files of v1 controllers, and those of v2 for what only v2 has.</summary>
internal static class CgroupV1Details
{
    private const ulong TicksPerSecond = 100;
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    private static readonly string[] s_cpusetFlags =
    [
        "cpu_exclusive", "mem_hardwall", "mem_exclusive", "memory_migrate", "memory_spread_page", "memory_spread_slab", "memory_pressure", "sched_load_balance",
        "sched_relax_domain_level",
    ];

    // The names of the tables, and of the files behind "blkio." or "blkio.bfq."; the kernel has one group of them, by its I/O scheduler.
    private static readonly (string Table, string File)[] s_block =
    [
        ("sectorsRecursive", "sectors_recursive"), ("ioServiceTimeRecursive", "io_service_time_recursive"), ("ioWaitTimeRecursive", "io_wait_time_recursive"),
        ("ioMergedRecursive", "io_merged_recursive"), ("ioQueueRecursive", "io_queued_recursive"), ("ioTimeRecursive", "time_recursive"),
        ("ioServicedRecursive", "io_serviced_recursive"), ("ioServiceBytesRecursive", "io_service_bytes_recursive"),
    ];

    internal static CgroupDetails Read(IReadOnlyDictionary<string, string> directories)
    {
        var pids = directories.GetValueOrDefault("pids");
        var unified = directories.GetValueOrDefault("");
        var limit = KernelTable.NumberIn(pids, "pids.max");
        var rest = unified is null ? null : CgroupV2Details.Read(unified);
        return new CgroupDetails
        {
            Cpu = directories.ContainsKey("cpuacct") || rest is null ? ReadCpu(directories.GetValueOrDefault("cpuacct"), directories.GetValueOrDefault("cpu")) : rest.Cpu,
            Cpuset = ReadCpuset(directories.GetValueOrDefault("cpuset")),
            Memory = directories.TryGetValue("memory", out var memory) ? ReadMemory(memory) : rest?.Memory ?? new(),
            Pids = pids is null && rest is not null ? rest.Pids : KernelTable.NumberIn(pids, "pids.current"),
            PidsLimit = limit == ulong.MaxValue ? 0 : limit,
            Block = directories.TryGetValue("blkio", out var block) ? new() { Tables = ReadBlock(block) } : rest?.Block ?? new(),
            Hugepages = directories.TryGetValue("hugetlb", out var hugepages) ? ReadHugepages(hugepages) : rest?.Hugepages ?? new Dictionary<string, HugepageDetails>(),
        };
    }

    private static CpuDetails ReadCpu(string? account, string? cpu)
    {
        var modes = KernelTable.Pairs(Text(account, "cpuacct.stat"));
        var throttling = KernelTable.Pairs(Text(cpu, "cpu.stat"));
        var (user, kernel) = (new List<ulong>(), new List<ulong>());
        foreach (var line in (Text(account, "cpuacct.usage_all") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // cpu user system, below a heading
            if (!char.IsAsciiDigit(line[0]) || KernelTable.Numbers(line) is not { Count: >= 3 } numbers) continue;
            user.Add(numbers[1]);
            kernel.Add(numbers[2]);
        }

        return new()
        {
            Total = KernelTable.NumberIn(account, "cpuacct.usage"),
            User = modes.GetValueOrDefault("user") * (NanosecondsPerSecond / TicksPerSecond),
            Kernel = modes.GetValueOrDefault("system") * (NanosecondsPerSecond / TicksPerSecond),
            PerCpu = KernelTable.Numbers(Text(account, "cpuacct.usage_percpu")),
            PerCpuUser = user,
            PerCpuKernel = kernel,
            Periods = throttling.GetValueOrDefault("nr_periods"),
            ThrottledPeriods = throttling.GetValueOrDefault("nr_throttled"),
            ThrottledTime = throttling.GetValueOrDefault("throttled_time"),
        };
    }

    private static CpusetDetails ReadCpuset(string? directory)
    {
        if (directory is null) return new();
        var flags = new Dictionary<string, long>();
        foreach (var name in s_cpusetFlags) flags[name] = KernelFile.ReadNumber($"{directory}/cpuset.{name}") ?? 0;
        return new() { Cpus = KernelTable.List(Text(directory, "cpuset.cpus")), Mems = KernelTable.List(Text(directory, "cpuset.mems")), Flags = flags };
    }

    private static MemoryDetails ReadMemory(string directory)
    {
        var raw = KernelTable.Pairs(Text(directory, "memory.stat"));
        return new()
        {
            Cache = raw.GetValueOrDefault("cache"),
            Raw = raw,
            Usage = Counter("memory"),
            Swap = Counter("memory.memsw"),
            Kernel = Counter("memory.kmem"),
            KernelTcp = Counter("memory.kmem.tcp"),
        };

        MemoryCounter Counter(string name) => new(
            KernelTable.NumberIn(directory, name + ".usage_in_bytes"), KernelTable.NumberIn(directory, name + ".max_usage_in_bytes"),
            KernelTable.NumberIn(directory, name + ".limit_in_bytes"), KernelTable.NumberIn(directory, name + ".failcnt"));
    }

    private static Dictionary<string, IReadOnlyList<BlockCounter>> ReadBlock(string directory)
    {
        var tables = new Dictionary<string, IReadOnlyList<BlockCounter>>();
        foreach (var prefix in (string[])["blkio.bfq.", "blkio.", "blkio.throttle."])
        {
            foreach (var (table, file) in s_block)
                if (KernelTable.Block(Text(directory, prefix + file)) is { } counters) tables[table] = counters;

            // A scheduler that is not in use counts nothing.
            if (tables.Values.Any(counters => counters.Count > 0)) break;
        }

        return tables;
    }

    private static Dictionary<string, HugepageDetails> ReadHugepages(string directory)
    {
        var result = new Dictionary<string, HugepageDetails>();
        foreach (var size in CgroupV2Details.HugepageSizes(directory, ".limit_in_bytes"))
        {
            var prefix = File.Exists($"{directory}/hugetlb.{size}.rsvd.usage_in_bytes") ? $"hugetlb.{size}.rsvd." : $"hugetlb.{size}.";
            result[size] = new(
                KernelTable.NumberIn(directory, prefix + "usage_in_bytes"), KernelTable.NumberIn(directory, prefix + "max_usage_in_bytes"), KernelTable.NumberIn(directory, prefix + "failcnt"));
        }

        return result;
    }

    private static string? Text(string? directory, string file) => directory is null ? null : KernelFile.Read($"{directory}/{file}");
}
