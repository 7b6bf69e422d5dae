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

    [Fact]
    public void Swap_is_as_much_as_memory_when_only_that_is_asked()
    {
        Assert.Equal(400L << 20, Create(new ContainerSettings { Memory = 200 << 20 }).Linux!.Resources!.Memory!.Swap);
        Assert.Equal(400L << 20, Create(new ContainerSettings { Memory = 200 << 20, MemorySwap = 0 }).Linux!.Resources!.Memory!.Swap);
        Assert.Equal(-1, Create(new ContainerSettings { Memory = 200 << 20, MemorySwap = -1 }).Linux!.Resources!.Memory!.Swap);
        Assert.Null(Create(new ContainerSettings { Memory = 200 << 20 }, machine: MachineAbilities.All with { CountsSwap = false }).Linux!.Resources!.Memory!.Swap);
    }

    [Fact]
    public void The_out_of_memory_killer_stays_where_it_cannot_be_switched_off()
    {
        var settings = new ContainerSettings { OomKillDisable = true };
        Assert.True(Create(settings).Linux!.Resources!.Memory!.DisableOOMKiller);
        Assert.Null(Create(settings, machine: MachineAbilities.All with { IsUnifiedOnly = true }).Linux!.Resources!.Memory);
    }

    [Fact]
    public void Processor_time_reaches_the_spec()
    {
        var cpu = Create(new ContainerSettings { CpuPeriod = 50_000, CpuQuota = 25_000, CpuRealtimePeriod = 2000, CpuRealtimeRuntime = 1000, CpuSetMemory = "0" }).Linux!.Resources!.Cpu!;
        Assert.Equal((50_000UL, 25_000L, 2000UL, 1000L, "0"), (cpu.Period, cpu.Quota, cpu.RealtimePeriod, cpu.RealtimeRuntime, cpu.Mems));
        Assert.Null(Create(new ContainerSettings()).Linux!.Resources!.Cpu);
        Assert.Null(Create(new ContainerSettings()).Linux!.Resources!.BlockIO);
    }

    [Fact]
    public void Limits_of_disks_name_them_by_number()
    {
        var io = Create(new ContainerSettings
        {
            BlockIOWeight = 300,
            BlockIOWeightDevices = [new("/dev/vda", 200)],
            DeviceReadBps = [new("/dev/vda", 1)],
            DeviceWriteBps = [new("/dev/vda", 2)],
            DeviceReadIops = [new("/dev/vda", 3)],
            DeviceWriteIops = [new("/dev/vda", 4)],
        }).Linux!.Resources!.BlockIO!;
        Assert.Equal((ushort)300, io.Weight);
        Assert.Equal((254L, 0L, (ushort?)200), (io.WeightDevice![0].Major, io.WeightDevice[0].Minor, io.WeightDevice[0].Weight));
        List<LinuxThrottleDevice>?[] rates = [io.ThrottleReadBpsDevice, io.ThrottleWriteBpsDevice, io.ThrottleReadIOPSDevice, io.ThrottleWriteIOPSDevice];
        Assert.Equal([1UL, 2UL, 3UL, 4UL], rates.Select(rate => Assert.Single(rate!).Rate));
    }

    [Fact]
    public void Devices_are_made_and_allowed()
    {
        var spec = Create(new ContainerSettings { Devices = [new("/dev/fuse", "/dev/x", "rw"), new("/dev/snd", "/dev/sound", "rwm")], DeviceCgroupRules = ["c 13:* r"] });
        Assert.Equal(["/dev/x", "/dev/sound/a", "/dev/sound/b"], spec.Linux!.Devices!.Select(d => d.Path));
        var rules = spec.Linux.Resources!.Devices!;
        Assert.Contains(rules, r => r is { Allow: true, Type: "c", Major: 10, Minor: 229, Access: "rw" });
        Assert.Equal((true, "c", 13L, null, "r"), (rules[^1].Allow, rules[^1].Type, rules[^1].Major, rules[^1].Minor, rules[^1].Access));
    }

    [Fact]
    public void Namespaces_are_the_hosts_another_containers_or_new()
    {
        var spec = Create(new ContainerSettings { Pid = "container:x", Ipc = "host", Uts = "host", CgroupNamespace = "host", Network = "host" });
        Assert.Equal([("mount", null), ("pid", "/proc/42/ns/pid")], spec.Linux!.Namespaces!.Select(n => (n.Type, n.Path)));
        Assert.Null(spec.Hostname);
        Assert.Contains("HOSTNAME=thishost", spec.Process!.Env!);
        Assert.Equal("/dev/shm", spec.Mounts!.Single(m => m.Destination == "/dev/shm").Source);
        Assert.Equal("/proc/42/root/dev/shm", Create(new ContainerSettings { Ipc = "container:x" }).Mounts!.Single(m => m.Destination == "/dev/shm").Source);
        Assert.DoesNotContain(Create(new ContainerSettings { Ipc = "none" }).Mounts!, m => m.Destination == "/dev/shm");
    }

    [Fact]
    public void A_spec_follows_the_container_whose_namespaces_it_shares()
    {
        var settings = new ContainerSettings { Pid = "container:x", Ipc = "container:x" };
        var spec = Create(settings);
        SpecNamespaces.Share(spec, settings, new Dictionary<string, int> { ["container:x"] = 43 });
        Assert.Equal(["/proc/43/ns/pid", "/proc/43/ns/ipc"], spec.Linux!.Namespaces!.Where(n => n.Path is not null).Select(n => n.Path));
        Assert.Equal("/proc/43/root/dev/shm", spec.Mounts!.Single(m => m.Destination == "/dev/shm").Source);
    }

    [Fact]
    public void Security_options_reach_the_spec()
    {
        var spec = Create(new ContainerSettings { SecurityOptions = ["no-new-privileges", "apparmor=mine", "label=type:x_t", "label=level:s0:c1", "systempaths=unconfined"] });
        Assert.True(spec.Process!.NoNewPrivileges);
        Assert.Equal(("mine", "system_u:system_r:x_t:s0:c1", "system_u:object_r:container_file_t:s0:c1"), (spec.Process.ApparmorProfile, spec.Process.SelinuxLabel, spec.Linux!.MountLabel));
        Assert.Null(spec.Linux.MaskedPaths);
        Assert.Null(spec.Linux.ReadonlyPaths);
        Assert.Null(Create(new ContainerSettings { SecurityOptions = ["label=type:x_t", "label=disable"] }).Process!.SelinuxLabel);
        Assert.Null(Create(new ContainerSettings { SecurityOptions = ["apparmor=unconfined"] }).Process!.ApparmorProfile);
        Assert.Null(Create(new ContainerSettings { SecurityOptions = ["seccomp=unconfined"] }).Linux!.Seccomp);
    }

    [Fact]
    public void A_profile_holds_what_fits_capabilities_processor_and_kernel()
    {
        const string profile = """
            {"defaultAction":"SCMP_ACT_ERRNO","archMap":[{"architecture":"SCMP_ARCH_X86_64","subArchitectures":["SCMP_ARCH_X86"]}],"syscalls":[
            {"names":["read"],"action":"SCMP_ACT_ALLOW"},
            {"names":["mount"],"action":"SCMP_ACT_ALLOW","includes":{"caps":["CAP_SYS_ADMIN"]}},
            {"names":["chroot"],"action":"SCMP_ACT_ALLOW","includes":{"caps":["CAP_SYS_CHROOT"]}},
            {"names":["ptrace"],"action":"SCMP_ACT_ALLOW","includes":{"minKernel":"4.8"}},
            {"names":["bpf"],"action":"SCMP_ACT_ALLOW","includes":{"minKernel":"99.0"}},
            {"names":["clone"],"action":"SCMP_ACT_ALLOW","excludes":{"caps":["CAP_CHOWN"]}},
            {"names":["arm_fadvise64_64"],"action":"SCMP_ACT_ALLOW","includes":{"arches":["arm"]}}]}
            """;
        var seccomp = Create(new ContainerSettings { Privileged = false, SecurityOptions = ["seccomp=" + profile] }).Linux!.Seccomp!;
        Assert.Equal(["read", "chroot", "ptrace"], seccomp.Syscalls!.SelectMany(rule => rule.Names!));
        Assert.Equal(["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"], seccomp.Architectures);
        Assert.NotNull(Create(new ContainerSettings { Privileged = true, SecurityOptions = ["seccomp=" + profile] }).Linux!.Seccomp);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("{\"defaultAction\":\"SCMP_ACT_NONSENSE\"}")]
    [InlineData("{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":7}")]
    public void A_profile_that_is_none_is_refused(string content)
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, content);
        var error = Assert.Throws<InvalidSettingException>(() => SecurityOptions.WithProfile(new ContainerSettings { SecurityOptions = ["seccomp=" + path] }));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        File.Delete(path);
        Assert.Throws<InvalidSettingException>(() => SecurityOptions.WithProfile(new ContainerSettings { SecurityOptions = ["seccomp=" + path] }));
    }

    [Fact]
    public void Names_and_places_reach_the_spec()
    {
        var spec = Create(new ContainerSettings { Domainname = "example", Annotations = new Dictionary<string, string> { ["a"] = "b" }, CgroupParent = "batch/night" });
        Assert.Equal("example", spec.Domainname);
        Assert.Equal("b", spec.Annotations!["a"]);
        Assert.Equal("/batch/night/" + s_id, spec.Linux!.CgroupsPath);
        Assert.Equal("/containerps/" + s_id, Create(new ContainerSettings()).Linux!.CgroupsPath);
    }

    private static List<string> Words(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    private static RuntimeSpec Create(ContainerSettings settings, ContainerConfig? image = null, ResolvedUser? user = null, MachineAbilities? machine = null) => SpecGenerator.Create(new SpecInput
    {
        Id = s_id,
        Settings = settings,
        Image = image ?? new ContainerConfig { Cmd = ["sh"] },
        User = user ?? new ResolvedUser(0, 0, [0], "/root"),
        Folder = "/store/containers/x",
        HostHostname = "thishost",
        Machine = machine ?? MachineAbilities.All,
        SharedContainers = new Dictionary<string, int> { ["container:x"] = 42 },
        Devices = new Dictionary<string, IReadOnlyList<LinuxDevice>>
        {
            ["/dev/vda"] = [new() { Path = "/dev/vda", Type = "b", Major = 254 }],
            ["/dev/fuse"] = [new() { Path = "/dev/fuse", Type = "c", Major = 10, Minor = 229 }],
            ["/dev/snd"] = [new() { Path = "/dev/snd/a", Type = "c", Major = 116, Minor = 1 }, new() { Path = "/dev/snd/b", Type = "c", Major = 116, Minor = 2 }],
        },
    });
}
