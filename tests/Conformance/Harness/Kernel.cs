namespace ContainerPS.Conformance;

/// <summary>What a property may need of the kernel.</summary>
internal enum Needs
{
    /// <summary>Time namespaces (Linux 5.6).</summary>
    TimeNamespaces,

    /// <summary>The AppArmor security module.</summary>
    AppArmor,

    /// <summary>The SELinux security module.</summary>
    SELinux,

    /// <summary>Calls of 32-bit programs.</summary>
    Calls32,

    /// <summary>The keyrings of the kernel.</summary>
    Keyrings,

    /// <summary>More than one processor.</summary>
    TwoProcessors,
}

/// <summary>Thrown by a test that finds out itself what this kernel lacks: it is then skipped.</summary>
internal sealed class MissingFeatureException(string what) : Exception($"This kernel cannot show it: {what}.");

/// <summary>What this kernel lacks.</summary>
internal static class Kernel
{
    /// <summary>Why something cannot be tried, or null when it can.</summary>
    internal static string? Missing(Needs needs) => needs switch
    {
        Needs.TimeNamespaces => Without(File.Exists("/proc/self/timens_offsets"), "time namespaces"),
        Needs.AppArmor => Without(Directory.Exists("/sys/kernel/security/apparmor"), "AppArmor"),
        Needs.SELinux => Without(File.Exists("/sys/fs/selinux/enforce"), "SELinux"),
        Needs.Calls32 => Without(Programs.Run(Programs.Probe, ["syscall32:20"]).Output.Contains("\"value\"", StringComparison.Ordinal), "calls of 32-bit programs"),
        Needs.Keyrings => Without(File.Exists("/proc/keys"), "keyrings"),
        Needs.TwoProcessors => Without(Environment.ProcessorCount > 1, "second processor"),
        _ => throw new ArgumentOutOfRangeException(nameof(needs)),
    };

    private static string? Without(bool present, string what) => present ? null : $"This kernel has no {what}.";
}
