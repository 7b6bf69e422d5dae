using ContainerPS.Engine.Cgroups;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Tests.Cgroups;

/// <summary>Limits of both versions on ordinary files of their names: values, order, what is not set, and errors that name the field.</summary>
public sealed class LimitTests : IDisposable
{
    private readonly string _mount = Directory.CreateTempSubdirectory("limits-test-").FullName;

    public void Dispose() => Directory.Delete(_mount, recursive: true);

    [Fact]
    public void WhatIsNullZeroOrEmptyIsNotSet()
    {
        // No file is there, so any write would fail.
        var nothing = new LinuxResources
        {
            Memory = new() { Limit = 0, Swap = 0, Reservation = 0, DisableOOMKiller = false, CheckBeforeUpdate = true, Swappiness = ulong.MaxValue },
            Cpu = new() { Shares = 0, Quota = 0, Period = 0, Cpus = "", Mems = "", RealtimePeriod = 0, RealtimeRuntime = 0 },
            Pids = new(),
            BlockIO = new() { Weight = 0, LeafWeight = 0, WeightDevice = [], ThrottleReadBpsDevice = [] },
            HugepageLimits = [],
            Network = new() { ClassID = 0, Priorities = [] },
            Rdma = [],
            Unified = [],
        };
        Assert.Null(AskedLimits.First(nothing));
        Assert.Empty(Apply(V2(), nothing));
        Assert.Empty(Apply(V1("memory", "cpu", "pids", "blkio"), nothing));
        Assert.Empty(Apply([], nothing));
    }

    [Fact]
    public void VersionOneHasItsOwnFiles()
    {
        var directories = V1("memory", "cpu", "cpuset", "pids", "blkio", "hugetlb", "net_cls", "net_prio", "rdma");
        Files("memory/c/memory.limit_in_bytes=9223372036854771712", "memory/c/memory.memsw.limit_in_bytes=9223372036854771712", "memory/c/memory.soft_limit_in_bytes", "memory/c/memory.swappiness", "memory/c/memory.oom_control", "memory/c/memory.use_hierarchy");
        Files("cpu/c/cpu.shares", "cpu/c/cpu.cfs_period_us", "cpu/c/cpu.cfs_quota_us", "cpu/c/cpu.cfs_burst_us", "cpu/c/cpu.idle", "cpu/c/cpu.rt_period_us", "cpu/c/cpu.rt_runtime_us", "cpuset/c/cpuset.cpus", "cpuset/c/cpuset.mems", "pids/c/pids.max");
        Files("blkio/c/blkio.weight", "blkio/c/blkio.weight_device", "blkio/c/blkio.leaf_weight", "blkio/c/blkio.leaf_weight_device", "blkio/c/blkio.throttle.read_bps_device", "blkio/c/blkio.throttle.write_bps_device", "blkio/c/blkio.throttle.read_iops_device", "blkio/c/blkio.throttle.write_iops_device");
        Files("hugetlb/c/hugetlb.2MB.limit_in_bytes", "hugetlb/c/hugetlb.2MB.rsvd.limit_in_bytes", "net_cls/c/net_cls.classid", "net_prio/c/net_prio.ifpriomap", "rdma/c/rdma.max");
        Assert.Empty(Apply(directories, All()));
        Assert.Equal("1000", Text("memory/c/memory.limit_in_bytes"));
        Assert.Equal("1500", Text("memory/c/memory.memsw.limit_in_bytes"));
        Assert.Equal("500", Text("memory/c/memory.soft_limit_in_bytes"));
        Assert.Equal("60", Text("memory/c/memory.swappiness"));
        Assert.Equal("1", Text("memory/c/memory.oom_control"));
        Assert.Equal("1", Text("memory/c/memory.use_hierarchy"));
        Assert.Equal("2048", Text("cpu/c/cpu.shares"));
        Assert.Equal("50000", Text("cpu/c/cpu.cfs_period_us"));
        Assert.Equal("20000", Text("cpu/c/cpu.cfs_quota_us"));
        Assert.Equal("1000", Text("cpu/c/cpu.cfs_burst_us"));
        Assert.Equal("950000", Text("cpu/c/cpu.rt_period_us"));
        Assert.Equal("-1", Text("cpu/c/cpu.rt_runtime_us"));
        Assert.Equal("0-1", Text("cpuset/c/cpuset.cpus"));
        Assert.Equal("0", Text("cpuset/c/cpuset.mems"));
        Assert.Equal("77", Text("pids/c/pids.max"));
        Assert.Equal("300", Text("blkio/c/blkio.weight"));
        Assert.Equal("8:0 400", Text("blkio/c/blkio.weight_device"));
        Assert.Equal("200", Text("blkio/c/blkio.leaf_weight"));
        Assert.Equal("8:0 100", Text("blkio/c/blkio.leaf_weight_device"));
        Assert.Equal("8:0 10", Text("blkio/c/blkio.throttle.read_bps_device"));
        Assert.Equal("8:0 20", Text("blkio/c/blkio.throttle.write_bps_device"));
        Assert.Equal("8:0 30", Text("blkio/c/blkio.throttle.read_iops_device"));
        Assert.Equal("8:0 40", Text("blkio/c/blkio.throttle.write_iops_device"));
        Assert.Equal("4194304", Text("hugetlb/c/hugetlb.2MB.limit_in_bytes"));
        Assert.Equal("4194304", Text("hugetlb/c/hugetlb.2MB.rsvd.limit_in_bytes"));
        Assert.Equal("1048577", Text("net_cls/c/net_cls.classid"));
        Assert.Equal("eth0 5", Text("net_prio/c/net_prio.ifpriomap"));
        Assert.Equal("mlx5_0 hca_handle=3 hca_object=4", Text("rdma/c/rdma.max"));
    }

