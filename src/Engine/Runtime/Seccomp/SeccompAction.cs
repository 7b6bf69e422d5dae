namespace ContainerPS.Engine.Runtime;

/// <summary>What a filter returns (linux/seccomp.h): the action in the upper half, its data in the lower.</summary>
internal static class SeccompAction
{
    internal const uint SECCOMP_RET_KILL_PROCESS = 0x80000000;
    internal const uint SECCOMP_RET_KILL_THREAD = 0x00000000;
    internal const uint SECCOMP_RET_TRAP = 0x00030000;
    internal const uint SECCOMP_RET_ERRNO = 0x00050000;
    internal const uint SECCOMP_RET_USER_NOTIF = 0x7fc00000;
    internal const uint SECCOMP_RET_TRACE = 0x7ff00000;
    internal const uint SECCOMP_RET_LOG = 0x7ffc0000;
    internal const uint SECCOMP_RET_ALLOW = 0x7fff0000;

    private const uint EPERM = 1;

    private static readonly string[] s_names =
    [
        "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_LOG",
        "SCMP_ACT_NOTIFY", "SCMP_ACT_TRACE", "SCMP_ACT_TRAP",
    ];

    /// <summary>Names of the actions a profile may have.</summary>
    internal static IReadOnlyList<string> KnownNames => s_names;

    /// <summary>The value a filter returns for an action; ERRNO and TRACE without a number of their own carry EPERM, as in runc.</summary>
    /// <exception cref="InvalidSettingException">The name is unknown, or the action carries no number.</exception>
    internal static uint Parse(string? name, uint? data)
    {
        var action = Value(name, data);
        if (data is { } number && name is not ("SCMP_ACT_ERRNO" or "SCMP_ACT_TRACE"))
            throw new InvalidSettingException("seccomp.errnoRet", number, $"seccomp: errnoRet {number} is of no use to {name}; only SCMP_ACT_ERRNO and SCMP_ACT_TRACE carry a number. Leave it out.");
        return action;
    }

    private static uint Value(string? name, uint? data) => name switch
    {
        "SCMP_ACT_ALLOW" => SECCOMP_RET_ALLOW,
        "SCMP_ACT_ERRNO" => SECCOMP_RET_ERRNO | (data ?? EPERM) & 0xFFFF,
        "SCMP_ACT_KILL" or "SCMP_ACT_KILL_THREAD" => SECCOMP_RET_KILL_THREAD,
        "SCMP_ACT_KILL_PROCESS" => SECCOMP_RET_KILL_PROCESS,
        "SCMP_ACT_LOG" => SECCOMP_RET_LOG,
        "SCMP_ACT_NOTIFY" => SECCOMP_RET_USER_NOTIF,
        "SCMP_ACT_TRACE" => SECCOMP_RET_TRACE | (data ?? EPERM) & 0xFFFF,
        "SCMP_ACT_TRAP" => SECCOMP_RET_TRAP,
        _ => throw new InvalidSettingException("seccomp.action", name, $"seccomp: there is no action '{name}'. Use one of {string.Join(", ", s_names)}."),
    };

    /// <summary>
    /// True for actions under which a call goes on. TRACE counts: a tracer that emulates calls is to see those it does not know, too.
    /// </summary>
    internal static bool LetsThrough(uint action) =>
        action is SECCOMP_RET_ALLOW or SECCOMP_RET_LOG || (action & 0xFFFF0000) == SECCOMP_RET_TRACE;
}
