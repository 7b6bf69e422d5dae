using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// The parts of a spec that a container has when nothing is asked, as Docker writes them. Every call gives new objects, for the caller to change.
/// </summary>
internal static class DefaultSpec
{
    /// <summary>Bytes of /dev/shm.</summary>
    internal const long ShmSize = 64L << 20;

    private const string CpuDirectory = "/sys/devices/system/cpu";

    private static readonly string[] s_maskedPaths =
    [
        "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug", "/proc/scsi",
        "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap", "/sys/firmware",
    ];

    private static readonly string[] s_readonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    // Character devices a container may use, whoever makes the node: full, null, urandom, random, zero, tty, console, ptmx and the pty slaves.
    private static readonly (long Major, long? Minor)[] s_devices =
        [(1, 7), (1, 3), (1, 9), (1, 8), (1, 5), (5, 0), (5, 1), (5, 2), (136, null)];

    /// <summary>
    /// Paths that cannot be read inside: they tell of the host, or let it be measured (GHSA-6fw5-f8r9-fgfm, GHSA-jq35-85cj-fj4p). The thermal
    /// counters are those of this machine's processors; a path that is not there is skipped when it would be masked.
    /// </summary>
    internal static List<string> MaskedPaths(string cpuDirectory = CpuDirectory)
    {
        var paths = new List<string>(s_maskedPaths);
        for (var cpu = 0; Directory.Exists($"{cpuDirectory}/cpu{cpu}"); cpu++)
        {
            if (Directory.Exists($"{cpuDirectory}/cpu{cpu}/thermal_throttle"))
                paths.Add($"{CpuDirectory}/cpu{cpu}/thermal_throttle");
        }

        return paths;
    }

    /// <summary>Paths that cannot be written inside.</summary>
    internal static List<string> ReadonlyPaths() => [.. s_readonlyPaths];

    /// <summary>Device rules: nothing but making nodes (which has a capability of its own) and the devices every container has.</summary>
    internal static List<LinuxDeviceCgroup> DeviceRules()
    {
        var rules = new List<LinuxDeviceCgroup>
        {
            new() { Allow = false, Access = "rwm" },
            new() { Allow = true, Type = "c", Access = "m" },
            new() { Allow = true, Type = "b", Access = "m" },
        };
        foreach (var (major, minor) in s_devices)
            rules.Add(new() { Allow = true, Type = "c", Major = major, Minor = minor, Access = "rwm" });
        return rules;
    }

    /// <summary>Mounts in the order they are made.</summary>
    /// <param name="shmSize">Bytes of /dev/shm.</param>
    internal static List<Mount> Mounts(long shmSize = ShmSize) =>
    [
        Mount("/proc", "proc", "proc", "nosuid", "noexec", "nodev"),
        Mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
        Mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"),
        Mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro"),
        Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "ro"),
        Mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"),
        Mount("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", $"size={shmSize}"),
    ];

    private static Mount Mount(string destination, string type, string source, params string[] options) =>
        new() { Destination = destination, Type = type, Source = source, Options = [.. options] };
}
