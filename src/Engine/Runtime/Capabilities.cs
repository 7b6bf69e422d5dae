using System.Numerics;

namespace ContainerPS.Engine.Runtime;

/// <summary>
/// The kernel's capabilities as names and as bits of a 64-bit set (man 7 capabilities, linux/capability.h).
/// Names are accepted in any case, with or without <c>CAP_</c>; they are given out as <c>CAP_CHOWN</c>.
/// </summary>
internal static class Capabilities
{
    /// <summary>Stands for every capability in add and drop lists.</summary>
    internal const string AllName = "ALL";

    private const string Prefix = "CAP_";

    // In the order of their numbers: CAP_CHOWN is 0.
    private static readonly string[] s_names =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID",
        "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK",
        "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT",
        "CAP_SYS_NICE", "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE",
        "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND",
        "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
    ];

    /// <summary>Names of all capabilities this program knows, by number.</summary>
    internal static ReadOnlySpan<string> Names => s_names;

    /// <summary>Number of a capability: false when the name is unknown.</summary>
    internal static bool TryParse(ReadOnlySpan<char> name, out int number)
    {
        if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            name = name[Prefix.Length..];
        for (number = 0; number < s_names.Length; number++)
        {
            if (name.Equals(s_names[number].AsSpan(Prefix.Length), StringComparison.OrdinalIgnoreCase))
                return true;
        }

        number = -1;
        return false;
    }

    /// <summary>Number of a capability.</summary>
    /// <param name="name">The name.</param>
    /// <param name="parameter">Parameter to name in the error.</param>
    /// <exception cref="InvalidSettingException">The name is unknown.</exception>
    internal static int Parse(string name, string parameter) =>
        TryParse(name, out var number) ? number : throw new InvalidSettingException(
            parameter,
            name,
            $"{parameter}: there is no capability '{name}'. Use a name such as NET_ADMIN or CAP_NET_ADMIN, or ALL.");

    /// <summary>A name of an add or drop list as it is given out; <c>ALL</c>, and what this program does not know, in capitals.</summary>
    internal static string NameOf(string name) => TryParse(name, out var number) ? s_names[number] : name.ToUpperInvariant();

    /// <summary>A set as a mask of the names' bits; names the kernel's headers did not have when this was written are an error.</summary>
    internal static ulong Mask(IEnumerable<string> names, string parameter)
    {
        var mask = 0UL;
        foreach (var name in names)
            mask |= 1UL << Parse(name, parameter);
        return mask;
    }

    /// <summary>The names of a set's members, in the order of their numbers.</summary>
    internal static List<string> NamesOf(ulong mask)
    {
        var names = new List<string>(BitOperations.PopCount(mask));
        for (var number = 0; number < s_names.Length; number++)
        {
            if ((mask >> number & 1) != 0)
                names.Add(s_names[number]);
        }

        return names;
    }

    /// <summary>Number of the last capability this kernel has; what lies above cannot be raised or dropped.</summary>
    internal static int LastCap()
    {
        try
        {
            return int.Parse(File.ReadAllText("/proc/sys/kernel/cap_last_cap").AsSpan().Trim());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            return s_names.Length - 1;
        }
    }

    /// <summary>Every capability that both this kernel and this program know.</summary>
    internal static ulong All() => AllUpTo(LastCap());

    /// <summary>Every known capability up to a number.</summary>
    internal static ulong AllUpTo(int lastCap) => (1UL << Math.Min(lastCap + 1, s_names.Length)) - 1;

    /// <summary>
    /// The set that add and drop lists make of a default set, by Docker's rules: <c>ALL</c> added gives everything but the drops;
    /// <c>ALL</c> dropped gives just the adds; otherwise the drops leave the default set and the adds join it, so an add wins over a drop.
    /// </summary>
    /// <param name="defaults">What holds when nothing is asked.</param>
    /// <param name="all">What <c>ALL</c> means here.</param>
    /// <param name="add">Names to add.</param>
    /// <param name="drop">Names to drop.</param>
    /// <exception cref="InvalidSettingException">A name is unknown, or this kernel lacks the capability.</exception>
    internal static ulong Apply(ulong defaults, ulong all, IReadOnlyList<string> add, IReadOnlyList<string> drop)
    {
        var added = ParseList(add, all, "CapabilityAdd", out var addAll);
        var dropped = ParseList(drop, all, "CapabilityDrop", out var dropAll);
        if (addAll)
            return all & ~dropped;
        return dropAll ? added : (defaults & ~dropped) | added;
    }

    private static ulong ParseList(IReadOnlyList<string> names, ulong available, string parameter, out bool all)
    {
        all = false;
        var mask = 0UL;
        foreach (var name in names)
        {
            if (name.Equals(AllName, StringComparison.OrdinalIgnoreCase))
            {
                all = true;
                continue;
            }

            var bit = 1UL << Parse(name, parameter);
            if ((available & bit) == 0)
                throw new InvalidSettingException(parameter, name, $"{parameter}: this kernel does not have the capability '{name}', or this process may not give it. Leave it out.");
            mask |= bit;
        }

        return mask;
    }
}
