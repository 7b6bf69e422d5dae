namespace ContainerPS.Engine.Runtime;

/// <summary>
/// The two calls through which 32-bit x86 programs reach others: <c>socketcall</c> and <c>ipc</c>, whose first argument says which one is meant
/// (linux/net.h, linux/ipc.h). A rule for one of those is also a rule for the call it hides in.
/// </summary>
internal static class SeccompMultiplex
{
    private const int Socketcall = 102;
    private const int Ipc = 117;

    /// <summary>The hidden form of a rule, or null when the call has none.</summary>
    internal static (int Number, SeccompRule Rule)? Find(string name, SeccompRule rule)
    {
        // The arguments lie in memory that a filter cannot read. So a rule with conditions must not let more through than it says;
        // one that holds calls back holds all of them back.
        if (rule.Conditions.Length > 0 && SeccompAction.LetsThrough(rule.Action))
            return null;
        var (number, which) = name switch
        {
            "socket" => (Socketcall, 1),
            "bind" => (Socketcall, 2),
            "connect" => (Socketcall, 3),
            "listen" => (Socketcall, 4),
            "accept" => (Socketcall, 5),
            "getsockname" => (Socketcall, 6),
            "getpeername" => (Socketcall, 7),
            "socketpair" => (Socketcall, 8),
            "send" => (Socketcall, 9),
            "recv" => (Socketcall, 10),
            "sendto" => (Socketcall, 11),
            "recvfrom" => (Socketcall, 12),
            "shutdown" => (Socketcall, 13),
            "setsockopt" => (Socketcall, 14),
            "getsockopt" => (Socketcall, 15),
            "sendmsg" => (Socketcall, 16),
            "recvmsg" => (Socketcall, 17),
            "accept4" => (Socketcall, 18),
            "recvmmsg" => (Socketcall, 19),
            "sendmmsg" => (Socketcall, 20),
            "semop" => (Ipc, 1),
            "semget" => (Ipc, 2),
            "semctl" => (Ipc, 3),
            "semtimedop" => (Ipc, 4),
            "msgsnd" => (Ipc, 11),
            "msgrcv" => (Ipc, 12),
            "msgget" => (Ipc, 13),
            "msgctl" => (Ipc, 14),
            "shmat" => (Ipc, 21),
            "shmdt" => (Ipc, 22),
            "shmget" => (Ipc, 23),
            "shmctl" => (Ipc, 24),
            _ => (0, 0),
        };
        if (number == 0)
            return null;

        // The upper half of ipc's first argument is a version that changes nothing of which call is meant.
        var mask = number == Ipc ? 0xFFFFUL : 0xFFFFFFFF;
        return (number, new SeccompRule(rule.Action, [new(0, SeccompOperator.MaskedEqual, (ulong)which, mask)]));
    }
}
