using System.Globalization;

namespace ContainerPS.Conformance;

/// <summary>linux.cgroupsPath and linux.resources on the machine's own hierarchies, and <c>update</c>.</summary>
public sealed class ResourceTests
{
    [Properties]
    [InlineData("memory", """{ "memory": { "limit": 67108864 } }""", "memory.limit_in_bytes=67108864", "memory.max=67108864")]
    [InlineData("memory", """{ "memory": { "limit": 67108864, "reservation": 33554432 } }""", "memory.soft_limit_in_bytes=33554432", "memory.low=33554432")]
    [InlineData("memory", """{ "memory": { "limit": 67108864, "swap": 134217728 } }""", "memory.memsw.limit_in_bytes=134217728", "memory.swap.max=67108864")]
    [InlineData("memory", """{ "memory": { "swappiness": 10 } }""", "memory.swappiness=10", "")]
    [InlineData("memory", """{ "memory": { "limit": 67108864, "disableOOMKiller": true } }""", "memory.oom_control~oom_kill_disable 1", "")]
    [InlineData("memory", """{ "memory": { "limit": 67108864, "kernelTCP": 1048576 } }""", "memory.limit_in_bytes=67108864", "memory.max=67108864")]
    [InlineData("cpu", """{ "cpu": { "shares": 512 } }""", "cpu.shares=512", "cpu.weight=20")]
    [InlineData("cpu", """{ "cpu": { "quota": 50000, "period": 200000 } }""", "cpu.cfs_quota_us=50000", "cpu.max=50000 200000")]
    [InlineData("cpu", """{ "cpu": { "period": 200000 } }""", "cpu.cfs_period_us=200000", "cpu.max=max 200000")]
    [InlineData("cpu", """{ "cpu": { "quota": 50000, "period": 100000, "burst": 10000 } }""", "cpu.cfs_burst_us=10000", "cpu.max.burst=10000")]
    [InlineData("cpu", """{ "cpu": { "idle": 1 } }""", "cpu.idle=1", "cpu.idle=1")]
    [InlineData("cpuset", """{ "cpu": { "cpus": "0", "mems": "0" } }""", "cpuset.cpus=0", "cpuset.cpus=0")]
    [InlineData("cpuset", """{ "cpu": { "mems": "0" } }""", "cpuset.mems=0", "cpuset.mems=0")]
    [InlineData("pids", """{ "pids": { "limit": 77 } }""", "pids.max=77", "pids.max=77")]
    [InlineData("pids", """{ "pids": { "limit": -1 } }""", "pids.max=max", "pids.max=max")]
    [InlineData("blkio", """{ "blockIO": { "weight": 300 } }""", "blkio.bfq.weight=300", "io.bfq.weight~300")]
    [InlineData("blkio", """{ "blockIO": { "throttleReadBpsDevice": [ { "major": DISK, "minor": 0, "rate": 1048576 } ] } }""", "blkio.throttle.read_bps_device=DISK:0 1048576", "io.max~rbps=1048576")]
    [InlineData("blkio", """{ "blockIO": { "throttleWriteBpsDevice": [ { "major": DISK, "minor": 0, "rate": 1048576 } ] } }""", "blkio.throttle.write_bps_device=DISK:0 1048576", "io.max~wbps=1048576")]
    [InlineData("blkio", """{ "blockIO": { "throttleReadIOPSDevice": [ { "major": DISK, "minor": 0, "rate": 100 } ] } }""", "blkio.throttle.read_iops_device=DISK:0 100", "io.max~riops=100")]
    [InlineData("blkio", """{ "blockIO": { "throttleWriteIOPSDevice": [ { "major": DISK, "minor": 0, "rate": 100 } ] } }""", "blkio.throttle.write_iops_device=DISK:0 100", "io.max~wiops=100")]
    [InlineData("hugetlb", """{ "hugepageLimits": [ { "pageSize": "2MB", "limit": 4194304 } ] }""", "hugetlb.2MB.limit_in_bytes=4194304", "hugetlb.2MB.max=4194304")]
    [InlineData("net_cls", """{ "network": { "classID": 1048577 } }""", "net_cls.classid=1048577", "")]
    [InlineData("net_prio", """{ "network": { "priorities": [ { "name": "lo", "priority": 7 } ] } }""", "net_prio.ifpriomap~lo 7", "")]
    [InlineData("rdma", """{ "rdma": { "mlx5_1": { "hcaHandles": 3 } } }""", "rdma.max~hca_handle=3", "rdma.max~hca_handle=3")]
    [DiffersIn("crun", "writes -1, which pids.max does not take", Rows = ["pids.max=max"])]
    [DiffersIn("crun", "looks for hugetlb in v1 hierarchies when there are any", Rows = ["hugetlb.2MB.limit_in_bytes=4194304"], MayPass = true)]
    [DiffersIn("runc", "looks for hugetlb in v1 hierarchies when there are any", Rows = ["hugetlb.2MB.limit_in_bytes=4194304"], MayPass = true)]
    [DiffersIn("crun", "knows blkio.weight, which later kernels have not, and not that of BFQ", Rows = ["blkio.bfq.weight=300"], MayPass = true)]
    [DiffersIn("crun", "1.8 does not know cpu.burst", Rows = ["cpu.cfs_burst_us=10000"])]
    [DiffersIn("runc", "1.1 knows neither cpu.burst nor cpu.idle", Rows = ["cpu.cfs_burst_us=10000", "cpu.idle=1"])]
    public void AResourceIsSet(string controller, string resources, string v1, string v2)
    {
        var disk = BlockDevice();
        var wanted = (Cgroups.IsV2(controller) ? v2 : v1).Replace("DISK", disk, StringComparison.Ordinal);
        if (!Cgroups.Has(controller)) throw new MissingFeatureException($"no cgroup controller {controller} is mounted");
        if (wanted.Length == 0) throw new MissingFeatureException($"the v2 controller {controller} has nothing like it");
        using var container = new Container($$"""{ "linux": { "resources": {{resources.Replace("DISK", disk, StringComparison.Ordinal)}} } }""");
        container.Start();
        var parts = wanted.Split(['=', '~'], 2);
        var path = Path.Combine(Cgroups.Of(controller, container.State()["pid"].Number), parts[0]);
        if (!File.Exists(path)) throw new MissingFeatureException($"the controller {controller} has no {parts[0]}");
        var seen = File.ReadAllText(path).Trim();
        if (wanted[parts[0].Length] == '=') Assert.Equal(parts[1], seen);
        else Assert.Contains(parts[1], seen, StringComparison.Ordinal);
    }

