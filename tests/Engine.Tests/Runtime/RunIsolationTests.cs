using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>What a container sees of the machine is what config.json says, and nothing of it is left.</summary>
public sealed class RunIsolationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Loopback_is_up_in_a_network_of_its_own(bool user)
    {
        using var container = new TestContainer();
        if (user)
        {
            container.Spec.Linux!.Namespaces!.Add(new() { Type = "user" });
            container.Spec.Linux.UidMappings = container.Spec.Linux.GidMappings = [new() { ContainerId = 0, HostId = 0, Size = 65536 }];
        }

        var lines = container.Shell("cat /proc/net/if_inet6; cat /proc/net/fib_trie").Output;
        Assert.Contains("00000000000000000000000000000001 01 80 10 80", lines, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", lines, StringComparison.Ordinal);
    }

    [Fact]
    public void NamespacesAreItsOwn()
    {
        using var container = new TestContainer();
        var inside = container.Shell("hostname; for n in mnt pid uts ipc net cgroup; do readlink /proc/self/ns/$n; done; echo $$").Lines;
        Assert.Equal("inside", inside[0]);
        Assert.Equal("1", inside[^1]);
        foreach (var line in inside[1..^1])
        {
            var name = line[..line.IndexOf(':')];
            Assert.NotEqual(new FileInfo($"/proc/self/ns/{name}").LinkTarget, line);
        }
    }

    [Fact]
    public void NamespaceByPathIsJoinedAndOneNotListedIsShared()
    {
        using var first = new TestContainer("sleep", "60");
        first.RunDetached();
        var pid = first.State().Pid;
        using var container = new TestContainer();
        container.Spec.Linux!.Namespaces = [new() { Type = "mount" }, new() { Type = "pid", Path = $"/proc/{pid}/ns/pid" }, new() { Type = "network", Path = $"/proc/{pid}/ns/net" }, new() { Type = "uts" }];
        var lines = container.Shell("readlink /proc/self/ns/net; readlink /proc/self/ns/ipc; ps").Lines;
        Assert.Equal(new FileInfo($"/proc/{pid}/ns/net").LinkTarget, lines[0]);
        Assert.Equal(new FileInfo("/proc/self/ns/ipc").LinkTarget, lines[1]);
        Assert.Contains(lines, l => l.Contains("sleep 60", StringComparison.Ordinal));
    }

    [Fact]
    public void RemountChangesWhatIsMountedThere()
    {
        using var container = new TestContainer();
        container.Spec.Mounts!.Add(new() { Destination = "/run/t", Type = "tmpfs", Source = "tmpfs", Options = ["size=64k"] });
        container.Spec.Mounts.Add(new() { Destination = "/run/t", Options = ["remount", "ro", "noexec"] });
        container.Spec.Mounts.Add(new() { Destination = "/", Options = ["remount", "nosuid"] });
        var lines = container.Shell("cat /proc/self/mountinfo").Lines.Select(l => l.Split(' ')).ToArray();
        Assert.Equal("ro,noexec,relatime", lines.Single(p => p[4] == "/run/t")[5]);
        Assert.Contains("nosuid", lines.Single(p => p[4] == "/")[5]);
    }

    [Fact]
    public void MountsHaveTheirOptions()
    {
        using var container = new TestContainer();
        var file = Path.Combine(container.Folder, "file");
        File.WriteAllText(file, "bound");
        container.Spec.Mounts!.Add(new() { Destination = "/etc/made/file", Source = file, Type = "bind", Options = ["bind", "ro", "rprivate"] });
        container.Spec.Mounts.Add(new() { Destination = "/tmp/dir", Source = container.Folder, Options = ["rbind", "nosuid", "noexec", "slave"] });
        container.Spec.Mounts.Add(new() { Destination = "/run/t", Type = "tmpfs", Source = "tmpfs", Options = ["size=64k", "mode=1700", "noatime"] });
        var result = container.Shell("cat /etc/made/file /proc/self/mountinfo; stat -c %a /run/t; touch /etc/made/file");
        Assert.NotEqual(0, result.ExitCode);
        Assert.StartsWith("bound", result.Output, StringComparison.Ordinal);
        Assert.Equal("1700", result.Lines[^1]);
        var mounts = result.Lines.Where(l => l.Contains(" - ", StringComparison.Ordinal)).Select(l => l.Split(' ')).GroupBy(p => p[4]).ToDictionary(g => g.Key, g => g.Last());
        Assert.Equal("ro,relatime", mounts["/etc/made/file"][5]);
        Assert.Equal("rw,nosuid,noexec,relatime", mounts["/tmp/dir"][5]);
        Assert.Equal("rw,noatime", mounts["/run/t"][5]);
        Assert.Equal("rw,nosuid,nodev,noexec,relatime", mounts["/proc"][5]);
        Assert.Equal("rw,nosuid", mounts["/dev"][5]);
        Assert.Equal("ro,nosuid,nodev,noexec,relatime", mounts["/sys"][5]);
        Assert.Equal("ro,nosuid,nodev,noexec,relatime", mounts["/proc/sys"][5]);
        foreach (var type in (string[])["/dev/pts", "/dev/mqueue", "/dev/shm", "/sys/fs/cgroup"]) Assert.Contains(type, mounts.Keys);
    }

    [Fact]
    public void MaskedAndReadOnlyPathsAreSo()
    {
        using var container = new TestContainer();
        container.Spec.Linux!.MaskedPaths = ["/proc/kcore", "/proc/keys", "/sys/firmware", "/etc/secrets", "/not/there", "/etc/secret"];
        container.Spec.Linux.ReadonlyPaths = ["/proc/sys", "/etc/kept", "/nor/there"];
        Directory.CreateDirectory(Path.Combine(container.Rootfs, "etc/secrets"));
        Directory.CreateDirectory(Path.Combine(container.Rootfs, "etc/kept"));
        File.WriteAllText(Path.Combine(container.Rootfs, "etc/secrets/key"), "secret");
        File.WriteAllText(Path.Combine(container.Rootfs, "etc/secret"), "secret");
        var result = container.Shell("stat -c '%F %t:%T' /proc/keys /etc/secret; wc -c </etc/secret; ls -A /sys/firmware /etc/secrets | wc -l; touch /etc/secrets/x /etc/kept/x; echo 1 >/proc/sys/kernel/shmmni; touch /etc/free && echo written");
        Assert.Equal(["character special file 1:3", "character special file 1:3", "0", "3", "written"], result.Lines);
        Assert.Equal(3, result.Errors.Split("Read-only file system").Length - 1);
    }

    [Fact]
    public void DevicesAndLinksAreMade()
    {
        using var container = new TestContainer();
        container.Spec.Linux!.Devices =
        [
            new() { Type = "c", Path = "/dev/net/tun", Major = 10, Minor = 200, FileMode = 0x180, Uid = 5, Gid = 6 },
            new() { Type = "p", Path = "/dev/pipe" },
            new() { Type = "b", Path = "/dev/disk", Major = 7, Minor = 300 },
        ];
        container.Spec.Linux.Resources!.Devices!.Add(new() { Allow = true, Type = "c", Major = 10, Minor = 200, Access = "r" });
        var lines = container.Shell("stat -c '%n %F %t:%T %a %u %g' /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty /dev/net/tun /dev/pipe /dev/disk; for l in fd stdin stdout stderr core ptmx; do readlink /dev/$l; done; cat /sys/fs/cgroup/devices/devices.list | grep -c 10:200").Lines;
        Assert.Equal(
            [
                "/dev/null character special file 1:3 666 0 0", "/dev/zero character special file 1:5 666 0 0", "/dev/full character special file 1:7 666 0 0",
                "/dev/random character special file 1:8 666 0 0", "/dev/urandom character special file 1:9 666 0 0", "/dev/tty character special file 5:0 666 0 0",
                "/dev/net/tun character special file a:c8 600 5 6", "/dev/pipe fifo 0:0 666 0 0", "/dev/disk block special file 7:12c 666 0 0",
                "/proc/self/fd", "/proc/self/fd/0", "/proc/self/fd/1", "/proc/self/fd/2", "/proc/kcore", "pts/ptmx",
            ],
            lines[..15]);
        if (lines.Length > 15) Assert.Equal("1", lines[15]);
    }

    [Fact]
    public void ReadOnlyRootCannotBeWritten()
    {
        using var container = new TestContainer();
        container.Spec.Root!.Readonly = true;
        var result = container.Shell("touch /x; touch /dev/shm/y && echo shm");
        Assert.Contains("Read-only file system", result.Errors);
        Assert.Equal(["shm"], result.Lines);
        Assert.False(File.Exists(Path.Combine(container.Rootfs, "x")));
    }

    [Fact]
    public void KernelParametersOfItsNamespacesAreSet()
    {
        using var container = new TestContainer();
        container.Spec.Linux!.Sysctl = new() { ["net.ipv4.ip_forward"] = "1", ["kernel.msgmax"] = "4242", ["net/ipv4/conf/lo/rp_filter"] = "2" };
        Assert.Equal(["1", "4242", "2"], container.Shell("cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/msgmax /proc/sys/net/ipv4/conf/lo/rp_filter").Lines);
    }

    [Fact]
    public void LimitsAreThoseOfItsCgroup()
    {
        using var container = new TestContainer();
        container.Spec.Linux!.Resources!.Memory = new() { Limit = 64 << 20 };
        container.Spec.Linux.Resources.Pids = new() { Limit = 7 };
        container.Spec.Linux.Resources.Cpu = new() { Shares = 512, Quota = 50000, Period = 100000, Cpus = "0" };
        if (!Directory.Exists("/sys/fs/cgroup/memory"))
        {
            Assert.Equal(["67108864", "7", "50000 100000"], container.Shell("cd /sys/fs/cgroup; cat memory.max pids.max cpu.max").Lines);
            return;
        }

        var lines = container.Shell("cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes pids/pids.max cpu/cpu.shares cpu/cpu.cfs_quota_us cpuset/cpuset.cpus; grep Cpus_allowed_list /proc/self/status; grep memory: /proc/self/cgroup; touch pids/x; mkdir memory/x; echo 1 >pids/pids.max; mount -t cgroup -o memory none /tmp").Lines;
        Assert.Equal(["67108864", "7", "512", "50000", "0", "Cpus_allowed_list:\t0"], lines[..6]);
        Assert.EndsWith("memory:/", lines[6], StringComparison.Ordinal);
        Assert.Equal(7, lines.Length);
    }

    [Fact]
    public void ProcessLimitStopsAForkBomb()
    {
        using var container = new TestContainer();
        container.Spec.Linux!.Resources!.Pids = new() { Limit = 5 };
        var result = container.Shell("for i in 1 2 3 4 5 6 7 8; do sleep 5 & done; echo never");
        Assert.NotEqual(0, result.ExitCode);
        Assert.DoesNotContain("never", result.Output);
        Assert.Contains("fork", result.Errors);
    }

    [Fact]
    public void RootPropagationIsThatAsked()
    {
        using var container = new TestContainer();
        Assert.DoesNotContain("shared:", container.Shell("cat /proc/self/mountinfo").Output);
        container.Spec.Linux!.RootfsPropagation = "shared";
        Assert.Matches(" / / .*shared:|/rootfs / .*shared:", container.Shell("cat /proc/self/mountinfo").Output);
    }

    [Fact]
    public void NothingIsLeft()
    {
        using var container = new TestContainer();
        container.Spec.Linux!.Resources!.Memory = new() { Limit = 64 << 20 };
        Assert.Equal(0, container.Shell("sleep 100 & sleep 100 & true").ExitCode);
        Assert.Empty(container.CgroupDirectories());
        Assert.DoesNotContain(container.Folder, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(container.StateRoot, container.Id)));
    }

    [Fact]
    public void HugePagesAreLimitedOnTheUnifiedHierarchyOfAHybridMachine()
    {
        if (!Directory.Exists("/sys/fs/cgroup/unified") || !File.ReadAllText("/sys/fs/cgroup/unified/cgroup.controllers").Contains("hugetlb", StringComparison.Ordinal)) return;
        using var container = new TestContainer("sleep", "60");
        container.Spec.Linux!.Resources!.HugepageLimits = [new LinuxHugepageLimit { PageSize = "2MB", Limit = 4 << 20 }];
        container.RunDetached();
        var directory = $"/sys/fs/cgroup/unified/containerps/{container.Id}";
        Assert.Equal("4194304", File.ReadAllText(directory + "/hugetlb.2MB.max").Trim());
        Assert.Contains(container.State().Pid.ToString(), File.ReadAllText(directory + "/cgroup.procs"));
        Assert.Equal(0, container.Runcs("delete", "--force", container.Id).ExitCode);
        Assert.Empty(container.CgroupDirectories());
    }
}
