using System.Globalization;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>User and time namespaces, made and joined, and mounts with mapped ids.</summary>
public sealed class UserNamespaceTests
{
    private const uint First = 200_000;

    [Fact]
    public void RootInsideIsAnOrdinaryUserOutside()
    {
        using var container = Mapped("sleep", "60");
        container.RunDetached();
        var pid = container.State().Pid;
        var status = File.ReadAllLines($"/proc/{pid}/status");
        Assert.Equal($"Uid:\t{First}\t{First}\t{First}\t{First}", status.Single(l => l.StartsWith("Uid:", StringComparison.Ordinal)));
        Assert.Equal($"Gid:\t{First}\t{First}\t{First}\t{First}", status.Single(l => l.StartsWith("Gid:", StringComparison.Ordinal)));
        foreach (var type in (string[])["user", "mnt", "pid", "net", "ipc", "uts", "cgroup"])
            Assert.NotEqual(new FileInfo($"/proc/self/ns/{type}").LinkTarget, new FileInfo($"/proc/{pid}/ns/{type}").LinkTarget);
    }

    [Fact]
    public void ContainerIsSetUpAsWithoutOne()
    {
        using var container = Mapped();
        container.Spec.Process!.User = new() { Uid = 7, Gid = 8, AdditionalGids = [9] };
        container.Spec.Hostname = "mapped";
        container.Spec.Linux!.Sysctl = new() { ["net.ipv4.ip_forward"] = "1", ["kernel.msgmax"] = "9000" };
        var lines = container.Shell("id; hostname; cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/msgmax; cat /dev/zero | head -c 3 | wc -c; echo x > /dev/null && echo written; wc -c < /proc/keys; cat /proc/self/setgroups; touch /proc/sys/kernel/hostname 2>&1").Lines;
        Assert.Equal(["uid=7 gid=8 groups=9", "mapped", "1", "9000", "3", "written", "0", "allow"], lines[..8]);
        Assert.Contains("Read-only", lines[8]);
    }

    [Fact]
    public void ExecEntersIt()
    {
        using var container = Mapped("sleep", "60");
        container.RunDetached();
        var inside = container.Exec("sh", "-c", "id; readlink /proc/self/ns/user; readlink /proc/1/ns/user; grep CapEff /proc/self/status").Lines;
        Assert.Equal("uid=0 gid=0", inside[0]);
        Assert.Equal(inside[1], inside[2]);
        Assert.Equal("CapEff:\t00000000a80425fb", inside[3]);
        Assert.Equal("uid=5 gid=6", container.Exec("--user", "5:6", "id").Output.Trim());
        Assert.Equal(255, container.Exec("--user", "70000", "id").ExitCode);
    }

