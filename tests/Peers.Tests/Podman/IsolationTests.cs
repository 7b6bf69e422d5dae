namespace ContainerPS.Peers.Tests.Podman;

/// <summary>What keeps a container in its bounds, as podman's options ask for it.</summary>
[Collection(PodmanCollection.Name)]
public sealed class IsolationTests(PodmanEngine podman)
{
    [Fact]
    public void LimitsAreThoseAsked()
    {
        var result = podman.Shell(["--memory", "64m", "--pids-limit", "33", "--cpus", "0.5"], $"{CgroupFiles.Memory}; {CgroupFiles.Pids}; {CgroupFiles.Quota}");
        Assert.Equal("67108864\n33\n50000", result.Text);
    }

    [Fact]
    public void TooMuchMemoryEndsIt()
    {
        using var container = podman.Start(["--memory", "16m", "--memory-swap", "16m"], "sh", "-c", "x=$(head -c 100000000 /dev/zero | tr '\\0' x)");
        Assert.Equal("137", container.Run("wait").Text);
    }

    [Fact]
    public void ReadOnlyRootHasWritableTemporaryFolders()
    {
        Assert.Equal("ok", podman.Shell(["--read-only"], "touch /tmp/a /run/a /var/tmp/a && ! touch /a 2>/dev/null && echo ok").Text);
        Assert.NotEqual(0, podman.Shell(["--read-only", "--read-only-tmpfs=false"], "touch /tmp/a").ExitCode);
    }

    [Fact]
    public void CapabilitiesAreThoseAsked()
    {
        const string Script = "grep Cap /proc/self/status | cut -f 2 | tr '\\n' ' '";
        Assert.Equal("0000000000000000 0000000000000000 0000000000000000 0000000000000000 0000000000000000", podman.Shell(["--cap-drop", "all"], Script).Text);
        Assert.Equal("0000000000000000 0000000002000001 0000000002000001 0000000002000001 0000000000000000",
            podman.Shell(["--cap-drop", "all", "--cap-add", "chown,sys_time"], Script).Text);
        var own = File.ReadLines("/proc/self/status").First(line => line.StartsWith("CapBnd", StringComparison.Ordinal)).Split('\t')[1];
        Assert.Contains(own, podman.Shell(["--privileged"], Script).Text);
    }

    [Fact]
    public void SystemCallsAreFiltered()
    {
        Assert.Contains("Seccomp:\t2", podman.Shell([], "cat /proc/self/status").Text);
        Assert.Contains("Seccomp:\t0", podman.Shell(["--security-opt", "seccomp=unconfined"], "cat /proc/self/status").Text);
        Assert.Contains("NoNewPrivs:\t1", podman.Shell(["--security-opt", "no-new-privileges"], "cat /proc/self/status").Text);
        File.WriteAllText(podman.Sandbox.Outside("/run/seccomp.json"), """
            {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 28}]}
            """);
        Assert.Contains("No space left", podman.Shell(["--security-opt", "seccomp=/run/seccomp.json"], "mkdir /tmp/a").Errors);
    }

    [Fact]
    public void PathsAreMaskedAndUnmasked()
    {
        Assert.Equal("0", podman.Shell(["--security-opt", "mask=/etc/passwd"], "wc -c < /etc/passwd").Text);
        Assert.NotEqual(0, podman.Shell([], "echo 0 > /proc/sys/kernel/printk").ExitCode);
        const string Masks = "grep -c -E ' /(proc|sys)/[^ ]+ ' /proc/self/mountinfo";
        Assert.NotEqual("0", podman.Shell(["--cgroupns", "host"], Masks).Output.Trim());
        Assert.NotEqual(podman.Shell([], Masks).Output, podman.Shell(["--security-opt", "unmask=ALL"], Masks).Output);
    }

