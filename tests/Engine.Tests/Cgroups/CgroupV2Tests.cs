using ContainerPS.Engine.Cgroups;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Tests.Cgroups;

/// <summary>What is written to and read from the files of version 2, on ordinary files of those names.</summary>
public sealed class CgroupV2Tests : IDisposable
{
    private readonly string _mount = Directory.CreateTempSubdirectory("cgroup2-test-").FullName;

    public void Dispose() => Directory.Delete(_mount, recursive: true);

    [Fact]
    public void LimitsAreWrittenInItsUnits()
    {
        var cgroup = Make("memory.max", "memory.swap.max", "memory.low", "cpu.weight", "cpu.max", "cpu.max.burst", "cpuset.cpus", "cpuset.mems", "pids.max", "io.bfq.weight", "io.max", "hugetlb.2MB.max", "memory.high");
        cgroup.Apply(new()
        {
            Memory = new() { Limit = 1000, Swap = 1500, Reservation = 500 },
            Cpu = new() { Shares = 1024, Quota = 20000, Period = 50000, Burst = 1, Cpus = "0-1", Mems = "0" },
            Pids = new() { Limit = -1 },
            BlockIO = new() { Weight = 100, ThrottleWriteIOPSDevice = [new() { Major = 8, Minor = 0, Rate = 30 }] },
            HugepageLimits = [new() { PageSize = "2MB", Limit = 4096 }],
            Unified = new() { ["memory.high"] = "900" },
        });
        Assert.Equal("1000", Text("memory.max"));
        Assert.Equal("500", Text("memory.swap.max"));
        Assert.Equal("500", Text("memory.low"));
        Assert.Equal("100", Text("cpu.weight"));
        Assert.Equal("20000 50000", Text("cpu.max"));
        Assert.Equal("1", Text("cpu.max.burst"));
        Assert.Equal("0-1", Text("cpuset.cpus"));
        Assert.Equal("max", Text("pids.max"));
        Assert.Equal("100", Text("io.bfq.weight"));
        Assert.Equal("8:0 wiops=30", Text("io.max"));
        Assert.Equal("4096", Text("hugetlb.2MB.max"));
        Assert.Equal("900", Text("memory.high"));
    }

