using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>A compiled filter, ready for <c>seccomp(SECCOMP_SET_MODE_FILTER, Flags, …)</c> (man 2 seccomp).</summary>
/// <param name="Filter">The instructions as the kernel's <c>struct sock_filter</c>, eight bytes each.</param>
/// <param name="Flags"><c>SECCOMP_FILTER_FLAG_…</c> bits.</param>
/// <param name="NeedsNotify">True when a call may be handed to a listener: the system call then returns its descriptor.</param>
internal sealed record SeccompProgram(byte[] Filter, uint Flags, bool NeedsNotify)
{
    internal const uint SECCOMP_FILTER_FLAG_LOG = 1 << 1;
    internal const uint SECCOMP_FILTER_FLAG_SPEC_ALLOW = 1 << 2;
    internal const uint SECCOMP_FILTER_FLAG_NEW_LISTENER = 1 << 3;
    internal const uint SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV = 1 << 5;

    private static readonly string[] s_flags =
    [
        "SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
    ];

    /// <summary>Names of the flags a profile may have.</summary>
    internal static IReadOnlyList<string> KnownFlags => s_flags;

    /// <summary>Those of them that this kernel knows: it looks at a filter's address only after its flags.</summary>
    internal static unsafe List<string> SupportedFlags()
    {
        var supported = new List<string>();
        foreach (var name in s_flags)
        {
            // TSYNC is bit 0; WAIT_KILLABLE_RECV needs a listener beside it.
            var flags = name == "SECCOMP_FILTER_FLAG_TSYNC" ? 1 : ParseFlags([name], needsNotify: name == "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV");
            if (Syscall.seccomp(Syscall.SECCOMP_SET_MODE_FILTER, flags, null) == -LibC.EFAULT) supported.Add(name);
        }

        return supported;
    }

    /// <summary>Number of instructions; the kernel takes 4096 at most.</summary>
    internal int Length => Filter.Length / 8;

    /// <summary>The bits of a profile's flags.</summary>
    /// <exception cref="InvalidSettingException">A name is unknown.</exception>
    internal static uint ParseFlags(IReadOnlyList<string>? names, bool needsNotify)
    {
        var flags = needsNotify ? SECCOMP_FILTER_FLAG_NEW_LISTENER : 0;
        foreach (var name in names ?? [])
        {
            flags |= name switch
            {
                // The filter is installed by a process of one thread, so there is nobody to synchronize.
                "SECCOMP_FILTER_FLAG_TSYNC" => 0,
                "SECCOMP_FILTER_FLAG_LOG" => SECCOMP_FILTER_FLAG_LOG,
                "SECCOMP_FILTER_FLAG_SPEC_ALLOW" => SECCOMP_FILTER_FLAG_SPEC_ALLOW,

                // Says how a listener is waited for; the kernel refuses it where there is none.
                "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" => needsNotify ? SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV : 0,
                _ => throw new InvalidSettingException("seccomp.flags", name, $"seccomp: there is no flag '{name}'. Use one of {string.Join(", ", s_flags)}."),
            };
        }

        return flags;
    }
}
