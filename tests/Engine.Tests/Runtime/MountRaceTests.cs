using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>Races for mount targets: while containers are started, what is below the mount is exchanged with a link to the machine's root.</summary>
public sealed class MountRaceTests
{
    private const int Rounds = 300;

    // Exchanges two names as fast as it can (renameat2, RENAME_EXCHANGE).
    private const string ExchangeSource = """
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <stdio.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        int main(int count, char **arguments)
        {
            for (;;) syscall(SYS_renameat2, AT_FDCWD, arguments[1], AT_FDCWD, arguments[2], 2);
        }
        """;

    /// <summary>CVE-2021-30465, CVE-2024-45310.</summary>
    [Fact]
    public void TargetsInASharedVolumeStayInTheRoot()
    {
        using var victim = new TestContainer("true");
        var volume = Directory.CreateDirectory(Path.Combine(victim.Folder, "volume")).FullName;
        var canary = Directory.CreateDirectory(Path.Combine(victim.Folder, "canary")).FullName;
        Directory.CreateDirectory(Path.Combine(volume, "a"));

        // Whoever follows the link on the machine comes to the canary.
        File.CreateSymbolicLink(Path.Combine(volume, "b"), canary);
        victim.Spec.Mounts!.AddRange(
        [
            new() { Destination = "/v", Type = "bind", Source = volume, Options = ["rbind"] },
            new() { Destination = "/v/a/made/here", Type = "tmpfs", Source = "tmpfs" },
            new() { Destination = "/v/a/file", Type = "bind", Source = Path.Combine(victim.Bundle, "config.json"), Options = ["bind"] },
            new() { Destination = "/v/a", Type = "tmpfs", Source = "tmpfs" },
        ]);
        var bundle = victim.WriteSpec();
        var program = Path.Combine(victim.Folder, "exchange");
        CProgram.Compile(ExchangeSource, program);
        using var racer = RuncsProgram.Start(program, [Path.Combine(volume, "a"), Path.Combine(volume, "b")]);
        try
        {
            for (var i = 0; i < Rounds; i++) _ = victim.Runcs("run", "--bundle", bundle, victim.Id);
        }
        finally
        {
            racer.Kill();
            racer.WaitForExit();
        }

        Assert.Empty(Directory.GetFileSystemEntries(canary));
        Assert.DoesNotContain(File.ReadLines("/proc/self/mountinfo"), line => line.Contains(victim.Folder, StringComparison.Ordinal));
        Assert.Empty(Directory.GetFileSystemEntries(victim.StateRoot));
    }

    /// <summary>CVE-2025-31133, CVE-2025-52565, CVE-2025-52881: masks, the console and the kernel's parameters while /dev and /proc are exchanged.</summary>
    [Theory]
    [InlineData("dev")]
    [InlineData("proc")]
    public void PlacesOfTheRootThatAreExchangedStayInIt(string name)
    {
        using var victim = new TestContainer("true");
        var canary = Directory.CreateDirectory(Path.Combine(victim.Folder, "canary")).FullName;
        File.CreateSymbolicLink(Path.Combine(victim.Rootfs, "link"), canary);
        victim.Spec.Mounts!.RemoveAll(m => m.Destination == "/dev");
        victim.Spec.Process!.Terminal = true;
        victim.Spec.Linux!.Sysctl = new() { ["net.ipv4.ip_forward"] = "0", ["kernel.shm_rmid_forced"] = "1" };
        victim.Spec.Linux.Devices = [new LinuxDevice { Path = "/dev/extra", Type = "c", Major = 1, Minor = 3 }];
        var bundle = victim.WriteSpec();
        var (corePattern, forced) = (File.ReadAllText("/proc/sys/kernel/core_pattern"), File.ReadAllText("/proc/sys/kernel/shm_rmid_forced"));
        var program = Path.Combine(victim.Folder, "exchange");
        CProgram.Compile(ExchangeSource, program);
        using var racer = RuncsProgram.Start(program, [Path.Combine(victim.Rootfs, name), Path.Combine(victim.Rootfs, "link")]);
        try
        {
            for (var i = 0; i < Rounds; i++) _ = victim.Runcs("run", "--bundle", bundle, victim.Id);
        }
        finally
        {
            racer.Kill();
            racer.WaitForExit();
        }

        Assert.Empty(Directory.GetFileSystemEntries(canary));
        Assert.Equal(corePattern, File.ReadAllText("/proc/sys/kernel/core_pattern"));
        Assert.Equal(forced, File.ReadAllText("/proc/sys/kernel/shm_rmid_forced"));
        Assert.DoesNotContain(File.ReadLines("/proc/self/mountinfo"), line => line.Contains(victim.Folder, StringComparison.Ordinal));
    }
}
