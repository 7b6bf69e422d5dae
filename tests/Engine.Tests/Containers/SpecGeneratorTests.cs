using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Tests.Containers;

public class SpecGeneratorTests
{
    private static readonly string s_id = new('a', 64);

    [Theory]
    [InlineData("ep", "cmd", null, "", "ep cmd")]
    [InlineData("ep", "cmd", null, "given", "ep given")]
    [InlineData("ep", "cmd", "mine", "", "mine")]
    [InlineData("ep", "cmd", "mine", "given", "mine given")]
    [InlineData("ep", "cmd", "", "given", "given")]
    [InlineData("", "cmd x", null, "", "cmd x")]
    [InlineData("", "", null, "", "")]
    public void A_given_command_replaces_CMD_and_never_ENTRYPOINT(string imageEntry, string imageCmd, string? entryPoint, string command, string expected)
    {
        var image = new ContainerConfig { Entrypoint = Words(imageEntry), Cmd = Words(imageCmd) };
        var settings = new ContainerSettings { EntryPoint = entryPoint is null ? null : Words(entryPoint), Command = Words(command) };
        Assert.Equal(Words(expected), SpecGenerator.CommandLine(settings, image));
    }

    [Fact]
    public void Environment_is_the_engines_then_the_images_then_what_was_asked()
    {
        var image = new ContainerConfig { Env = ["PATH=/opt/bin", "A=image", "B=image"] };
        var spec = Create(new ContainerSettings { Environment = ["B=asked", "C=asked"], Tty = true }, image);
        Assert.Equal(["PATH=/opt/bin", "HOSTNAME=aaaaaaaaaaaa", "TERM=xterm", "A=image", "B=asked", "C=asked", "HOME=/root"], spec.Process!.Env);
    }

    [Fact]
    public void By_default_everything_is_confined()
    {
        var spec = Create(new ContainerSettings());
        Assert.Equal(["mount", "pid", "uts", "ipc", "cgroup", "network"], spec.Linux!.Namespaces!.Select(n => n.Type));
        Assert.NotNull(spec.Linux.Seccomp);
        Assert.Contains("/proc/kcore", spec.Linux.MaskedPaths!);
        Assert.Contains("/proc/sys", spec.Linux.ReadonlyPaths!);
        Assert.Equal(14, spec.Process!.Capabilities!.Effective!.Count);
        Assert.Null(spec.Process.Capabilities.Inheritable);
        Assert.Null(spec.Process.Capabilities.Ambient);
        Assert.False(spec.Root!.Readonly);
    }

    [Fact]
    public void A_user_other_than_root_has_no_capabilities_in_force()
    {
        var spec = Create(new ContainerSettings(), user: new ResolvedUser(33, 34, [34], "/var/www"));
        Assert.Empty(spec.Process!.Capabilities!.Effective!);
        Assert.Empty(spec.Process.Capabilities.Permitted!);
        Assert.Equal(14, spec.Process.Capabilities.Bounding!.Count);
        Assert.Contains("HOME=/var/www", spec.Process.Env!);
    }

    [Fact]
    public void A_privileged_container_is_not_confined()
    {
        var spec = Create(new ContainerSettings { Privileged = true });
        Assert.Null(spec.Linux!.Seccomp);
        Assert.Null(spec.Linux.MaskedPaths);
        Assert.Null(spec.Linux.ReadonlyPaths);
        Assert.Equal([true], spec.Linux.Resources!.Devices!.Select(d => d.Allow));
        Assert.DoesNotContain("ro", spec.Mounts!.Single(m => m.Destination == "/sys").Options!);
    }

    [Fact]
    public void The_hosts_network_is_shared_with_its_name()
    {
        var spec = Create(new ContainerSettings { Network = "host" });
        Assert.DoesNotContain(spec.Linux!.Namespaces!, n => n.Type == "network");
        Assert.Equal("thishost", spec.Hostname);
        Assert.Null(spec.Linux.Sysctl);
    }

    [Fact]
    public void Limits_reach_the_spec_in_its_units()
    {
        var spec = Create(new ContainerSettings
        {
            Memory = 200 << 20, MemorySwap = 300 << 20, MemoryReservation = 100 << 20, MemorySwappiness = 0,
            Cpus = 0.5, CpuShares = 512, CpuSet = "0", PidsLimit = 50, OomScoreAdj = 100,
            Ulimits = [new UlimitSetting("nofile", 10, -1)],
        });
        var resources = spec.Linux!.Resources!;
        Assert.Equal((200L << 20, 300L << 20, 100L << 20, 0UL), (resources.Memory!.Limit, resources.Memory.Swap, resources.Memory.Reservation, resources.Memory.Swappiness));
        Assert.Equal((50_000L, 100_000UL, 512UL, "0"), (resources.Cpu!.Quota, resources.Cpu.Period, resources.Cpu.Shares, resources.Cpu.Cpus));
        Assert.Equal(50, resources.Pids!.Limit);
        Assert.Equal(100, spec.Process!.OomScoreAdj);
        var limit = Assert.Single(spec.Process.Rlimits!);
        Assert.Equal(("RLIMIT_NOFILE", 10UL, ulong.MaxValue), (limit.Type, limit.Soft, limit.Hard));
    }

    [Fact]
    public void Outer_mounts_come_before_inner_ones()
    {
        var spec = Create(new ContainerSettings { Tmpfs = new Dictionary<string, string> { ["/etc"] = "size=1m", ["/a/b/c"] = "" } });
        var own = spec.Mounts!.Select(m => m.Destination).SkipWhile(d => d != "/etc").ToList();
        Assert.Equal(["/etc", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/a/b/c"], own);
        Assert.Equal(["nosuid", "nodev", "noexec", "size=1m"], spec.Mounts!.Single(m => m.Destination == "/etc").Options);
    }

    private static List<string> Words(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    private static RuntimeSpec Create(ContainerSettings settings, ContainerConfig? image = null, ResolvedUser? user = null) => SpecGenerator.Create(new SpecInput
    {
        Id = s_id,
        Settings = settings,
        Image = image ?? new ContainerConfig { Cmd = ["sh"] },
        User = user ?? new ResolvedUser(0, 0, [0], "/root"),
        Folder = "/store/containers/x",
        HostHostname = "thishost",
    });
}