    [Fact]
    public void TerminalBelongsToItsUser()
    {
        using var container = Mapped("sh", "-c", "stat -c '%u %U' $(tty)");
        container.Spec.Process!.Terminal = true;
        container.Spec.Process.User = new() { Uid = 12 };
        Assert.StartsWith("12 ", container.Run().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ByPathItIsJoinedWithTheNamespacesItOwns()
    {
        using var first = Mapped("sleep", "60");
        first.RunDetached();
        var pid = first.State().Pid;
        using var second = Mapped();
        second.Spec.Linux!.UidMappings = second.Spec.Linux.GidMappings = null;
        second.Spec.Linux.Namespaces!.RemoveAll(n => n.Type is "user" or "network" or "pid" or "ipc");
        second.Spec.Linux.Namespaces.AddRange(
        [
            new() { Type = "user", Path = $"/proc/{pid}/ns/user" }, new() { Type = "network", Path = $"/proc/{pid}/ns/net" },
            new() { Type = "pid", Path = $"/proc/{pid}/ns/pid" }, new() { Type = "ipc", Path = $"/proc/{pid}/ns/ipc" },
        ]);
        var result = second.Shell("for n in user net pid ipc; do readlink /proc/self/ns/$n; done; id; ps | grep -c 'sleep 60'");
        var expected = ((string[])["user", "net", "pid", "ipc"]).Select(n => new FileInfo($"/proc/{pid}/ns/{n}").LinkTarget!);
        Assert.Equal([.. expected, "uid=0 gid=0"], result.Lines[..5]);
        Assert.NotEqual("0", result.Lines[5]);
    }

    [Fact]
    public void NewOneTakesANetworkOfTheMachinesRoot()
    {
        using var first = new TestContainer("sleep", "60");
        first.RunDetached();
        var path = $"/proc/{first.State().Pid}/ns/net";
        using var second = Mapped();
        second.Spec.Linux!.Namespaces!.Single(n => n.Type == "network").Path = path;

        // Its root does not own that network, and may not show it by a sysfs of its own.
        second.Spec.Mounts!.RemoveAll(m => m.Destination!.StartsWith("/sys", StringComparison.Ordinal));
        var result = second.Shell("readlink /proc/self/ns/net");
        Assert.Equal(new FileInfo(path).LinkTarget, result.Output.Trim());
    }

    [Fact]
    public void ClocksOfATimeNamespaceDiffer()
    {
        using var container = new TestContainer();
        container.Spec.Linux!.Namespaces!.Add(new() { Type = "time" });
        container.Spec.Linux.TimeOffsets = new() { ["boottime"] = new() { Secs = 1_000_000 }, ["monotonic"] = new() { Secs = 5, Nanosecs = 7 } };
        var lines = container.Shell("cat /proc/uptime /proc/self/timens_offsets; echo $$").Lines;
        var host = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.InRange(double.Parse(lines[0].Split(' ')[0], CultureInfo.InvariantCulture) - host, 999_900, 1_000_001);
        Assert.Equal(["monotonic", "5", "7"], lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(["boottime", "1000000", "0"], lines[2].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("1", lines[3]);
    }

    [Fact]
    public void TimeNamespaceIsJoinedByPathAndByExec()
    {
        using var first = Mapped("sleep", "60");
        first.Spec.Linux!.Namespaces!.Add(new() { Type = "time" });
        first.Spec.Linux.TimeOffsets = new() { ["boottime"] = new() { Secs = 2_000_000 } };
        first.RunDetached();
        var path = $"/proc/{first.State().Pid}/ns/time";
        Assert.Equal(new FileInfo(path).LinkTarget, first.Exec("readlink", "/proc/self/ns/time").Output.Trim());
        using var second = new TestContainer();
        second.Spec.Linux!.Namespaces!.Add(new() { Type = "time", Path = path });
        Assert.Equal(new FileInfo(path).LinkTarget, second.Shell("readlink /proc/self/ns/time").Output.Trim());
    }

    [Fact]
    public void IdMappedMountShowsOtherOwners()
    {
        using var container = Mapped();
        var shared = Folder(container, "shared", owner: 1000);
        container.Spec.Mounts!.Add(new()
        {
            Destination = "/shared",
            Source = shared,
            Options = ["bind"],
            UidMappings = [new() { ContainerId = 1000, HostId = First + 5, Size = 1 }],
            GidMappings = [new() { ContainerId = 1000, HostId = First + 6, Size = 1 }],
        });
        container.Spec.Process!.User = new() { Uid = 5, Gid = 6 };
        Assert.Equal("5 6", container.Shell("touch /shared/new && stat -c '%u %g' /shared/file").Output.Trim());
        Assert.Equal("1000 1000", Owner(Path.Combine(shared, "new")));
    }

    [Fact]
    public void IdMapOptionTakesTheContainersIds()
    {
        using var container = Mapped();
        var shared = Folder(container, "shared", owner: 3);
        container.Spec.Mounts!.Add(new() { Destination = "/shared", Source = shared, Options = ["rbind", "ridmap"] });
        Assert.Equal("3 3", container.Shell("stat -c '%u %g' /shared/file").Output.Trim());
    }

    [Fact]
    public void TmpfsBeginsWithWhatTheImageHas()
    {
        using var container = new TestContainer();
        var data = Directory.CreateDirectory(Path.Combine(container.Rootfs, "data/sub")).Parent!.FullName;
        File.WriteAllText(Path.Combine(data, "sub/file"), "from the image");
        File.CreateSymbolicLink(Path.Combine(data, "link"), "sub/file");
        RuncsProgram.Run("/bin/chown", ["-R", "3:4", data]);
        RuncsProgram.Run("/bin/chmod", ["4711", Path.Combine(data, "sub/file")]);
        container.Spec.Mounts!.Add(new() { Destination = "/data", Type = "tmpfs", Source = "tmpfs", Options = ["tmpcopyup", "size=1m", "nosuid"] });
        container.Spec.Mounts.Add(new() { Destination = "/none", Type = "tmpfs", Source = "tmpfs", Options = ["tmpcopyup", "ro", "mode=1700"] });
        var result = container.Shell("cat /data/link; echo; stat -c '%a %u %g' /data/sub/file /data /none; echo changed > /data/sub/file; grep -c ' /data ' /proc/self/mountinfo; touch /none/x");
        Assert.Equal(["from the image", "4711 3 4", "755 3 4", "1700 0 0", "1"], result.Lines);
        Assert.Contains("Read-only", result.Errors);
        Assert.Equal("from the image", File.ReadAllText(Path.Combine(data, "sub/file")));
    }

    [Fact]
    public void MountNamespaceByPathIsJoined()
    {
        using var first = new TestContainer("sleep", "60");
        first.RunDetached();
        var pid = first.State().Pid;
        using var second = new TestContainer();

        // The root is looked for in that namespace.
        var shared = Directory.CreateDirectory(Path.Combine(second.Folder, "shared")).FullName;
        Assert.NotEqual(0, RuncsProgram.Run("/bin/ls", [$"/proc/{pid}/root{shared}"]).ExitCode);
        second.Spec.Linux!.Namespaces!.Single(n => n.Type == "mount").Path = $"/proc/{pid}/ns/mnt";
        Directory.CreateDirectory($"/proc/{pid}/root{second.Rootfs}");
        Assert.Equal(new FileInfo($"/proc/{pid}/ns/mnt").LinkTarget, second.Shell("readlink /proc/self/ns/mnt").Output.Trim());
    }

    [Theory]
    [InlineData("linux.uidMappings", "must have a range")]
    [InlineData("linux.uidMappings[0].size", "must not be 0")]
    [InlineData("process.user.gid", "")]
    [InlineData("linux.gidMappings[1].hostID", "overlaps range 0")]
    [InlineData("linux.timeOffsets", "needs a new namespace of type time")]
    [InlineData("linux.namespaces[0].path", "is the caller's own")]
    [InlineData("linux.namespaces[1].path", "is not a pid namespace")]
    [InlineData("mounts[7].options", "map ids, which only a bind mount can")]
    public void WhatCannotBeMappedIsRefused(string field, string problem)
    {
        using var container = Mapped("true");
        var linux = container.Spec.Linux!;
        switch (field)
        {
            case "linux.uidMappings": linux.UidMappings = null; break;
            case "linux.uidMappings[0].size": linux.UidMappings![0].Size = 0; break;
            case "process.user.gid": linux.GidMappings![0].ContainerId = 1; break;
            case "linux.gidMappings[1].hostID": linux.GidMappings!.Add(new() { ContainerId = 100_000, HostId = First + 1, Size = 1 }); break;
            case "linux.timeOffsets": linux.TimeOffsets = new() { ["boottime"] = new() { Secs = 1 } }; break;
            case "linux.namespaces[0].path": linux.Namespaces![0].Path = "/proc/self/ns/mnt"; break;
            case "linux.namespaces[1].path": linux.Namespaces![1].Path = "/proc/self/ns/net"; break;
            default: container.Spec.Mounts!.Add(new() { Destination = "/x", Type = "tmpfs", Options = ["idmap"] }); break;
        }

        var result = container.Run();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(field.StartsWith("mounts", StringComparison.Ordinal) ? $"mounts[{container.Spec.Mounts!.Count - 1}].options" : field, result.Errors);
        Assert.Contains(problem, result.Errors);
        Assert.Empty(container.CgroupDirectories());
    }

    private static TestContainer Mapped(params string[] arguments)
    {
        var container = new TestContainer(arguments);
        container.Spec.Linux!.Namespaces!.Add(new() { Type = "user" });
        container.Spec.Linux.UidMappings = [new() { ContainerId = 0, HostId = First, Size = 65536 }];
        container.Spec.Linux.GidMappings = [new() { ContainerId = 0, HostId = First, Size = 65536 }];
        RuncsProgram.Run("/bin/chown", ["-R", $"{First}:{First}", container.Rootfs]);
        RuncsProgram.Run("/bin/chmod", ["755", container.Folder]);
        return container;
    }

    private static string Folder(TestContainer container, string name, int owner)
    {
        var folder = Directory.CreateDirectory(Path.Combine(container.Folder, name)).FullName;
        File.WriteAllText(Path.Combine(folder, "file"), "");
        RuncsProgram.Run("/bin/chown", ["-R", $"{owner}:{owner}", folder]);
        return folder;
    }

    private static string Owner(string path) => RuncsProgram.Run("/usr/bin/stat", ["-c", "%u %g", path]).Output.Trim();
}
