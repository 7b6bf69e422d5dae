using System.Text.Json;

namespace ContainerPS.Engine.Tests.Runtime;

/// <summary><c>ps</c>, <c>update</c>, <c>events</c>, <c>kill --all</c> and <c>exec --cgroup</c>.</summary>
public sealed class CgroupCommandTests
{
    [Fact]
    public void ProcessesAreListed()
    {
        using var container = new TestContainer("sh", "-c", "sleep 61 & sleep 62 & wait");
        container.RunDetached();
        JsonElement pids;
        do pids = JsonDocument.Parse(container.Runcs("ps", "--format", "json", container.Id).Output).RootElement;
        while (pids.GetArrayLength() < 3);
        Assert.Contains(container.State().Pid, pids.EnumerateArray().Select(pid => pid.GetInt32()));
        var lines = container.Runcs("ps", container.Id).Lines;
        Assert.StartsWith("UID", lines[0], StringComparison.Ordinal);
        Assert.Equal(4, lines.Length);
        Assert.Contains(lines, line => line.EndsWith("sleep 61", StringComparison.Ordinal));
        lines = container.Runcs("ps", container.Id, "-o", "pid,args").Lines;
        Assert.NotEqual(0, container.Runcs("ps", container.Id, "-o", "args").ExitCode);
        Assert.NotEqual(0, container.Runcs("ps", "--format", "xml", container.Id).ExitCode);
        Assert.Equal(0, container.Runcs("kill", container.Id, "KILL").ExitCode);
        while (container.State().Status != "stopped");
        Assert.Equal("[]\n", container.Runcs("ps", "--format", "json", container.Id).Output);
    }

