namespace ContainerPS.Peers.Tests.Podman;

/// <summary><c>--userns</c>, <c>--uidmap</c> and what they mean for files.</summary>
[Collection(PodmanCollection.Name)]
public sealed class UserNamespaceTests(PodmanEngine podman)
{
    private static readonly string[] s_mapped = ["--uidmap", "0:100000:65536", "--gidmap", "0:100000:65536"];

    [Fact]
    public void IdsAreMappedAndTheImageBelongsToThem()
    {
        var result = podman.Shell(s_mapped, "echo $(cat /proc/self/uid_map /proc/self/gid_map); id -u; stat -c %u /bin/busybox; touch /new && chown user /new && stat -c %u /new");
        Assert.Equal(["0 100000 65536 0 100000 65536", "0", "0", "1000"], result.Text.Split('\n'));
    }

    [Fact]
    public void AutomaticIdsAreTakenFromTheMachinesRange()
    {
        _ = podman.Sandbox.Shell("echo containers:200000:500000 > /run/subids; touch /etc/subuid /etc/subgid; mount --bind /run/subids /etc/subuid; mount --bind /run/subids /etc/subgid").Text;
        var map = podman.RunBox(["--userns", "auto:size=1024"], "cat", "/proc/self/uid_map").Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(("0", "1024"), (map[0], map[2]));
        Assert.InRange(int.Parse(map[1], System.Globalization.CultureInfo.InvariantCulture), 200_000, 699_999);
    }

    [Fact]
    public void ExecEntersIt()
    {
        using var container = podman.StartWaiting(s_mapped);
        Assert.Equal("0 100000 65536", container.Shell("echo $(cat /proc/self/uid_map)").Text);
        Assert.StartsWith("uid=1000(user) gid=1000(user)", container.Exec(["--user", "user"], "id").Text);
        var own = podman.RunBox(["--userns", "container:" + container.Id], "readlink", "/proc/self/ns/user").Text;
        Assert.Equal(container.Shell("readlink /proc/self/ns/user").Text, own);
    }

    [Fact]
    public void VolumesAreMappedOrChanged()
    {
        foreach (var option in (string[])["idmap", "U"])
        {
            var folder = podman.Sandbox.Outside("/run/mapped-" + option);
            Directory.CreateDirectory(folder);
            File.WriteAllText(folder + "/file", "text");
            var result = podman.Shell([.. s_mapped, "--volume", $"/run/mapped-{option}:/v:{option}"], "stat -c %u /v/file; touch /v/new && stat -c %u /v/new");
            Assert.Equal("0\n0", result.Text);
            Assert.Equal(option == "U" ? "100000" : "0", podman.Sandbox.Run(["stat", "-c", "%u", $"/run/mapped-{option}/new"]).Text);
        }
    }

    [Fact]
    public void LimitsNetworkAndKernelParametersWorkInIt()
    {
        var result = podman.Run([
            "run", "--rm", "--network", "private", .. s_mapped, "--memory", "64m", "--sysctl", "net.ipv4.ip_forward=1", "--tmpfs", "/t", "--read-only", "box",
            "sh", "-c", $"{CgroupFiles.Memory}; cat /proc/sys/net/ipv4/ip_forward; ls -d /sys/class/net/lo",
        ]);
        Assert.Equal("67108864\n1\n/sys/class/net/lo", result.Text);
    }
}
