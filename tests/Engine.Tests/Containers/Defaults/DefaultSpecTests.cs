using ContainerPS.Engine.Containers;

namespace ContainerPS.Engine.Tests.Containers.Defaults;

public class DefaultSpecTests
{
    [Fact]
    public void What_tells_of_the_host_is_masked()
    {
        var masked = DefaultSpec.MaskedPaths();
        foreach (var path in (string[])["/proc/kcore", "/proc/keys", "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/timer_list", "/sys/firmware", "/sys/devices/virtual/powercap"])
            Assert.Contains(path, masked);
        Assert.Equal(masked.Distinct(), masked);
        Assert.Contains("/proc/sys", DefaultSpec.ReadonlyPaths());
        Assert.Contains("/proc/sysrq-trigger", DefaultSpec.ReadonlyPaths());
    }

    [Fact]
    public void Thermal_counters_are_masked_for_the_processors_that_have_them()
    {
        var directory = Directory.CreateTempSubdirectory("containerps-");
        try
        {
            directory.CreateSubdirectory("cpu0/thermal_throttle");
            directory.CreateSubdirectory("cpu1");
            directory.CreateSubdirectory("cpu2/thermal_throttle");
            directory.CreateSubdirectory("cpufreq");
            var thermal = DefaultSpec.MaskedPaths(directory.FullName).Where(path => path.Contains("thermal"));
            Assert.Equal(["/sys/devices/system/cpu/cpu0/thermal_throttle", "/sys/devices/system/cpu/cpu2/thermal_throttle"], thermal);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public void Devices_are_denied_but_for_those_every_container_has()
    {
        var rules = DefaultSpec.DeviceRules();
        Assert.False(rules[0].Allow);
        Assert.Null(rules[0].Major);
        Assert.All(rules.Skip(1), rule => Assert.True(rule.Allow));
        Assert.All(rules.Skip(1).Where(rule => rule.Major is null), rule => Assert.Equal("m", rule.Access));
        Assert.DoesNotContain(rules, rule => rule.Type == "b" && rule.Access != "m");
        Assert.Contains(rules, rule => rule is { Major: 1, Minor: 3 });
    }

    [Fact]
    public void Parents_are_mounted_before_what_lies_in_them_and_the_system_is_read_only()
    {
        var mounts = DefaultSpec.Mounts(shmSize: 1 << 20);
        var order = mounts.ConvertAll(mount => mount.Destination);
        Assert.Equal(["/proc", "/dev", "/dev/pts", "/sys", "/sys/fs/cgroup", "/dev/mqueue", "/dev/shm"], order);
        Assert.All(mounts.Where(mount => mount.Destination!.StartsWith("/sys")), mount => Assert.Contains("ro", mount.Options!));
        Assert.All(mounts, mount => Assert.Contains("nosuid", mount.Options!));
        Assert.Contains("size=1048576", mounts[^1].Options!);
        Assert.Contains("size=67108864", DefaultSpec.Mounts()[^1].Options!);
        Assert.NotSame(DefaultSpec.Mounts()[0], DefaultSpec.Mounts()[0]);
    }
}
