using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>
/// Says by the letter of a profile what happens to a call, one rule after the other, for profiles whose rules for one call agree on the action.
/// Shares nothing with the compiler but the table of numbers.
/// </summary>
internal static class SeccompReference
{
    internal static uint Evaluate(LinuxSeccomp profile, SeccompMode mode, uint number, ulong[] arguments)
    {
        var defaultAction = Action(profile.DefaultAction!, profile.DefaultErrnoRet);
        var newest = -1;
        uint? found = null;
        foreach (var entry in profile.Syscalls!)
        {
            foreach (var name in entry.Names!)
            {
                if (!SyscallTable.TryFind(name, out var numbers) || numbers.For(mode) is var own && own < 0)
                    continue;
                newest = Math.Max(newest, own);
                if ((uint)own == number && (entry.Args ?? []).TrueForAll(arg => Holds(arg, arguments[arg.Index], mode)))
                    found ??= Action(entry.Action!, entry.ErrnoRet);
            }
        }

        if (found is null && newest >= 0 && number > newest && profile.DefaultAction is not ("SCMP_ACT_ALLOW" or "SCMP_ACT_LOG" or "SCMP_ACT_TRACE"))
            return 0x00050000 | 38;
        return found ?? defaultAction;
    }

    private static bool Holds(LinuxSeccompArg arg, ulong actual, SeccompMode mode)
    {
        var narrow = mode is SeccompMode.X86 or SeccompMode.X32 or SeccompMode.Arm;
        var value = narrow ? (uint)arg.Value : arg.Value;
        var second = narrow ? (uint)arg.ValueTwo : arg.ValueTwo;
        if (narrow)
            actual = (uint)actual;
        return arg.Op switch
        {
            "SCMP_CMP_NE" => actual != value,
            "SCMP_CMP_LT" => actual < value,
            "SCMP_CMP_LE" => actual <= value,
            "SCMP_CMP_EQ" => actual == value,
            "SCMP_CMP_GE" => actual >= value,
            "SCMP_CMP_GT" => actual > value,
            "SCMP_CMP_MASKED_EQ" => (actual & value) == (second & value),
            _ => throw new InvalidOperationException(arg.Op),
        };
    }

    private static uint Action(string name, uint? number) => name switch
    {
        "SCMP_ACT_ALLOW" => 0x7fff0000,
        "SCMP_ACT_ERRNO" => 0x00050000 | (number ?? 1),
        "SCMP_ACT_KILL" or "SCMP_ACT_KILL_THREAD" => 0,
        "SCMP_ACT_KILL_PROCESS" => 0x80000000,
        "SCMP_ACT_TRAP" => 0x00030000,
        "SCMP_ACT_TRACE" => 0x7ff00000 | (number ?? 1),
        "SCMP_ACT_LOG" => 0x7ffc0000,
        "SCMP_ACT_NOTIFY" => 0x7fc00000,
        _ => throw new InvalidOperationException(name),
    };
}