    [Property]
    public void AnAbsolutePathIsBelowTheHierarchies()
    {
        using var container = new Container();
        container.Patch($$"""{ "linux": { "cgroupsPath": "/{{container.Id}}/deep/down" } }""").Start();
        foreach (var controller in ((string[])["memory", "pids", "cpu"]).Where(Cgroups.Has))
            Assert.EndsWith($"/{container.Id}/deep/down", Cgroups.Of(controller, container.State()["pid"].Number), StringComparison.Ordinal);
    }

    [Property]
    public void ARelativePathIsBelowSomeplaceAndGoesWithTheContainer()
    {
        using var container = new Container();
        container.Patch($$"""{ "linux": { "cgroupsPath": "{{container.Id}}" } }""").Start();
        var folder = Cgroups.Of("pids", container.State()["pid"].Number);
        Assert.EndsWith("/" + container.Id, folder, StringComparison.Ordinal);
        container.Runtime("delete", "--force", container.Id).Succeeded();
        Assert.False(Directory.Exists(folder));
    }

    [Property]
    public void WithoutAPathTheContainerHasACgroupOfItsOwn()
    {
        using var container = new Container("""{ "linux": { "cgroupsPath": null } }""");
        container.Start();
        var folder = Cgroups.Of("pids", container.State()["pid"].Number);
        Assert.Contains(container.Id, folder, StringComparison.Ordinal);
        container.Runtime("delete", "--force", container.Id).Succeeded();
        Assert.False(Directory.Exists(folder));
    }

