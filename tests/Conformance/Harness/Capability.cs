using System.Globalization;
using System.Text.Json.Nodes;

namespace ContainerPS.Conformance;

/// <summary>Capabilities by number (linux/capability.h).</summary>
internal static class Capability
{
    private static readonly string[] s_names =
    [
        "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN",
        "NET_RAW", "IPC_LOCK", "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME",
        "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP", "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON",
        "BPF", "CHECKPOINT_RESTORE",
    ];

    /// <summary>Names as /proc/PID/status shows them together.</summary>
    internal static string Mask(params string[] names) =>
        names.Aggregate(0UL, (mask, name) => mask | 1UL << Array.IndexOf(s_names, name["CAP_".Length..])).ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>process.capabilities with the bounding, effective and permitted set alike.</summary>
    internal static JsonObject Sets(string[] names, string[] inheritable, string[] ambient) => new()
    {
        ["bounding"] = List(names),
        ["effective"] = List(names),
        ["permitted"] = List(names),
        ["inheritable"] = List(inheritable),
        ["ambient"] = List(ambient),
    };

    /// <summary>Whether the test's own process could give a capability to another one.</summary>
    internal static bool IsOurs(string name)
    {
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("CapBnd:", StringComparison.Ordinal));
        return (ulong.Parse(line.AsSpan("CapBnd:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> Array.IndexOf(s_names, name["CAP_".Length..]) & 1) == 1;
    }

    private static JsonArray List(string[] names) => [.. names.Select(n => (JsonNode)n)];
}
