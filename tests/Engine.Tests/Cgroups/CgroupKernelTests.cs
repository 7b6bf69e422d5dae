using System.Diagnostics;
using ContainerPS.Engine.Cgroups;

namespace ContainerPS.Engine.Tests.Cgroups;

/// <summary>Cgroups on the hierarchies this machine has.</summary>
public sealed class CgroupKernelTests : IDisposable
{
    private readonly ICgroup _cgroup = CgroupFactory.Make("test-" + Guid.NewGuid().ToString("n")[..12], null);

    public void Dispose()
    {
        _cgroup.Kill();
        _cgroup.Delete();
        Assert.All(_cgroup.Directories.Values, directory => Assert.False(Directory.Exists(directory)));
    }

    [Fact]
    public void ProcessesAreCountedFrozenAndKilled()
    {
        _cgroup.Create(new() { Memory = new() { Limit = 32 << 20 }, Pids = new() { Limit = 10 } });
        using var process = Process.Start("/bin/sleep", "100");
        foreach (var directory in _cgroup.Directories.Values) File.WriteAllText(directory + "/cgroup.procs", process.Id.ToString());
        Assert.Equal([process.Id], _cgroup.Processes());
        var statistics = _cgroup.Statistics();
        Assert.Equal(1, statistics.Pids);
        Assert.Equal(10, statistics.PidsLimit);
        Assert.Equal(32 << 20, statistics.MemoryLimit);
        Assert.Equal(0, _cgroup.OomKillCount());
        _cgroup.Freeze();
        Assert.True(_cgroup.IsFrozen);
        _cgroup.Thaw();
        Assert.False(_cgroup.IsFrozen);
        _cgroup.Freeze();
        _cgroup.Kill();
        Assert.True(process.WaitForExit(5000));
        Assert.Empty(_cgroup.Processes());
    }

    [Fact]
    public void LimitsAreChanged()
    {
        _cgroup.Create(new() { Memory = new() { Limit = 32 << 20, Swap = 64 << 20 } });
        _cgroup.Apply(new() { Memory = new() { Limit = 128 << 20, Swap = 256 << 20 } });
        Assert.Equal(128 << 20, _cgroup.Statistics().MemoryLimit);
        _cgroup.Apply(new() { Memory = new() { Limit = 16 << 20, Swap = 16 << 20 } });
        Assert.Equal(16 << 20, _cgroup.Statistics().MemoryLimit);
        _cgroup.Apply(new() { Memory = new() { Limit = -1, Swap = -1 } });
        Assert.Equal(long.MaxValue, _cgroup.Statistics().MemoryLimit);
        _cgroup.Apply(new() { Cpu = new() { Quota = 200000, Period = 1000000 } });
        _cgroup.Apply(new() { Cpu = new() { Quota = 5000, Period = 10000 } });
        Assert.Throws<RuntimeStepException>(() => _cgroup.Apply(new() { Cpu = new() { Period = 1 } }));
    }

    [Fact]
    public void CgroupsMadeInsideAreDeletedToo()
    {
        _cgroup.Create(null);
        foreach (var directory in _cgroup.Directories.Values) Directory.CreateDirectory(directory + "/inner/most");
        _cgroup.Delete();
        _cgroup.Delete();
    }

    [Fact]
    public void PathOfTheRootIsRefused() => Assert.Throws<InvalidSpecException>(() => CgroupFactory.Make("x", "/a/.."));
}