    [Fact]
    public void VersionTwoSaysWhatItCannot()
    {
        Files("c/memory.max", "c/memory.swap.max", "c/memory.low");
        var warnings = Apply(V2(), new() { Memory = new() { Limit = 1000, Swap = 1000, Kernel = 5, KernelTCP = 6, DisableOOMKiller = true, Swappiness = 10, UseHierarchy = false } });
        Assert.Equal(["kernel", "kernelTCP", "useHierarchy", "disableOOMKiller", "swappiness"], warnings.Select(w => w.Split(' ')[0].Split('.')[^1]));
        Assert.Equal("0", Text("c/memory.swap.max"));
        Assert.Equal("linux.resources.blockIO.leafWeight", Refused(V2(), new() { BlockIO = new() { LeafWeight = 10 } }).Field);
        Assert.Equal("linux.resources.cpu.realtimePeriod", Refused(V2(), new() { Cpu = new() { RealtimePeriod = 10 } }).Field);
        Assert.Equal("linux.resources.network.classID", Refused(V2(), new() { Network = new() { ClassID = 10 } }).Field);
    }

    [Fact]
    public void ControllersThatAreNotMountedAreNamed()
    {
        var directories = V1("freezer");
        var all = All();
        foreach (var (field, resources) in new (string, LinuxResources)[]
        {
            ("linux.resources.memory.limit", new() { Memory = all.Memory }), ("linux.resources.cpu.shares", new() { Cpu = new() { Shares = 5 } }), ("linux.resources.cpu.mems", new() { Cpu = new() { Mems = "0" } }),
            ("linux.resources.pids.limit", new() { Pids = all.Pids }), ("linux.resources.blockIO.weight", new() { BlockIO = all.BlockIO }), ("linux.resources.hugepageLimits", new() { HugepageLimits = all.HugepageLimits }),
            ("linux.resources.network.classID", new() { Network = all.Network }), ("linux.resources.rdma", new() { Rdma = all.Rdma }), ("linux.resources.unified['memory.high']", new() { Unified = new() { ["memory.high"] = "1" } }),
        })
        {
            var error = Refused(directories, resources);
            Assert.Equal(field, error.Field);
            Assert.Contains("not mounted", error.Message);
        }
    }