    [Fact]
    public void VolumesHaveTheirOptions()
    {
        var folder = podman.Sandbox.Outside("/run/volume");
        Directory.CreateDirectory(folder);
        File.WriteAllText(folder + "/file", "text");
        const string Mount = "grep ' /v ' /proc/self/mountinfo";
        Assert.Equal("text", podman.Shell(["--volume", "/run/volume:/v:ro,z"], "cat /v/file; ! touch /v/new 2>/dev/null").Text);
        Assert.Contains("noexec", podman.Shell(["--volume", "/run/volume:/v:noexec,nosuid,nodev"], Mount).Text);
        Assert.Contains("shared:", podman.Shell(["--volume", "/run/volume:/v:rshared"], Mount).Text);
        Assert.DoesNotContain("shared:", podman.Shell(["--volume", "/run/volume:/v"], Mount).Text);
        Assert.Equal("1000", podman.Shell(["--user", "user", "--volume", "/run/volume:/v:U"], "stat -c %u /v/file").Text);
        Assert.Contains(" rw,", podman.Shell(["--volume", "named:/v"], Mount).Text);
    }

    [Fact]
    public void MemoryFileSystemHasItsSizeAndWhatTheImageHasThere()
    {
        var result = podman.Shell(["--tmpfs", "/t:size=1m,mode=700"], "stat -c %a /t; df -k /t | tail -n 1 | tr -s ' ' | cut -d ' ' -f 2; ! dd if=/dev/zero of=/t/x bs=1M count=2 2>/dev/null");
        Assert.Equal("700\n1024", result.Text);
        Assert.Contains("passwd", podman.Shell(["--tmpfs", "/etc:tmpcopyup"], "ls /etc").Text);
        Assert.Equal("65536", podman.Shell(["--shm-size", "64m"], "df -k /dev/shm | tail -n 1 | tr -s ' ' | cut -d ' ' -f 2").Text);
    }

    [Fact]
    public void DevicesAreThoseAsked()
    {
        var result = podman.Shell(["--device", "/dev/null:/dev/nought:r"], "ls -l /dev/nought; test -c /dev/full && echo full; ls /dev/loop0 2>&1");
        Assert.Contains("1,   3", result.Output);
        Assert.Contains("full", result.Output);
        Assert.NotEqual(0, result.ExitCode);
        Assert.NotEqual(0, podman.Shell(["--cap-add", "mknod"], "mknod /tmp/kmsg c 1 11 && head -c 1 /tmp/kmsg").ExitCode);
    }

    [Fact]
    public void LimitsOfProcessesAndKernelParametersAreThoseAsked()
    {
        Assert.Equal("100 200 0", podman.Shell(["--ulimit", "nofile=100:200", "--ulimit", "core=0:0"], "echo $(ulimit -Sn) $(ulimit -Hn) $(ulimit -c)").Text);
        Assert.Equal("1 4096", podman.Shell(["--sysctl", "net.ipv4.ip_forward=1", "--sysctl", "kernel.msgmax=4096"], "echo $(cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/msgmax)").Text);
        Assert.Equal("300", podman.Shell(["--oom-score-adj", "300"], "cat /proc/self/oom_score_adj").Text);
    }

    [Fact]
    public void NamespacesAreTheHostsOrAnotherContainersWhenAsked()
    {
        const string Script = "for name in pid ipc uts net cgroup; do readlink /proc/self/ns/$name; done";
        var host = podman.Sandbox.Shell(Script).Lines;
        Assert.Empty(podman.Shell([], Script).Lines.Intersect(host.Take(4)));
        Assert.Equal(string.Join('\n', host), podman.Run("run", "--rm", "--pid=host", "--ipc=host", "--uts=host", "--network=host", "--cgroupns=host", "box", "sh", "-c", Script).Text);

        using var other = podman.StartWaiting("--ipc", "shareable");
        var name = "container:" + other.Id;
        Assert.Equal(other.Shell(Script).Lines[..4], podman.Run("run", "--rm", "--pid", name, "--ipc", name, "--uts", name, "--network", name, "box", "sh", "-c", Script).Lines[..4]);
    }

    [Fact]
    public void NetworkNamespaceIsFoundByItsName()
    {
        _ = podman.Sandbox.Shell("mkdir -p /run/netns && touch /run/netns/named && unshare --net=/run/netns/named true").Text;
        var named = podman.Sandbox.Shell("nsenter --net=/run/netns/named readlink /proc/self/ns/net").Text;
        Assert.Equal(named, podman.Run("run", "--rm", "--network", "ns:/run/netns/named", "box", "readlink", "/proc/self/ns/net").Text);
    }
}
