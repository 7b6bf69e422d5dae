using System.Diagnostics;
using System.Globalization;
using ContainerPS.Engine.Cgroups;
using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Tests.Cgroups;

/// <summary>Cgroups on the hierarchies this machine has, all of them and, where there are both versions, v1 alone.</summary>
public sealed class CgroupKernelTests : IDisposable
{
    private readonly string _path = CgroupFactory.PathOf("test-" + Guid.NewGuid().ToString("n")[..12]);
    private readonly ICgroup _cgroup;

    public CgroupKernelTests() => _cgroup = CgroupFactory.Make(CgroupMounts.Detect(), _path);

    public void Dispose()
    {
        _cgroup.Kill();
        _cgroup.Delete();
        Assert.All(_cgroup.Directories.Values, directory => Assert.False(Directory.Exists(directory)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ProcessesAreCountedFrozenAndKilled(bool v1Alone)
    {
        var cgroup = v1Alone ? V1() : _cgroup;
        if (cgroup is null) return; // the machine has v2 alone
        cgroup.Create(new() { Memory = new() { Limit = 32 << 20 }, Pids = new() { Limit = 10 } });
        using var process = Sleep(cgroup);
        Assert.Equal([process.Id], cgroup.Processes());
        var statistics = cgroup.Statistics();
        Assert.Equal(1, statistics.Pids);
        Assert.Equal(10, statistics.PidsLimit);
        Assert.Equal(32 << 20, statistics.MemoryLimit);
        Assert.Equal(0, cgroup.OomKillCount());
        cgroup.Freeze();
        Assert.True(cgroup.IsFrozen);
        cgroup.Thaw();
        Assert.False(cgroup.IsFrozen);
        cgroup.Freeze();
        cgroup.Signal(18 /* SIGCONT */);
        Assert.True(cgroup.IsFrozen);
        cgroup.Kill();
        Assert.True(process.WaitForExit(60_000));
        Assert.Empty(cgroup.Processes());
        cgroup.Delete();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ForkBombIsKilled(bool v1Alone)
    {
        var cgroup = v1Alone ? V1() : _cgroup;
        if (cgroup is null) return;
        cgroup.Create(new() { Pids = new() { Limit = 200 } });
        using var bomb = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "read x; for i in 1 2 3 4 5 6 7 8 9 10 11 12; do (while :; do /bin/true; done) & done; wait"]) { RedirectStandardInput = true, RedirectStandardError = true })!;
        Join(cgroup, bomb.Id);
        bomb.StandardInput.WriteLine();
        while (cgroup.Processes().Count < 10);
        cgroup.Kill();
        Assert.Empty(cgroup.Processes());
        Assert.True(bomb.WaitForExit(60_000));
        cgroup.Delete();
    }

    [Fact]
    public void LimitsAreChanged()
    {
        _cgroup.Create(new() { Memory = new() { Limit = 32 << 20, Swap = 64 << 20 } });
        _cgroup.Apply(new() { Memory = new() { Limit = 128 << 20, Swap = 256 << 20 } });
        Assert.Equal(128 << 20, _cgroup.Statistics().MemoryLimit);
        _cgroup.Apply(new() { Memory = new() { Limit = 16 << 20, Swap = 16 << 20 } });
        Assert.Equal(16 << 20, _cgroup.Statistics().MemoryLimit);
        _cgroup.Apply(new() { Memory = new() { Limit = -1 } });
        Assert.Equal(long.MaxValue, _cgroup.Statistics().MemoryLimit);
        _cgroup.Apply(new() { Cpu = new() { Quota = 200000, Period = 1000000 } });
        _cgroup.Apply(new() { Cpu = new() { Quota = 5000, Period = 10000, Burst = 5000 } });
        _cgroup.Apply(new() { Cpu = new() { Quota = 500000, Period = 1000000, Burst = 500000 } });
        _cgroup.Apply(new() { Cpu = new() { Burst = 0 } });
        _cgroup.Apply(new() { Cpu = new() { Quota = -1 } });
        Assert.Throws<RuntimeStepException>(() => _cgroup.Apply(new() { Cpu = new() { Period = 1 } }));
    }

    [Fact]
    public void LimitsAreInTheKernelsFiles()
    {
        var cgroup = V1();
        if (cgroup is null) return;
        cgroup.Create(new()
        {
            Memory = new() { Limit = 32 << 20, Swap = 48 << 20, Reservation = 16 << 20, Swappiness = 33, DisableOOMKiller = true, UseHierarchy = true },
            Cpu = new() { Shares = 256, Quota = 30000, Period = 60000, Burst = 1000, Cpus = "0", Mems = "0" },
            Pids = new() { Limit = 0 },
            BlockIO = new() { ThrottleReadBpsDevice = [Disk(1000)], ThrottleWriteIOPSDevice = [Disk(2000)] },
        });
        try
        {
            foreach (var (controller, file, value) in new[]
            {
                ("memory", "memory.limit_in_bytes", "33554432"), ("memory", "memory.memsw.limit_in_bytes", "50331648"), ("memory", "memory.soft_limit_in_bytes", "16777216"), ("memory", "memory.swappiness", "33"),
                ("cpu", "cpu.shares", "256"), ("cpu", "cpu.cfs_quota_us", "30000"), ("cpu", "cpu.cfs_period_us", "60000"), ("cpu", "cpu.cfs_burst_us", "1000"), ("cpuset", "cpuset.cpus", "0"), ("cpuset", "cpuset.mems", "0"),
                ("pids", "pids.max", "max"), ("blkio", "blkio.throttle.read_bps_device", DiskNumber + " 1000"), ("blkio", "blkio.throttle.write_iops_device", DiskNumber + " 2000"),
            })
            {
                Assert.Equal(value, File.ReadAllText($"{cgroup.Directories[controller]}/{file}").Trim());
            }

            Assert.StartsWith("oom_kill_disable 1", File.ReadAllText(cgroup.Directories["memory"] + "/memory.oom_control"), StringComparison.Ordinal);
            cgroup.Apply(new() { Cpu = new() { Idle = 1 }, BlockIO = new() { ThrottleReadBpsDevice = [Disk(0)] } });
            Assert.Equal("1", File.ReadAllText(cgroup.Directories["cpu"] + "/cpu.idle").Trim());
            Assert.Equal("", File.ReadAllText(cgroup.Directories["blkio"] + "/blkio.throttle.read_bps_device").Trim());
            var error = Assert.Throws<InvalidSpecException>(() => cgroup.Apply(new() { Cpu = new() { Idle = 0, Shares = 1 } }));
            Assert.Contains("the least is 2", error.Message);
            Assert.Equal("linux.resources.network.classID", Assert.Throws<InvalidSpecException>(() => cgroup.Apply(new() { Network = new() { ClassID = 5 } })).Field);
        }
        finally
        {
            cgroup.Delete();
        }
    }

    [Fact]
    public void HugePagesAreLimitedWhereverTheirControllerIs()
    {
        if (!Directory.Exists("/sys/kernel/mm/hugepages/hugepages-2048kB")) return;
        _cgroup.Create(new() { HugepageLimits = [new() { PageSize = "2MB", Limit = 4 << 20 }] });
        var files = _cgroup.Directories.TryGetValue("hugetlb", out var v1)
            ? (string[])[v1 + "/hugetlb.2MB.limit_in_bytes", v1 + "/hugetlb.2MB.rsvd.limit_in_bytes"]
            : [_cgroup.Directories[""] + "/hugetlb.2MB.max", _cgroup.Directories[""] + "/hugetlb.2MB.rsvd.max"];
        Assert.All(files, file => Assert.Equal("4194304", File.ReadAllText(file).Trim()));
        Assert.Contains("2MB", _cgroup.Details().Hugepages.Keys);
        if (_cgroup.Directories.ContainsKey(""))
        {
            _cgroup.Apply(new() { Unified = new() { ["hugetlb.2MB.max"] = "2097152" } });
            Assert.Equal("2097152", File.ReadAllText(_cgroup.Directories[""] + "/hugetlb.2MB.max").Trim());
            var error = Assert.Throws<RuntimeStepException>(() => _cgroup.Apply(new() { Unified = new() { ["hugetlb.2MB.max"] = "much" } }));
            Assert.Contains("unified['hugetlb.2MB.max']", error.Message);
            Assert.Contains("EINVAL", error.Message);
        }

        Assert.Contains("hugepageLimits[0]", Assert.Throws<RuntimeStepException>(() => _cgroup.Apply(new() { HugepageLimits = [new() { PageSize = "3MB", Limit = 1 }] })).Message);
    }

    [Fact]
    public void LeftOverWithProcessesOrFrozenIsRefusedAndLeftAlone()
    {
        _cgroup.Create(null);
        using var process = Sleep(_cgroup);
        Assert.Contains(process.Id.ToString(CultureInfo.InvariantCulture), Assert.Throws<InvalidContainerStateException>(() => CgroupFactory.Make(CgroupMounts.Detect(), _path).Create(null)).Message);
        Assert.Equal([process.Id], _cgroup.Processes());
        _cgroup.Kill();
        _cgroup.Freeze();
        Assert.Contains("frozen", Assert.Throws<InvalidContainerStateException>(() => CgroupFactory.Make(CgroupMounts.Detect(), _path).Create(null)).Message);
        _cgroup.Thaw();
        CgroupFactory.Make(CgroupMounts.Detect(), _path).Create(null);
    }

    [Fact]
    public void WhatCannotBeSetLeavesNothingBehind()
    {
        Assert.Throws<RuntimeStepException>(() => _cgroup.Create(new() { Cpu = new() { Cpus = "4000" } }));
        Assert.All(_cgroup.Directories.Values, directory => Assert.False(Directory.Exists(directory)));
    }

    [Fact]
    public void CgroupsMadeInsideAreDeletedToo()
    {
        _cgroup.Create(null);
        foreach (var directory in _cgroup.Directories.Values.Distinct())
        {
            Directory.CreateDirectory(directory + "/inner/most");

            // Deeper than any path may be long, and with a name that is no text.
            var script = "cd \"$1\" && mkdir \"$(printf '\\377')\" && i=0; n=$(printf '%0200d' 0); while [ $i -lt 24 ]; do mkdir $n && cd $n || exit 1; i=$((i+1)); done";
            using var shell = Process.Start("/bin/bash", ["-c", script, "sh", directory]);
            shell.WaitForExit();
            Assert.Equal(0, shell.ExitCode);
        }

        _cgroup.Delete();
        _cgroup.Delete();
    }

    [Fact]
    public void ProcessesInCgroupsBelowAreFound()
    {
        _cgroup.Create(null);
        using var process = Sleep(_cgroup);
        foreach (var directory in _cgroup.Directories.Values.Distinct())
        {
            Directory.CreateDirectory(directory + "/a/b");
            if (directory == _cgroup.Directories.GetValueOrDefault("cpuset")) continue;
            File.WriteAllText(directory + "/a/b/cgroup.procs", process.Id.ToString(CultureInfo.InvariantCulture));
        }

        Assert.Equal([process.Id], _cgroup.Processes());
        _cgroup.Freeze();
        Assert.Equal([process.Id], _cgroup.Processes());
        _cgroup.Kill();
        Assert.True(process.WaitForExit(60_000));
    }

    [Fact]
    public void ThreadedCgroupsHideNoProcess()
    {
        if (!_cgroup.Directories.ContainsKey("")) return;
        _cgroup.Create(null);
        var unified = _cgroup.Directories[""];
        Directory.CreateDirectory(unified + "/t");
        File.WriteAllText(unified + "/t/cgroup.type", "threaded");
        using var process = Sleep(_cgroup);
        File.WriteAllText(unified + "/t/cgroup.threads", process.Id.ToString(CultureInfo.InvariantCulture));
        Assert.Equal([process.Id], _cgroup.Processes());
        _cgroup.Kill();
        Assert.True(process.WaitForExit(60_000));
    }

    [Fact]
    public void NamedHierarchiesAreJoined()
    {
        var mounts = CgroupMounts.Detect();
        _cgroup.Create(null);
        Assert.Equal(mounts.V1.Keys.Concat(mounts.Unified is null ? [] : [""]).Order(), _cgroup.Directories.Keys.Order());
    }

    private static string DiskNumber { get; } = Directory.GetDirectories("/sys/block").Select(d => File.ReadAllText(d + "/dev").Trim()).First();

    private static Oci.LinuxThrottleDevice Disk(ulong rate) => new() { Major = long.Parse(DiskNumber.Split(':')[0], CultureInfo.InvariantCulture), Minor = long.Parse(DiskNumber.Split(':')[1], CultureInfo.InvariantCulture), Rate = rate };

    private static Process Sleep(ICgroup cgroup)
    {
        var process = Process.Start("/bin/sleep", "100");
        Join(cgroup, process.Id);
        return process;
    }

    private static void Join(ICgroup cgroup, int pid)
    {
        foreach (var directory in cgroup.Directories.Values.Distinct()) File.WriteAllText(directory + "/cgroup.procs", pid.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The same cgroup on v1 alone; null on a machine without.</summary>
    private CgroupV1? V1()
    {
        var lines = File.ReadAllLines("/proc/self/mountinfo").Where(line => !line.Contains(" - cgroup2 "));
        var mounts = CgroupMounts.Parse(string.Join('\n', lines));
        return mounts.V1.ContainsKey("memory") ? new CgroupV1(mounts, _path) : null;
    }
}
