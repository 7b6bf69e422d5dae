using ContainerPS.Engine.Containers;

namespace ContainerPS.Engine.Tests.Containers;

public class SettingsValidatorTests
{
    public static TheoryData<string, ContainerSettings> Refused => new()
    {
        { "Name", new() { Name = "-a" } },
        { "Name", new() { Name = "a" } },
        { "Name", new() { Name = "a b" } },
        { "Name", new() { Name = "../x" } },
        { "WorkingDirectory", new() { WorkingDirectory = "relative" } },
        { "Network", new() { Network = "nonesuch" } },
        { "Hostname", new() { Hostname = "a_b" } },
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

    [Fact]
    public void Ordinary_settings_are_accepted() => SettingsValidator.Validate(new()
    {
        Name = "web.1-a_b", WorkingDirectory = "/srv", Network = "none", Hostname = "web.example", Environment = ["A=", "B"], User = "web:33",
        StopSignal = "SIGQUIT", Memory = 200 << 20, MemorySwap = -1, MemorySwappiness = 0, CpuShares = 1024, Cpus = 0.5, CpuSet = "0", PidsLimit = -1,
        CapabilityAdd = ["NET_ADMIN"], CapabilityDrop = ["ALL"], SecurityOptions = ["no-new-privileges", "seccomp=unconfined"],
        Sysctls = new Dictionary<string, string> { ["net.ipv4.ip_forward"] = "1", ["kernel.shmmax"] = "1" },
    });
}
