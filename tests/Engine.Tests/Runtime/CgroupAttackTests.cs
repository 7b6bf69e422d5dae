namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>Attacks by way of cgroups, tried: each has to fail.</summary>
public sealed class CgroupAttackTests
{
    /// <summary>CVE-2022-0492, CVE-2023-25809: nothing in a hierarchy can be written, made or mounted.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void HierarchiesAreReadOnly(bool ownNamespace)
    {
        using var container = new TestContainer();
        if (!ownNamespace) container.Spec.Linux!.Namespaces!.RemoveAll(n => n.Type == "cgroup");
        var result = container.Shell("""
            for d in /sys/fs/cgroup /sys/fs/cgroup/*; do
              test -d $d || continue
              echo dir $d
              touch $d/new 2>/dev/null && echo made $d/new
              mkdir $d/sub 2>/dev/null && echo made $d/sub
              for f in release_agent notify_on_release cgroup.procs tasks cgroup.subtree_control cgroup.freeze memory.limit_in_bytes devices.allow pids.max freezer.state; do
                (echo 1 >$d/$f) 2>/dev/null && echo wrote $d/$f
              done
              test -e $d/release_agent && echo agent $d
            done
            mkdir /tmp/m
            for t in cgroup cgroup2; do mount -t $t none /tmp/m 2>/dev/null && echo mounted $t; done
            for o in memory pids devices rdma name=x; do mount -t cgroup -o $o none /tmp/m 2>/dev/null && echo mounted $o; done
            mount -o remount,rw /sys/fs/cgroup 2>/dev/null && echo remounted
            echo end
            """);
        Assert.True(result.ExitCode == 0, result.Errors);
        Assert.All(result.Lines[..^1], line => Assert.StartsWith("dir ", line, StringComparison.Ordinal));
        Assert.Equal("end", result.Lines[^1]);
        Assert.Equal(container.Cgroup().Directories.Values.Distinct().Count() + (container.Cgroup().Directories.Count > 1 ? 1 : 0), result.Lines.Length - 1);
    }

    [Fact]
    public void ANewUserNamespaceGivesNoHierarchy()
    {
        // The way of CVE-2022-0492: rights over a cgroup file system by a user namespace of one's own.
        using var container = new TestContainer();
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "bin/unshare"), "busybox");
        var result = container.Shell("mkdir /tmp/m; unshare -U -r -m -C mount -t cgroup -o memory none /tmp/m && echo mounted; unshare -U -m mount -t cgroup2 none /tmp/m && echo mounted; echo end");
        Assert.Equal("end\n", result.Output);
    }

    [Fact]
    public void NamespaceShowsTheContainersOwnTreeAlone()
    {
        using var container = new TestContainer();
        var result = container.Shell("""
            cut -d: -f3 /proc/self/cgroup | sort | uniq
            grep ' - cgroup' /proc/self/mountinfo | cut -d' ' -f4 | sort | uniq
            ls -d /sys/fs/cgroup/containerps /sys/fs/cgroup/*/containerps /sys/fs/cgroup/*/../containerps /sys/fs/cgroup/*/../../containerps 2>/dev/null
            cat /sys/fs/cgroup/*/cgroup.procs /sys/fs/cgroup/cgroup.procs 2>/dev/null | sort | uniq | grep -c '^0$'
            grep -c . /proc/1/cpuset
            """.Replace("cut -d: -f3", "sed s/.*://").Replace("| cut -d' ' -f4", "| while read a b c d e; do echo $d; done"));
        Assert.Equal(["/", "/", "0", "1"], result.Lines);
    }

    [Fact]
    public void ContainerThatMayMountSeesNoMoreThanItsOwnTree()
    {
        // In a hierarchy that the machine has not mounted nobody is put anywhere.
        var mounted = string.Join(' ', Engine.Cgroups.CgroupMounts.Detect().V1.Keys.Intersect(["memory", "pids", "devices", "freezer"]));
        using var container = Privileged($$"""
            mkdir /tmp/m
            for o in {{mounted}}; do
              mount -t cgroup -o $o none /tmp/m || continue
              test -e /tmp/m/release_agent && echo agent $o
              test -d /tmp/m/containerps && echo above $o
              test -d /tmp/m/../containerps && echo above $o
              umount /tmp/m
            done
            mount -t cgroup2 none /tmp/m && { test -d /tmp/m/containerps && echo above v2; grep '^0$' /tmp/m/cgroup.procs; }
            echo end
            """);
        Assert.Equal("end\n", container.Run().Output);
    }

    [Fact]
    public void CgroupsOfAContainersOwnHideNothing()
    {
        using var container = Privileged("""
            for d in /sys/fs/cgroup/*; do
              mkdir -p $d/a/b 2>/dev/null
              cat $d/cpuset.cpus >$d/a/cpuset.cpus; cat $d/cpuset.mems >$d/a/cpuset.mems; cat $d/cpuset.cpus >$d/a/b/cpuset.cpus; cat $d/cpuset.mems >$d/a/b/cpuset.mems
            done 2>/dev/null
            (for d in /sys/fs/cgroup/*/a/b /sys/fs/cgroup/a/b; do sh -c 'echo $PPID' >$d/cgroup.procs; done 2>/dev/null; echo moved; while :; do echo >>/tmp/count; done) &
            wait
            """);
        container.RunDetached();
        while (!File.Exists(Path.Combine(container.Rootfs, "tmp/count")));
        var count = new FileInfo(Path.Combine(container.Rootfs, "tmp/count"));
        Assert.Equal(2, container.Runcs("ps", "--format", "json", container.Id).Output.Split(',').Length);
        Assert.Equal(0, container.Runcs("pause", container.Id).ExitCode);
        count.Refresh();
        var size = count.Length;
        Assert.Equal("paused", container.State().Status);
        count.Refresh();
        Assert.Equal(size, count.Length);
        Assert.Equal(0, container.Runcs("resume", container.Id).ExitCode);
        var result = container.Runcs("delete", "--force", container.Id);
        Assert.True(result.ExitCode == 0, result.Errors);
        Assert.Empty(container.CgroupDirectories());
    }

    private static TestContainer Privileged(string script)
    {
        var container = new TestContainer("sh", "-c", script);
        var capabilities = container.Spec.Process!.Capabilities!;
        foreach (var set in (List<string>[])[capabilities.Bounding!, capabilities.Effective!, capabilities.Permitted!]) set.Add("CAP_SYS_ADMIN");
        container.Spec.Linux!.Seccomp = null;
        container.Spec.Mounts!.Single(m => m.Destination == "/sys/fs/cgroup").Options!.Remove("ro");
        return container;
    }
}