    [Fact]
    public void SignalReachesAllProcesses()
    {
        using var container = new TestContainer("sh", "-c", "trap 'echo main' USR1; (trap 'echo other' USR1; echo ready; while :; do sleep 0.01; done) & while :; do sleep 0.01; done");
        container.RunDetached();
        while (!Output(container).Contains("ready"));
        Assert.Equal(0, container.Runcs("kill", "--all", container.Id, "USR1").ExitCode);
        while (!Output(container).Contains("main") || !Output(container).Contains("other")) Assert.Equal("running", container.State().Status);
        Assert.Equal(0, container.Runcs("kill", "-a", container.Id, "KILL").ExitCode);
        while (container.State().Status != "stopped");
        Assert.Equal(0, container.Runcs("kill", "--all", container.Id, "KILL").ExitCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ProcessesLeftWithoutAPidNamespaceAreKilled(bool bySignal)
    {
        using var container = new TestContainer("sh", "-c", "sleep 63 & exec sleep 64");
        container.Spec.Linux!.Namespaces!.RemoveAll(n => n.Type == "pid");
        container.RunDetached();
        while (Pids(container).Length < 2);
        if (bySignal)
        {
            Assert.Equal(0, container.Runcs("kill", container.Id, "KILL").ExitCode);
            while (Pids(container).Length > 0);
        }
        else
        {
            _ = Engine.Linux.Syscall.kill(container.State().Pid, 9);
            while (container.State().Status != "stopped");
            Assert.Single(Pids(container));
            Assert.Equal(0, container.Runcs("kill", "--all", container.Id, "KILL").ExitCode);
            while (Pids(container).Length > 0);
        }

        Assert.Equal(0, container.Runcs("delete", container.Id).ExitCode);
        Assert.Empty(container.CgroupDirectories());
    }

    [Fact]
    public void LimitsAreUpdated()
    {
        using var container = new TestContainer("sleep", "60");
        container.Spec.Linux!.Resources!.Memory = new() { Limit = 64 << 20 };
        container.Spec.Linux.Resources.Pids = new() { Limit = 100 };
        container.RunDetached();
        Assert.Equal("", container.Runcs("update", "--memory", "128M", "--memory-swap", "256m", "--pids-limit", "50", "--cpu-quota", "20000", "--cpu-period", "50000", "--cpu-share", "512", "--cpuset-cpus", "0", container.Id).Errors);
        var stats = Statistics(container);
        Assert.Equal(128L << 20, stats.GetProperty("memory").GetProperty("usage").GetProperty("limit").GetInt64());
        Assert.Equal(50, stats.GetProperty("pids").GetProperty("limit").GetInt64());
        var cgroup = container.Cgroup();
        if (cgroup.Directories.TryGetValue("cpu", out var cpu))
        {
            Assert.Equal("20000", File.ReadAllText(cpu + "/cpu.cfs_quota_us").Trim());
            Assert.Equal("50000", File.ReadAllText(cpu + "/cpu.cfs_period_us").Trim());
            Assert.Equal("512", File.ReadAllText(cpu + "/cpu.shares").Trim());
        }

        var document = RuncsProgram.Run(RuncsProgram.Path, ["--root", container.StateRoot, "update", "--resources", "-", container.Id], """{"memory":{"limit":33554432,"swap":67108864},"pids":{"limit":0},"cpu":{}}""");
        Assert.True(document.ExitCode == 0, document.Errors);
        Assert.Equal(32L << 20, Statistics(container).GetProperty("memory").GetProperty("usage").GetProperty("limit").GetInt64());
        Assert.Contains("kernel", container.Runcs("--debug", "update", "--kernel-memory", "10M", container.Id).Errors);
    }

    [Fact]
    public void UpdateThatFailsChangesNothing()
    {
        using var container = new TestContainer("sleep", "60");
        container.Spec.Linux!.Resources!.Memory = new() { Limit = 64 << 20 };
        container.RunDetached();
        var result = container.Runcs("update", "--memory", "32M", "--cpuset-cpus", "4000", container.Id);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("linux.resources.cpu.cpus", result.Errors);
        Assert.Contains("'4000'", result.Errors);
        Assert.Matches(": E[A-Z]+, ", result.Errors);
        Assert.Equal(64L << 20, Statistics(container).GetProperty("memory").GetProperty("usage").GetProperty("limit").GetInt64());
        Assert.NotEqual(0, container.Runcs("update", "--l3-cache-schema", "L3:0=f", container.Id).ExitCode);
        Assert.NotEqual(0, container.Runcs("update", "--memory", "lots", container.Id).ExitCode);
        Assert.NotEqual(0, container.Runcs("update", "--blkio-weight", "5000", container.Id).ExitCode);
    }

    [Fact]
    public void StatisticsHaveTheKnownShape()
    {
        using var container = new TestContainer("sh", "-c", "sleep 60 & sleep 60; true");
        container.RunDetached();
        while (Pids(container).Length < 3);
        var result = container.Runcs("events", "--stats", container.Id);
        Assert.Equal(0, result.ExitCode);
        var root = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal("stats", root.GetProperty("type").GetString());
        Assert.Equal(container.Id, root.GetProperty("id").GetString());
        var data = root.GetProperty("data");
        Assert.Equal(["cpu", "cpuset", "memory", "pids", "blkio", "hugetlb", "intel_rdt", "network_interfaces"], data.EnumerateObject().Select(p => p.Name));
        Assert.True(data.GetProperty("cpu").GetProperty("usage").GetProperty("total").GetInt64() > 0);
        Assert.True(data.GetProperty("memory").GetProperty("usage").GetProperty("usage").GetInt64() > 0);
        Assert.True(data.GetProperty("memory").GetProperty("raw").EnumerateObject().Any());
        Assert.Equal(3, data.GetProperty("pids").GetProperty("current").GetInt32());
        Assert.NotEqual(0, container.Runcs("events", "--interval", "0s", container.Id).ExitCode);
    }

    [Fact]
    public void EventsFollowAContainerToItsEnd()
    {
        using var container = new TestContainer("sleep", "60");
        container.RunDetached();
        using var events = RuncsProgram.Start(RuncsProgram.Path, ["--root", container.StateRoot, "events", "--interval", "20ms", container.Id]);
        for (var i = 0; i < 3; i++) Assert.Contains("\"type\":\"stats\"", events.StandardOutput.ReadLine());
        Assert.Equal(0, container.Runcs("kill", container.Id, "KILL").ExitCode);
        Assert.True(events.WaitForExit(60_000));
        Assert.Equal(0, events.ExitCode);
        Assert.NotEqual(0, container.Runcs("events", "--stats", container.Id).ExitCode);
    }

    [Fact]
    public void LackOfMemoryIsAnEvent()
    {
        using var container = new TestContainer("sh", "-c", "while test ! -e /tmp/go; do sleep 0.01; done; head -c 200m /dev/zero | tail -c 190m >/dev/null; sleep 60");
        container.Spec.Linux!.Resources!.Memory = new() { Limit = 16 << 20, Swap = 16 << 20 };
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "bin/tail"), "busybox");
        container.RunDetached();
        using var events = RuncsProgram.Start(RuncsProgram.Path, ["--root", container.StateRoot, "events", "--interval", "50ms", container.Id]);
        Assert.Contains("stats", events.StandardOutput.ReadLine());
        File.WriteAllText(Path.Combine(container.Rootfs, "tmp/go"), "");
        string? line;
        do line = events.StandardOutput.ReadLine();
        while (line is not null && !line.Contains("oom"));
        Assert.Equal($$"""{"type":"oom","id":"{{container.Id}}"}""", line);
        Assert.Equal(0, container.Runcs("kill", container.Id, "KILL").ExitCode);
        Assert.True(events.WaitForExit(60_000));
    }

