namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>What containers may do by default, and what others may do to the runtime's files: tried.</summary>
public sealed class PrivilegeAttackTests
{
    /// <summary>Capability sets never exceed the caller's bounding set, neither of the first process nor of exec'd ones.</summary>
    [Fact]
    public void CapabilitiesAreWithinTheCallersBoundingSet()
    {
        using var container = new TestContainer("sleep", "60");
        var bundle = container.WriteSpec();
        RunResult Limited(string command) =>
            RuncsProgram.Run("/bin/sh", ["-c", $"exec setpriv --bounding-set=-net_raw,-mknod '{RuncsProgram.Path}' --root '{container.StateRoot}' {command} </dev/null"]);
        Assert.Equal(0, RuncsProgram.Run("/bin/sh", ["-c", $"exec setpriv --bounding-set=-net_raw,-mknod '{RuncsProgram.Path}' --root '{container.StateRoot}' run --detach --bundle '{bundle}' {container.Id} </dev/null >/dev/null 2>&1"]).ExitCode);
        const ulong Taken = (1UL << 13) | (1UL << 27);
        foreach (var status in (string[])[Limited($"exec {container.Id} cat /proc/1/status").Output, Limited($"exec {container.Id} cat /proc/self/status").Output])
        {
            foreach (var set in (string[])["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"])
            {
                var value = Convert.ToUInt64(status.Split('\n').First(l => l.StartsWith(set, StringComparison.Ordinal)).Split('\t')[1], 16);
                Assert.Equal(0UL, value & Taken);
                Assert.Equal(0UL, value & ~0xa80425fbUL);
            }

            Assert.Contains("CapInh:\t0000000000000000", status);
            Assert.Contains("Seccomp:\t2", status);
        }
    }

    /// <summary>CVE-2018-7169: whoever has one mapped group only cannot leave another that keeps it out.</summary>
    [Fact]
    public void GroupsThatKeepOutCannotBeLeft()
    {
        var folder = Directory.CreateTempSubdirectory("runcs-groups-").FullName;
        try
        {
            using var container = new TestContainer("sh", "-c", "cat /proc/self/setgroups; id; cat /data/secret");
            container.Spec.Process!.User!.AdditionalGids = [0];
            container.Spec.Linux!.Namespaces!.Add(new() { Type = "user" });
            container.Spec.Linux.UidMappings = [new() { ContainerId = 0, HostId = 65534, Size = 1 }];
            container.Spec.Linux.GidMappings = [new() { ContainerId = 0, HostId = 65534, Size = 1 }];

            // Group 54321 may not, others may: who drops the group could.
            File.WriteAllText(Path.Combine(folder, "secret"), "secret");
            _ = RuncsProgram.Run("/bin/chown", ["0:54321", folder]);
            File.SetUnixFileMode(folder, (UnixFileMode)0x1C5 /* 0705 */);
            container.Spec.Mounts!.Add(new() { Destination = "/data", Type = "bind", Source = folder, Options = ["bind"] });
            foreach (var directory in (string[])[container.Folder, container.Bundle, container.Rootfs, .. Directory.GetDirectories(container.Rootfs)]) File.SetUnixFileMode(directory, (UnixFileMode)0x1FF);
            container.Spec.Linux.Resources = null;
            var bundle = container.WriteSpec();
            var state = Directory.CreateDirectory(Path.Combine(container.Folder, "own-state")).FullName;
            _ = RuncsProgram.Run("/bin/chown", ["65534:65534", state]);
            var program = Path.Combine(container.Folder, "runcs");
            File.Copy(RuncsProgram.Path, program);
            File.SetUnixFileMode(program, (UnixFileMode)0x1ED);
            var result = RuncsProgram.Run("/usr/bin/setpriv", ["--reuid=65534", "--regid=65534", "--groups=65534,54321", program, "--root", state, "run", "--bundle", bundle, container.Id]);
            Assert.DoesNotContain("secret\n", result.Output + "\n");
            Assert.DoesNotContain("allow", result.Output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>CVE-2020-15257, CVE-2021-41091: no socket without a path, no file of the state that another user reaches.</summary>
    [Fact]
    public void StateAndSocketsAreTheCallersAlone()
    {
        using var container = new TestContainer("cat", "/proc/net/unix");
        container.Spec.Linux!.Namespaces!.RemoveAll(n => n.Type == "network");
        container.Spec.Mounts!.RemoveAll(m => m.Type == "sysfs" || m.Type == "cgroup");
        var bundle = container.WriteSpec();
        Assert.Equal(0, RuncsProgram.Run("/bin/sh", ["-c", $"exec '{RuncsProgram.Path}' --root '{container.StateRoot}' create --bundle '{bundle}' {container.Id} </dev/null >'{container.Folder}/out' 2>&1"]).ExitCode);
        Assert.Equal((UnixFileMode)0x1C0, File.GetUnixFileMode(container.StateRoot));
        Assert.Equal((UnixFileMode)0x1C0, File.GetUnixFileMode(Path.Combine(container.StateRoot, container.Id)));
        var abstracts = File.ReadLines("/proc/net/unix").Where(l => l.Contains(" @", StringComparison.Ordinal));
        Assert.DoesNotContain(abstracts, l => l.Contains("runcs", StringComparison.Ordinal) || l.Contains("containerps", StringComparison.Ordinal) || l.Contains(container.Id, StringComparison.Ordinal));
        Assert.Equal(0, container.Runcs("start", container.Id).ExitCode);
    }

    /// <summary>CVE-2020-8694 and its like: what the machine says of itself cannot be read, and nothing of it changed.</summary>
    [Fact]
    public void PlacesOfTheMachineAreMaskedOrReadOnly()
    {
        using var container = new TestContainer();
        var result = container.Shell("""
            for p in /proc/acpi /proc/asound /sys/firmware /sys/devices/virtual/powercap; do test -d $p && ls -A $p; done
            for p in /proc/kcore /proc/keys /proc/timer_list /proc/interrupts; do test -e $p && head -c 1 $p; done
            for p in /proc/sysrq-trigger /proc/sys/kernel/core_pattern /proc/irq/default_smp_affinity /sys/kernel/uevent_helper; do (: >>$p) 2>/dev/null && echo open $p; done
            for p in /proc/sys /proc/bus /proc/irq /sys/kernel; do touch $p/new 2>/dev/null && echo made $p; done
            mount -o remount,rw /proc/sys 2>/dev/null && echo remounted
            umount /proc/kcore 2>/dev/null && echo unmounted
            mknod /tmp/disk b 8 0 2>/dev/null && head -c 1 /tmp/disk 2>/dev/null && echo disk
            echo end
            """);
        Assert.True(result.ExitCode == 0, result.Errors);
        Assert.Equal("end\n", result.Output);
    }

    /// <summary>CVE-2022-0811: values are written as they are to one file.</summary>
    [Theory]
    [InlineData("net.ipv4.ip_forward", "1+kernel.core_pattern=x")]
    [InlineData("net.ipv4.../../kernel/core_pattern", "x")]
    [InlineData("net/ipv4/../../kernel/core_pattern", "x")]
    [InlineData("net.ipv4.conf.all.forwarding\0", "1")]
    public void KernelParametersCannotBeSmuggled(string key, string value)
    {
        var before = File.ReadAllText("/proc/sys/kernel/core_pattern");
        using var container = new TestContainer("true");
        container.Spec.Linux!.Sysctl = new() { [key] = value };
        Assert.NotEqual(0, container.Run().ExitCode);
        Assert.Equal(before, File.ReadAllText("/proc/sys/kernel/core_pattern"));
    }
}