    [Fact]
    public void UnlimitedIsMax()
    {
        var cgroup = Make("memory.max", "memory.swap.max", "cpu.max");
        cgroup.Apply(new() { Memory = new() { Limit = -1, Swap = -1 }, Cpu = new() { Quota = -1 } });
        Assert.Equal("max", Text("memory.max"));
        Assert.Equal("max", Text("memory.swap.max"));
        Assert.Equal("max 100000", Text("cpu.max"));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 1)]
    [InlineData(1024, 100)]
    [InlineData(512, 59)]
    [InlineData(3, 2)]
    [InlineData(262144, 10000)]
    public void SharesBecomeWeights(ulong shares, ulong weight) => Assert.Equal(weight, CgroupV2Limits.WeightOfShares(shares));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, 1)]
    [InlineData(500, 4950)]
    [InlineData(1000, 10000)]
    public void BlockWeightsAreScaled(ushort weight, ulong scaled) => Assert.Equal(scaled, CgroupV2Limits.WeightOfBlockIO(weight));

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(1000L, 1500L, 500L)]
    [InlineData(1000L, 1000L, 0L)]
    [InlineData(1000L, -1L, -1L)]
    [InlineData(null, 0L, null)]
    [InlineData(-1L, null, -1L)]
    [InlineData(-1L, 500L, 500L)]
    [InlineData(1000L, 0L, null)]
    public void SwapIsWhatIsBeyondTheMemory(long? memory, long? both, long? swap) => Assert.Equal(swap, CgroupV2Limits.SwapAlone(memory, both));

    [Fact]
    public void SwapBelowMemoryIsRefused() => Assert.Throws<InvalidSpecException>(() => CgroupV2Limits.SwapAlone(1000, 500));

    [Fact]
    public void UnifiedFilesCannotLeaveTheDirectory() =>
        Assert.Throws<InvalidSpecException>(() => Make().Apply(new() { Unified = new() { ["../x"] = "1" } }));

    [Fact]
    public void MissingFileNamesIt() => Assert.Contains("pids.max", Assert.Throws<RuntimeStepException>(() => Make().Apply(new() { Pids = new() { Limit = 5 } })).Message);

    [Fact]
    public void StatisticsAreRead()
    {
        var cgroup = Make();
        Write("memory.current", "5000\n");
        Write("memory.stat", "anon 1000\nfile 3000\ninactive_file 2000\nactive_file 1000\n");
        Write("memory.max", "max\n");
        Write("memory.peak", "6000\n");
        Write("memory.events", "low 0\nhigh 0\nmax 3\noom 2\noom_kill 1\n");
        Write("cpu.stat", "usage_usec 70\nuser_usec 50\nsystem_usec 20\nnr_periods 9\nnr_throttled 4\n");
        Write("pids.current", "3\n");
        Write("pids.max", "100\n");
        Write("io.stat", "8:0 rbytes=10 wbytes=20 rios=1\n8:16 rbytes=1 wbytes=2\n");
        Assert.Equal(
            new CgroupStatistics
            {
                MemoryUsage = 3000, MemoryUsageWithCache = 5000, MemoryPeak = 6000, CpuNanoseconds = 70_000, CpuSystemNanoseconds = 20_000, ThrottledPeriods = 4,
                Pids = 3, PidsLimit = 100, BlockReadBytes = 11, BlockWriteBytes = 22,
            },
            cgroup.Statistics());
        Assert.Equal(1, cgroup.OomKillCount());
    }

    [Fact]
    public void DetailsAreRead()
    {
        var cgroup = Make();
        Write("memory.current", "5000\n");
        Write("memory.max", "8000\n");
        Write("memory.swap.current", "300\n");
        Write("memory.swap.max", "1000\n");
        Write("memory.stat", "anon 1000\nfile 3000\n");
        Write("memory.pressure", "some avg10=1.50 avg60=0.20 avg300=0.00 total=7\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=3\n");
        Write("cpu.stat", "usage_usec 70\nuser_usec 50\nsystem_usec 20\nnr_periods 9\nnr_throttled 4\nthrottled_usec 6\n");
        Write("pids.current", "3\n");
        Write("pids.max", "max\n");
        Write("io.stat", "8:0 rbytes=10 wbytes=20 rios=1 wios=2 dbytes=9 dios=9\n");
        Write("hugetlb.2MB.max", "max\n");
        Write("hugetlb.2MB.rsvd.max", "max\n");
        Write("hugetlb.2MB.rsvd.current", "4096\n");
        Write("hugetlb.2MB.events", "max 2\n");
        var details = cgroup.Details();
        Assert.Equal(new MemoryCounter(5000, 0, 8000, 0), details.Memory.Usage);
        Assert.Equal(new MemoryCounter(5300, 0, 9000, 0), details.Memory.Swap);
        Assert.Equal(3000u, details.Memory.Cache);
        Assert.Equal(new Pressure(1.5, 0.2, 0, 7), details.Memory.Pressure!.Some);
        Assert.Null(details.Cpu.Pressure);
        Assert.Equal((70_000ul, 20_000ul, 50_000ul, 9ul, 4ul, 6_000ul), (details.Cpu.Total, details.Cpu.Kernel, details.Cpu.User, details.Cpu.Periods, details.Cpu.ThrottledPeriods, details.Cpu.ThrottledTime));
        Assert.Equal((3ul, 0ul), (details.Pids, details.PidsLimit));
        Assert.Equal([new BlockCounter(8, 0, "Read", 10), new BlockCounter(8, 0, "Write", 20)], details.Block.Tables["ioServiceBytesRecursive"]);
        Assert.Equal([new BlockCounter(8, 0, "Read", 1), new BlockCounter(8, 0, "Write", 2)], details.Block.Tables["ioServicedRecursive"]);
        Assert.Equal(new HugepageDetails(4096, 0, 2), Assert.Single(details.Hugepages).Value);
    }

    [Fact]
    public void HybridTakesFromVersionTwoWhatOnlyItHas()
    {
        // A machine whose cpu is on v1 and whose memory and pids are on v2.
        Directory.CreateDirectory(_mount + "/cpu/c");
        Make("memory.max", "pids.max");
        File.WriteAllText(_mount + "/cpu/c/cpu.shares", "1024");
        File.WriteAllText(_mount + "/cgroup.controllers", "memory pids\n");
        Write("cgroup.controllers", "memory pids\n");
        File.WriteAllText(_mount + "/cgroup.subtree_control", "memory pids\n");
        var cgroup = CgroupFactory.Open(CgroupMounts.Parse($"32 31 0:29 / {_mount}/cpu rw - cgroup cgroup rw,cpu\n41 31 0:38 / {_mount} rw - cgroup2 cgroup2 rw\n"), "/c");
        cgroup.Apply(new() { Memory = new() { Limit = 1000 }, Pids = new() { Limit = 7 }, Cpu = new() { Shares = 1024 } });
        Assert.Equal("1000", Text("memory.max"));
        Assert.Equal("7", Text("pids.max"));
        Assert.Equal((1000L, 7L), (cgroup.Statistics().MemoryLimit, cgroup.Statistics().PidsLimit));
        Assert.Contains("io controller", Assert.Throws<InvalidSpecException>(() => cgroup.Apply(new() { BlockIO = new() { Weight = 10 } })).Message.Replace("blkio", "io"));
    }

    [Fact]
    public void ControllersAreHandedDown()
    {
        File.WriteAllText(Path.Combine(_mount, "cgroup.controllers"), "cpu memory\n");
        File.WriteAllText(Path.Combine(_mount, "cgroup.subtree_control"), "cpu\n");
        CgroupV2Controllers.Enable(_mount, "/a/b");
        Assert.Equal("+memory", File.ReadAllText(Path.Combine(_mount, "cgroup.subtree_control"))[..7]);
    }

    private CgroupV2 Make(params string[] files)
    {
        Directory.CreateDirectory(_mount + "/c");
        foreach (var file in files) Write(file, "");
        return new CgroupV2(_mount, "/c");
    }

    private void Write(string file, string text) => File.WriteAllText($"{_mount}/c/{file}", text);

    private string Text(string file) => File.ReadAllText($"{_mount}/c/{file}");
}
