using ContainerPS.Engine.Cgroups;

namespace ContainerPS.Engine.Tests.Cgroups;

public sealed class CgroupMountsTests
{
    private const string Systemd = "36 31 0:33 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n";

    [Fact]
    public void VersionTwoAlone()
    {
        var mounts = CgroupMounts.Parse("22 1 0:21 / /proc rw - proc proc rw\n30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n");
        Assert.True(mounts.IsUnifiedOnly);
        Assert.Equal("/sys/fs/cgroup", mounts.Unified);
        Assert.Empty(mounts.V1);
    }

    [Fact]
    public void HybridWithControllersOnVersionOne()
    {
        var mounts = CgroupMounts.Parse(
            "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct\n35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n" + Systemd + "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
        Assert.False(mounts.IsUnifiedOnly);
        Assert.Equal("/sys/fs/cgroup/unified", mounts.Unified);
        Assert.Equal(["cpu", "cpuacct", "memory", "name=systemd"], mounts.V1.Keys.Order());
        Assert.Equal(mounts.V1["cpu"], mounts.V1["cpuacct"]);
    }

    [Fact]
    public void NamedHierarchyAloneIsNoController()
    {
        Assert.True(CgroupMounts.Parse(Systemd + "41 31 0:38 / /sys/fs/cgroup rw - cgroup2 none rw\n").IsUnifiedOnly);
    }

    [Fact]
    public void EscapedPathsAreRead() =>
        Assert.Equal("/a b\\c", CgroupMounts.Parse("41 31 0:38 / /a\\040b\\134c rw - cgroup2 none rw\n").Unified);

    [Fact]
    public void NoHierarchyIsAClearError() =>
        Assert.Equal("NoCgroups", Assert.Throws<ContainerEngineException>(() => CgroupFactory.Open(CgroupMounts.Parse(""), "/x")).ErrorId);
}