    [Theory]
    [InlineData("../memory.max")]
    [InlineData("a/b.c")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("")]
    [InlineData("nodot")]
    public void UnifiedKeysAreFileNames(string key)
    {
        var error = Refused(V2(), new() { Unified = new() { [key] = "1" } });
        Assert.Contains($"unified['{key}']", error.Field);
    }

    [Fact]
    public void ErrorsNameFieldValueFileAndNumber()
    {
        Directory.CreateDirectory(_mount + "/c");
        var error = Assert.Throws<RuntimeStepException>(() => Apply(V2(), new() { Unified = new() { ["memory.high"] = "900" } }));
        foreach (var part in (string[])["linux.resources.unified['memory.high']", "'900'", _mount + "/c/memory.high", "ENOENT", "controller 'memory'"]) Assert.Contains(part, error.Message);
        error = Assert.Throws<RuntimeStepException>(() => Apply(V2(), new() { HugepageLimits = [new() { PageSize = "2MB", Limit = 1 }] }));
        Assert.Contains("linux.resources.hugepageLimits[0]", error.Message);
    }

    [Fact]
    public void WhatNoKernelTakesIsRefusedBeforeAnythingIsMade()
    {
        foreach (var (field, resources) in new (string, LinuxResources)[]
        {
            ("memory.limit", new() { Memory = new() { Limit = -2 } }), ("memory.swap", new() { Memory = new() { Limit = 1000, Swap = 900 } }), ("memory.swappiness", new() { Memory = new() { Swappiness = 101 } }),
            ("cpu.idle", new() { Cpu = new() { Idle = 2 } }), ("blockIO.weight", new() { BlockIO = new() { Weight = 9 } }), ("blockIO.weightDevice[0].leafWeight", new() { BlockIO = new() { WeightDevice = [new() { LeafWeight = 2000 }] } }),
            ("hugepageLimits[0].pageSize", new() { HugepageLimits = [new() { PageSize = "../2MB" }] }), ("network.priorities[0].name", new() { Network = new() { Priorities = [new()] } }), ("rdma['a b']", new() { Rdma = new() { ["a b"] = new() } }),
            ("unified['../x.y']", new() { Unified = new() { ["../x.y"] = "1" } }), ("devices", new() { Devices = [new() { Type = "x" }] }),
        })
        {
            var cgroup = new CgroupV2(_mount, "/made");
            Assert.Equal("linux.resources." + field, Assert.Throws<InvalidSpecException>(() => cgroup.Create(resources)).Field);
            Assert.False(Directory.Exists(_mount + "/made"));
        }
    }

    [Fact]
    public void QuotaAndPeriodAloneKeepTheOther()
    {
        Files("c/cpu.max=20000 50000\n");
        Apply(V2(), new() { Cpu = new() { Quota = 30000 } });
        Assert.Equal("30000 50000", Text("c/cpu.max"));
        Apply(V2(), new() { Cpu = new() { Period = 60000 } });
        Assert.Equal("30000 60000", Text("c/cpu.max"));
        Apply(V2(), new() { Cpu = new() { Quota = -1 } });
        Assert.Equal("max 60000", Text("c/cpu.max"));
    }

    [Fact]
    public void SwapAloneCountsFromTheLimitThatHolds()
    {
        Files("c/memory.max=1000\n", "c/memory.swap.max=max\n");
        Apply(V2(), new() { Memory = new() { Swap = 1700 } });
        Assert.Equal("700", Text("c/memory.swap.max"));
    }

    [Fact]
    public void LimitBelowTheUsageIsRefusedWhenAsked()
    {
        Files("c/memory.current=5000\n", "c/memory.max=max\n");
        Assert.Equal("linux.resources.memory.limit", Refused(V2(), new() { Memory = new() { Limit = 4000, CheckBeforeUpdate = true } }).Field);
        Apply(V2(), new() { Memory = new() { Limit = 4000 } });
        Assert.Equal("4000", Text("c/memory.max"));
    }

