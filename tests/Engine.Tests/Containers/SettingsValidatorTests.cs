using ContainerPS.Engine.Containers;

namespace ContainerPS.Engine.Tests.Containers;

public class SettingsValidatorTests
{
    public static TheoryData<string, ContainerSettings> Refused => new()
    {
        { "Name", new() { Name = "-a" } },
        { "Name", new() { Name = "-a" } },
        { "Name", new() { Name = "a b" } },
        { "Name", new() { Name = "../x" } },
        { "WorkingDirectory", new() { WorkingDirectory = "relative" } },
        { "Network", new() { Network = "container:" } },
        { "Hostname", new() { Hostname = "" } },
        { "Hostname", new() { Hostname = "a b" } },
        { "Hostname", new() { Hostname = "-a" } },
        { "Hostname", new() { Hostname = "a." } },
        { "Hostname", new() { Hostname = new string('a', 65) } },
        { "Environment", new() { Environment = ["=x"] } },
        { "Tmpfs", new() { Tmpfs = new Dictionary<string, string> { ["tmp"] = "" } } },
        { "User", new() { User = "1000:" } },
        { "StopSignal", new() { StopSignal = "SIGNONE" } },
        { "ShmSize", new() { ShmSize = 0 } },
        { "Memory", new() { Memory = 1 << 20 } },
        { "MemoryReservation", new() { Memory = 10 << 20, MemoryReservation = 20 << 20 } },
        { "MemorySwap", new() { MemorySwap = 10 << 20 } },
        { "MemorySwap", new() { Memory = 20 << 20, MemorySwap = 10 << 20 } },
        { "MemorySwappiness", new() { MemorySwappiness = 101 } },
        { "MemorySwappiness", new() { MemorySwappiness = -1 } },
        { "CpuShares", new() { CpuShares = 1 } },
        { "Cpus", new() { Cpus = 0 } },
        { "Cpus", new() { Cpus = double.NaN } },
        { "Cpus", new() { Cpus = 100_000 } },
        { "CpuSet", new() { CpuSet = "0-" } },
        { "PidsLimit", new() { PidsLimit = 0 } },
        { "OomScoreAdj", new() { OomScoreAdj = 1001 } },
        { "CapabilityAdd", new() { CapabilityAdd = ["CAP_NONE"] } },
        { "CapabilityDrop", new() { CapabilityDrop = ["NOPE"] } },
        { "SecurityOption", new() { SecurityOptions = ["seccomp"] } },
        { "SecurityOption", new() { SecurityOptions = ["seccomp="] } },
        { "SecurityOption", new() { SecurityOptions = ["label=colour:red"] } },
        { "SecurityOption", new() { SecurityOptions = ["systempaths=confined"] } },
        { "SecurityOption", new() { SecurityOptions = ["no-new-privileges=maybe"] } },
        { "Domainname", new() { Domainname = "a b" } },
        { "Domainname", new() { Uts = "host", Domainname = "x" } },
        { "Hostname", new() { Uts = "host", Hostname = "x" } },
        { "GroupAdd", new() { GroupAdd = [""] } },
        { "GroupAdd", new() { GroupAdd = ["a:b"] } },
        { "Annotation", new() { Annotations = new Dictionary<string, string> { [""] = "x" } } },
        { "Platform", new() { Platform = "a/b/c/d" } },
        { "Pid", new() { Pid = "mine" } },
        { "Pid", new() { Pid = "container:" } },
        { "Ipc", new() { Ipc = "shared" } },
        { "Uts", new() { Uts = "container:x" } },
        { "UserNamespace", new() { UserNamespace = "remap" } },
        { "CgroupNamespace", new() { CgroupNamespace = "public" } },
        { "CgroupParent", new() { CgroupParent = "/" } },
        { "CgroupParent", new() { CgroupParent = "/a/../b" } },
        { "CgroupParent", new() { CgroupParent = "user.slice" } },
        { "CpuPeriod", new() { CpuPeriod = 999 } },
        { "CpuPeriod", new() { Cpus = 0.5, CpuPeriod = 100_000 } },
        { "CpuQuota", new() { CpuQuota = 999 } },
        { "CpuQuota", new() { Cpus = 0.5, CpuQuota = 50_000 } },
        { "CpuRealtimePeriod", new() { CpuRealtimePeriod = 0 } },
        { "CpuRealtimeRuntime", new() { CpuRealtimePeriod = 1000, CpuRealtimeRuntime = 1001 } },
        { "CpuSetMemory", new() { CpuSetMemory = "x" } },
        { "BlockIOWeight", new() { BlockIOWeight = 9 } },
        { "BlockIOWeight", new() { BlockIOWeight = 1001 } },
        { "DeviceCgroupRule", new() { DeviceCgroupRules = ["x 1:3 rwm"] } },
        { "Restart", new() { Remove = true, Restart = new(RestartMode.Always) } },
        { "LogDriver", new() { LogDriver = "syslog" } },
        { "HealthCommand", new() { HealthCommand = ["CMD-SHELL", ""] } },
        { "HealthCommand", new() { NoHealthCheck = true, HealthCommand = ["CMD", "true"] } },
        { "HealthInterval", new() { HealthInterval = TimeSpan.FromMicroseconds(1) } },
        { "HealthTimeout", new() { NoHealthCheck = true, HealthTimeout = TimeSpan.FromSeconds(1) } },
        { "HealthRetries", new() { HealthRetries = -1 } },
        { "OnUnhealthy", new() { NoHealthCheck = true, OnUnhealthy = UnhealthyAction.Restart } },
        { "Sysctl", new() { Ipc = "host", Sysctls = new Dictionary<string, string> { ["kernel.shmmax"] = "1" } } },
        { "Sysctl", new() { Sysctls = new Dictionary<string, string> { ["kernel.core_pattern"] = "x" } } },
        { "Sysctl", new() { Sysctls = new Dictionary<string, string> { ["kernel.shm_rmid_forced=1+kernel.core_pattern"] = "|/x" } } },
        { "Sysctl", new() { Sysctls = new Dictionary<string, string> { ["net/../kernel/core_pattern"] = "x" } } },
        { "Sysctl", new() { Sysctls = new Dictionary<string, string> { ["net.ipv4..ip_forward"] = "1" } } },
        { "Sysctl", new() { Network = "host", Sysctls = new Dictionary<string, string> { ["net.ipv4.ip_forward"] = "1" } } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Bad_values_are_refused_naming_the_parameter(string parameter, ContainerSettings settings)
    {
        var error = Assert.Throws<InvalidSettingException>(() => SettingsValidator.Validate(settings));
        Assert.Equal(parameter, error.Parameter);
        Assert.Contains(parameter, error.Message);
    }

    [Theory]
    [InlineData("a_b")]
    [InlineData("_a-b.c_")]
    [InlineData("7")]
    public void Host_names_may_have_underscores_as_with_Docker(string name) => SettingsValidator.Validate(new() { Hostname = name });

    [Fact]
    public void Ordinary_settings_are_accepted() => SettingsValidator.Validate(new()
    {
        Name = "web.1-a_b", WorkingDirectory = "/srv", Network = "none", Hostname = "web.example", Environment = ["A=", "B"], User = "web:33",
        StopSignal = "SIGQUIT", Memory = 200 << 20, MemorySwap = -1, MemorySwappiness = 0, CpuShares = 1024, CpuSet = "0", PidsLimit = -1,
        CapabilityAdd = ["NET_ADMIN"], CapabilityDrop = ["ALL"],
        SecurityOptions = ["no-new-privileges", "seccomp=unconfined", "apparmor:unconfined", "label=disable", "label=type:container_t", "systempaths=unconfined"],
        Pid = "host", Ipc = "container:web", Uts = "", UserNamespace = "host", CgroupNamespace = "private", CgroupParent = "/batch/night", Domainname = "example",
        GroupAdd = ["audio", "44"], Platform = "linux/amd64", CpuPeriod = 50_000, CpuQuota = -1, CpuRealtimeRuntime = 0, BlockIOWeight = 500, OomKillDisable = true,
        DeviceCgroupRules = ["c 13:* rwm", "a *:* rwm"], Restart = new(RestartMode.OnFailure, 3), LogDriver = "none",
        HealthCommand = ["CMD", "true"], HealthInterval = TimeSpan.FromSeconds(1), HealthTimeout = TimeSpan.Zero, OnUnhealthy = UnhealthyAction.Restart,
        Sysctls = new Dictionary<string, string> { ["net.ipv4.ip_forward"] = "1", ["kernel.shmmax"] = "1" },
    });
}
