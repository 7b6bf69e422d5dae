namespace ContainerPS.Engine.Oci;

/// <summary>A system-call filter (config-linux.md#seccomp).</summary>
public sealed record LinuxSeccomp
{
    /// <summary>What happens to calls that no rule matches, such as <c>SCMP_ACT_ERRNO</c>.</summary>
    public string? DefaultAction { get; set; }

    /// <summary>Error number of an ERRNO default action.</summary>
    public uint? DefaultErrnoRet { get; set; }

    /// <summary>Architectures, such as <c>SCMP_ARCH_X86_64</c>.</summary>
    public List<string>? Architectures { get; set; }

    /// <summary>Filter flags, such as <c>SECCOMP_FILTER_FLAG_LOG</c>.</summary>
    public List<string>? Flags { get; set; }

    /// <summary>Socket that receives the notify descriptor.</summary>
    public string? ListenerPath { get; set; }

    /// <summary>Data sent with the notify descriptor.</summary>
    public string? ListenerMetadata { get; set; }

    /// <summary>Rules.</summary>
    public List<LinuxSyscall>? Syscalls { get; set; }
}

/// <summary>One rule: calls, conditions, action.</summary>
public sealed record LinuxSyscall
{
    /// <summary>System-call names.</summary>
    public List<string>? Names { get; set; }

    /// <summary>What happens, such as <c>SCMP_ACT_ALLOW</c>.</summary>
    public string? Action { get; set; }

    /// <summary>Error number of an ERRNO or TRACE action.</summary>
    public uint? ErrnoRet { get; set; }

    /// <summary>Conditions on arguments; all must hold.</summary>
    public List<LinuxSeccompArg>? Args { get; set; }
}

/// <summary>A condition on one argument.</summary>
public sealed record LinuxSeccompArg
{
    /// <summary>Argument number, 0 to 5.</summary>
    public uint Index { get; set; }

    /// <summary>Value to compare with.</summary>
    public ulong Value { get; set; }

    /// <summary>Second value, of <c>SCMP_CMP_MASKED_EQ</c>.</summary>
    public ulong ValueTwo { get; set; }

    /// <summary>Operator, such as <c>SCMP_CMP_EQ</c>.</summary>
    public string? Op { get; set; }
}