    [Fact]
    public void IdleCgroupHasNoWeight()
    {
        Files("c/cpu.idle=0\n", "c/cpu.weight=100\n");
        Apply(V2(), new() { Cpu = new() { Idle = 1, Shares = 2048 } });
        Assert.Equal("1", Text("c/cpu.idle"));
        Assert.Equal("100\n", File.ReadAllText(_mount + "/c/cpu.weight"));
    }

    [Fact]
    public void WhatWasWrittenIsPutBack()
    {
        Files("c/memory.max=max\n", "c/io.max=8:0 rbps=5 wbps=max riops=max wiops=max\n", "c/pids.max=10\n");
        var cgroup = new CgroupV2(_mount, "/c");
        var resources = new LinuxResources { Memory = new() { Limit = 1000 }, Pids = new() { Limit = 20 }, BlockIO = new() { ThrottleReadBpsDevice = [new() { Major = 8, Rate = 9 }] }, Unified = new() { ["no.file"] = "1" } };
        Assert.Throws<RuntimeStepException>(() => cgroup.Apply(resources));
        Assert.Equal("max", Text("c/memory.max"));
        Assert.Equal("10", Text("c/pids.max"));
        Assert.StartsWith("8:0 rbps=5 ", File.ReadAllText(_mount + "/c/io.max"), StringComparison.Ordinal);
    }

    [Fact]
    public void WeightOfADeviceIsConvertedWithoutBfq()
    {
        Files("c/io.weight");
        Apply(V2(), new() { BlockIO = new() { Weight = 500, WeightDevice = [new() { Major = 8, Minor = 16, Weight = 1000 }] } });
        Assert.Equal("8:16 10000", Text("c/io.weight"));
    }

    private static LinuxResources All() => new()
    {
        Memory = new() { Limit = 1000, Swap = 1500, Reservation = 500, Swappiness = 60, DisableOOMKiller = true, UseHierarchy = true },
        Cpu = new() { Shares = 2048, Quota = 20000, Period = 50000, Burst = 1000, Idle = 0, RealtimePeriod = 950000, RealtimeRuntime = -1, Cpus = "0-1", Mems = "0" },
        Pids = new() { Limit = 77 },
        BlockIO = new()
        {
            Weight = 300, LeafWeight = 200, WeightDevice = [new() { Major = 8, Weight = 400, LeafWeight = 100 }],
            ThrottleReadBpsDevice = [new() { Major = 8, Rate = 10 }], ThrottleWriteBpsDevice = [new() { Major = 8, Rate = 20 }],
            ThrottleReadIOPSDevice = [new() { Major = 8, Rate = 30 }], ThrottleWriteIOPSDevice = [new() { Major = 8, Rate = 40 }],
        },
        HugepageLimits = [new() { PageSize = "2MB", Limit = 4194304 }],
        Network = new() { ClassID = 1048577, Priorities = [new() { Name = "eth0", Priority = 5 }] },
        Rdma = new() { ["mlx5_0"] = new() { HcaHandles = 3, HcaObjects = 4 } },
    };

    private static List<string> Apply(Dictionary<string, string> directories, LinuxResources resources)
    {
        var writer = new LimitWriter(undoable: false);
        CgroupLimits.Apply(directories, resources, writer);
        return writer.Warnings;
    }

    private static InvalidSpecException Refused(Dictionary<string, string> directories, LinuxResources resources) => Assert.Throws<InvalidSpecException>(() => Apply(directories, resources));

    private Dictionary<string, string> V1(params string[] controllers) => controllers.ToDictionary(c => c, c => $"{_mount}/{c}/c");

    private Dictionary<string, string> V2() => new() { [""] = _mount + "/c" };

    private void Files(params string[] files)
    {
        foreach (var file in files)
        {
            var parts = file.Split('=', 2);
            var path = $"{_mount}/{parts[0]}";
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, parts.Length == 2 ? parts[1] : "");
        }
    }

    private string Text(string file) => File.ReadAllText($"{_mount}/{file}");
}