    [Fact]
    public void ProcessIsPutIntoASubCgroup()
    {
        using var container = new TestContainer("sleep", "60");
        container.RunDetached();
        var directories = container.Cgroup().Directories;
        foreach (var directory in directories.Values.Distinct()) Directory.CreateDirectory(directory + "/sub");
        if (directories.TryGetValue("cpuset", out var cpuset))
        {
            File.WriteAllText(cpuset + "/sub/cpuset.cpus", File.ReadAllText(cpuset + "/cpuset.cpus"));
            File.WriteAllText(cpuset + "/sub/cpuset.mems", File.ReadAllText(cpuset + "/cpuset.mems"));
        }

        var lines = container.Exec("--cgroup", "sub", "cat", "/proc/self/cgroup").Lines.Where(line => !line.EndsWith(":/..", StringComparison.Ordinal)).ToArray();
        Assert.Equal(directories.Values.Distinct().Count(), lines.Count(line => line.EndsWith(":/sub", StringComparison.Ordinal)));
        Assert.NotEqual(0, container.Exec("--cgroup", "none", "true").ExitCode);
        Assert.NotEqual(0, container.Exec("--cgroup", "../", "true").ExitCode);
        Assert.NotEqual(0, container.Exec("--cgroup", "sub/../../..", "true").ExitCode);
        Assert.NotEqual(0, container.Exec("--cgroup", "nothing:sub", "true").ExitCode);
        if (!directories.ContainsKey("pids")) return;
        var mixed = container.Runcs("exec", "--cgroup", "pids,memory:sub", "--cgroup", "cpu:/", container.Id, "cat", "/proc/self/cgroup").Lines;
        Assert.Contains(mixed, line => line.EndsWith(":pids:/sub", StringComparison.Ordinal));
        Assert.Contains(mixed, line => line.EndsWith(":cpu:/", StringComparison.Ordinal));
        Assert.NotEqual(0, container.Runcs("exec", "--cgroup", "pids:sub", "--cgroup", "pids:/", container.Id, "true").ExitCode);
    }

    private static string Output(TestContainer container) => File.ReadAllText(Path.Combine(container.Folder, "out"));

    private static int[] Pids(TestContainer container) => JsonSerializer.Deserialize<int[]>(container.Runcs("ps", "--format", "json", container.Id).Output)!;

    private static JsonElement Statistics(TestContainer container) => JsonDocument.Parse(container.Runcs("events", "--stats", container.Id).Output).RootElement.GetProperty("data");
}
