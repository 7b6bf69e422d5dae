using System.Runtime.InteropServices;

namespace ContainerPS.Engine.Runtime;

/// <summary>A processor mode with its own system-call numbers.</summary>
internal enum SeccompMode
{
    X64,
    X86,
    X32,
    Arm64,
    Arm,
}

/// <summary>Facts about the modes.</summary>
internal static class SeccompModes
{
    // linux/audit.h. x32 has x86-64's value and marks its numbers with bit 30 instead.
    internal const uint AUDIT_ARCH_X86_64 = 0xC000003E;
    internal const uint AUDIT_ARCH_I386 = 0x40000003;
    internal const uint AUDIT_ARCH_AARCH64 = 0xC00000B7;
    internal const uint AUDIT_ARCH_ARM = 0x40000028;

    /// <summary>Bit that x32 calls have in their number (__X32_SYSCALL_BIT).</summary>
    internal const int X32Mark = 0x40000000;

    private static readonly string[] s_architectures =
    [
        "SCMP_ARCH_X86", "SCMP_ARCH_X86_64", "SCMP_ARCH_X32", "SCMP_ARCH_ARM", "SCMP_ARCH_AARCH64", "SCMP_ARCH_MIPS", "SCMP_ARCH_MIPS64",
        "SCMP_ARCH_MIPS64N32", "SCMP_ARCH_MIPSEL", "SCMP_ARCH_MIPSEL64", "SCMP_ARCH_MIPSEL64N32", "SCMP_ARCH_PPC", "SCMP_ARCH_PPC64",
        "SCMP_ARCH_PPC64LE", "SCMP_ARCH_RISCV64", "SCMP_ARCH_S390", "SCMP_ARCH_S390X", "SCMP_ARCH_PARISC", "SCMP_ARCH_PARISC64", "SCMP_ARCH_LOONGARCH64",
        "SCMP_ARCH_M68K", "SCMP_ARCH_SH", "SCMP_ARCH_SHEB",
    ];

    /// <summary>Architecture names a profile may have (config-linux.md#seccomp).</summary>
    internal static IReadOnlyList<string> KnownArchitectures => s_architectures;

    /// <summary>The mode this machine's own programs run in.</summary>
    internal static SeccompMode Native => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? SeccompMode.Arm64 : SeccompMode.X64;

    /// <summary>The mode of an architecture name; null for one that no processor we run on has.</summary>
    /// <exception cref="InvalidSettingException">The name is unknown.</exception>
    internal static SeccompMode? Parse(string architecture) => architecture switch
    {
        "SCMP_ARCH_X86_64" => SeccompMode.X64,
        "SCMP_ARCH_X86" => SeccompMode.X86,
        "SCMP_ARCH_X32" => SeccompMode.X32,
        "SCMP_ARCH_AARCH64" => SeccompMode.Arm64,
        "SCMP_ARCH_ARM" => SeccompMode.Arm,
        _ when s_architectures.Contains(architecture) => null,
        _ => throw new InvalidSettingException("seccomp.architectures", architecture, $"seccomp: there is no architecture '{architecture}'. Use a name such as SCMP_ARCH_X86_64."),
    };

    /// <summary>The value that a filter sees in <c>seccomp_data.arch</c>.</summary>
    internal static uint AuditArch(this SeccompMode mode) => mode switch
    {
        SeccompMode.X64 or SeccompMode.X32 => AUDIT_ARCH_X86_64,
        SeccompMode.X86 => AUDIT_ARCH_I386,
        SeccompMode.Arm64 => AUDIT_ARCH_AARCH64,
        _ => AUDIT_ARCH_ARM,
    };

    /// <summary>True when arguments are 64 bits wide; in other modes only their low halves are compared, as libseccomp does.</summary>
    internal static bool Is64Bit(this SeccompMode mode) => mode is SeccompMode.X64 or SeccompMode.Arm64;
}