    [Property]
    public void ThePidsLimitIsKept()
    {
        using var container = new Container("""{ "linux": { "resources": { "pids": { "limit": 10 } } } }""");
        Assert.Equal(9, container.Ask("forks:20")["forks:20"].Number);
    }

    [Property]
    public void TheMemoryLimitIsKept()
    {
        using var container = new Container("""{ "linux": { "resources": { "memory": { "limit": 33554432 } } } }""");
        Assert.Equal(9, container.Ask("memory:67108864")["memory:67108864"]["signal"].Number);
    }

    [Properties]
    [InlineData("--memory", "50331648", "memory", "memory.limit_in_bytes", "memory.max", "50331648")]
    [InlineData("--pids-limit", "33", "pids", "pids.max", "pids.max", "33")]
    [InlineData("--cpu-share", "256", "cpu", "cpu.shares", "", "256")]
    [InlineData("--cpu-quota", "30000", "cpu", "cpu.cfs_quota_us", "", "30000")]
    [InlineData("--cpuset-cpus", "0", "cpuset", "cpuset.cpus", "cpuset.cpus", "0")]
    public void AResourceIsUpdatedByAFlag(string flag, string value, string controller, string v1, string v2, string seen)
    {
        using var container = new Container("""{ "linux": { "resources": { "memory": { "limit": 67108864 }, "pids": { "limit": 77 }, "cpu": { "shares": 512, "quota": 50000, "period": 100000 } } } }""");
        container.Start();
        container.Runtime("update", flag, value, container.Id).Succeeded();
        var file = Cgroups.IsV2(controller) ? v2 : v1;
        if (file.Length > 0) Assert.Equal(seen, File.ReadAllText(Path.Combine(Cgroups.Of(controller, container.State()["pid"].Number), file)).Trim());
    }

    [Property]
    public void ResourcesAreUpdatedByADocument()
    {
        using var container = new Container("""{ "linux": { "resources": { "memory": { "limit": 67108864 }, "pids": { "limit": 77 } } } }""");
        container.Start();
        container.RuntimeWith("""{ "memory": { "limit": 50331648 }, "pids": { "limit": 44 } }""", "update", "--resources", "-", container.Id).Succeeded();
        var pid = container.State()["pid"].Number;
        Assert.Equal("44", File.ReadAllText(Path.Combine(Cgroups.Of("pids", pid), "pids.max")).Trim());
        Assert.Equal("50331648", File.ReadAllText(Path.Combine(Cgroups.Of("memory", pid), Cgroups.IsV2("memory") ? "memory.max" : "memory.limit_in_bytes")).Trim());
    }

    [Property]
    public void ALimitBelowTheUsageIsRefusedWhenItIsToBeChecked()
    {
        using var container = new Container("""{ "linux": { "resources": { "memory": { "limit": 67108864 } } } }""");
        container.Start();
        container.RuntimeWith("""{ "memory": { "limit": 4096, "checkBeforeUpdate": true } }""", "update", "--resources", "-", container.Id).Refused();
        Assert.Equal("running", container.State()["status"].Text);
    }

    // The major number of a whole disk, for the throttles.
    private static string BlockDevice() =>
        Directory.GetDirectories("/sys/block").Where(d => !Path.GetFileName(d).StartsWith("loop", StringComparison.Ordinal)).Append("/sys/block/loop0")
            .Select(d => File.ReadAllText(d + "/dev").Trim().Split(':')).First(n => n[1] == "0")[0].ToString(CultureInfo.InvariantCulture);
}
