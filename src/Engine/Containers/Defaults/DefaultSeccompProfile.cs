using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// The system-call filter of a container that asks for none: Docker's (moby/profiles), with one hole closed (see <see cref="AddSocket"/>).
/// What it allows is listed; everything else gives EPERM, and calls newer than all those listed give ENOSYS.
/// </summary>
internal static partial class DefaultSeccompProfile
{
    private const string Allow = "SCMP_ACT_ALLOW";
    private const string Errno = "SCMP_ACT_ERRNO";
    private const uint EPERM = 1;
    private const uint ENOSYS = 38;
    private const int AF_ALG = 38;
    private const int AF_VSOCK = 40;

    // CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET (linux/sched.h).
    private const ulong NamespaceFlags = 0x7E020000;

    // Domains of personality(2) that change nothing dangerous: PER_LINUX, PER_LINUX32, both with UNAME26, and "which one have I".
    private static readonly ulong[] s_personalities = [0x0, 0x8, 0x20000, 0x20008, 0xFFFFFFFF];

    // Calls whose harm a capability stands for: with it, the kernel would let them through, so the filter may.
    private static readonly (string Capability, string Calls)[] s_byCapability =
    [
        ("CAP_DAC_READ_SEARCH", "open_by_handle_at"),
        ("CAP_SYS_ADMIN", "bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie lsm_get_self_attr lsm_list_modules "
            + "lsm_set_self_attr mount mount_setattr move_mount open_tree perf_event_open quotactl quotactl_fd setdomainname sethostname setns "
            + "syslog umount umount2 unshare"),
        ("CAP_SYS_BOOT", "reboot"),
        ("CAP_SYS_CHROOT", "chroot"),
        ("CAP_SYS_MODULE", "delete_module init_module finit_module"),
        ("CAP_SYS_PACCT", "acct"),
        ("CAP_SYS_PTRACE", "kcmp pidfd_getfd process_madvise"),
        ("CAP_SYS_RAWIO", "iopl ioperm"),
        ("CAP_SYS_TIME", "settimeofday stime clock_settime clock_settime64"),
        ("CAP_SYS_TTY_CONFIG", "vhangup"),
        ("CAP_SYS_NICE", "get_mempolicy mbind set_mempolicy set_mempolicy_home_node"),
        ("CAP_SYSLOG", "syslog"),
        ("CAP_BPF", "bpf"),
        ("CAP_PERFMON", "perf_event_open"),
    ];

    /// <summary>The filter of a container whose bounding set is <paramref name="capabilities"/>, on this machine.</summary>
    internal static LinuxSeccomp Create(IReadOnlySet<string> capabilities) => Create(capabilities, SeccompModes.Native);

    /// <summary>The filter for a machine whose own mode is <paramref name="native"/> (X64 or Arm64).</summary>
    internal static LinuxSeccomp Create(IReadOnlySet<string> capabilities, SeccompMode native)
    {
        var rules = new List<LinuxSyscall>(32);
        foreach (var group in (ReadOnlySpan<string>)[Files, Attributes, Events, Memory, Processes, Identities, Signals, Times, Ipc, Sockets, Sandboxes])
            rules.Add(AllowAll(group));
        AddSocket(rules);
        foreach (var domain in s_personalities)
            rules.Add(AllowIf("personality", 0, "SCMP_CMP_EQ", domain));

        // What the C libraries of these processors call on their own.
        rules.Add(AllowAll(native == SeccompMode.Arm64
            ? "arm_fadvise64_64 arm_sync_file_range sync_file_range2 breakpoint cacheflush set_tls"
            : "arch_prctl modify_ldt"));

        foreach (var (capability, calls) in s_byCapability)
        {
            if (capabilities.Contains(capability))
                rules.Add(AllowAll(calls));
        }

        if (!capabilities.Contains("CAP_SYS_ADMIN"))
        {
            rules.Add(AllowIf("clone", 0, "SCMP_CMP_MASKED_EQ", NamespaceFlags));

            // Its flags lie in memory, out of a filter's sight. ENOSYS makes the C library fall back to clone.
            rules.Add(new() { Names = ["clone3"], Action = Errno, ErrnoRet = ENOSYS });
        }

        return new()
        {
            DefaultAction = Errno,
            DefaultErrnoRet = EPERM,
            Architectures = native == SeccompMode.Arm64
                ? ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"]
                : ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
            Syscalls = rules,
        };
    }

    // AF_ALG has had too many faults, and AF_VSOCK reaches the hypervisor past the network namespace. Docker says "above AF_VSOCK" for the rest,
    // of all 64 bits; but the kernel looks at the lower 32 only, so that 0x100000026 would pass and open AF_ALG. Hence blocks of two, four,
    // sixteen and sixty-four families, which hold all bits: together with those below and 41 they are 0 to 127 (there are 46 today).
    private static void AddSocket(List<LinuxSyscall> rules)
    {
        rules.Add(AllowIf("socket", 0, "SCMP_CMP_LT", AF_ALG));
        rules.Add(AllowIf("socket", 0, "SCMP_CMP_EQ", AF_ALG + 1));
        rules.Add(AllowIf("socket", 0, "SCMP_CMP_EQ", AF_VSOCK + 1));
        foreach (var (first, count) in (ReadOnlySpan<(ulong, ulong)>)[(42, 2), (44, 4), (48, 16), (64, 64)])
            rules.Add(AllowIf("socket", 0, "SCMP_CMP_MASKED_EQ", ~(count - 1), first));
    }

    private static LinuxSyscall AllowAll(string calls) => new()
    {
        Names = [.. calls.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)],
        Action = Allow,
    };

    private static LinuxSyscall AllowIf(string call, uint index, string op, ulong value, ulong valueTwo = 0) => new()
    {
        Names = [call],
        Action = Allow,
        Args = [new() { Index = index, Value = value, ValueTwo = valueTwo, Op = op }],
    };
}
