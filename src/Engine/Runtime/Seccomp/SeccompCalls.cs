using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Runtime;

/// <summary>A profile's rules, looked up by name once for all modes.</summary>
internal sealed class SeccompCalls
{
    private const uint ENOSYS = 38;

    private readonly List<(SyscallTable.Numbers Numbers, SeccompRule Rule)> _rules = new(512);
    private readonly int[] _newest = new int[(int)SeccompMode.Arm + 1];
    private readonly SeccompOutcome _unknown;

    private SeccompCalls(uint defaultAction)
    {
        Default = new(defaultAction, []);
        _unknown = SeccompAction.LetsThrough(defaultAction) ? Default : new(SeccompAction.SECCOMP_RET_ERRNO | ENOSYS, []);
        Array.Fill(_newest, SyscallTable.None);
    }

    /// <summary>What happens to calls that no rule matches.</summary>
    internal SeccompOutcome Default { get; }

    /// <summary>True when a rule hands calls to a listener.</summary>
    internal bool Notifies { get; private set; }

    /// <summary>Reads a profile.</summary>
    /// <exception cref="InvalidSettingException">It has an unknown word, or hands over a call that it cannot.</exception>
    internal static SeccompCalls From(LinuxSeccomp profile)
    {
        var defaultAction = SeccompAction.Parse(profile.DefaultAction, profile.DefaultErrnoRet);
        if (defaultAction == SeccompAction.SECCOMP_RET_USER_NOTIF)
            throw NotNotifiable(profile.DefaultAction, "as the default action");

        var calls = new SeccompCalls(defaultAction);
        foreach (var entry in profile.Syscalls ?? [])
            calls.Add(entry, defaultAction);
        return calls;
    }

    /// <summary>Says to a tree what happens to a mode's calls, from the first possible number on.</summary>
    internal void AddTo(SeccompTree tree, SeccompMode mode)
    {
        tree.From(mode == SeccompMode.X32 ? (uint)SeccompModes.X32Mark : 0, Default);

        // By number, then in the order of the profile; one word each sorts fastest.
        var order = new List<long>(_rules.Count);
        for (var i = 0; i < _rules.Count; i++)
        {
            if (_rules[i].Numbers.For(mode) is var number && number != SyscallTable.None)
                order.Add((long)number << 32 | (uint)i);
        }

        order.Sort();
        var rules = new List<SeccompRule>();
        for (var i = 0; i < order.Count;)
        {
            var number = order[i] >> 32;
            for (rules.Clear(); i < order.Count && order[i] >> 32 == number; i++)
                rules.Add(_rules[(int)(uint)order[i]].Rule.For(mode));
            tree.From((uint)number, SeccompOutcome.Of(rules, Default));
            tree.From((uint)number + 1, Default);
        }

        if (_newest[(int)mode] != SyscallTable.None)
            tree.From((uint)_newest[(int)mode] + 1, _unknown);
    }

    private void Add(LinuxSyscall entry, uint defaultAction)
    {
        var action = SeccompAction.Parse(entry.Action, entry.ErrnoRet);
        var rules = SeccompRule.From(entry, action);
        foreach (var name in entry.Names ?? [])
        {
            if (action == SeccompAction.SECCOMP_RET_USER_NOTIF)
            {
                // The descriptor of the listener has yet to be written to whoever sends it on.
                if (name == "write")
                    throw NotNotifiable(entry.Action, "of the call 'write'");
                Notifies = true;
            }

            if (!SyscallTable.TryFind(name, out var numbers))
                continue;
            for (var mode = 0; mode < _newest.Length; mode++)
                _newest[mode] = Math.Max(_newest[mode], numbers.For((SeccompMode)mode));
            if (action == defaultAction)
                continue;
            foreach (var rule in rules)
            {
                _rules.Add((numbers, rule));
                if (SeccompMultiplex.Find(name, rule) is var (number, hidden))
                    _rules.Add((new(SyscallTable.None, number, SyscallTable.None, SyscallTable.None, SyscallTable.None), hidden));
            }
        }
    }

    private static InvalidSettingException NotNotifiable(string? action, string where) =>
        new("seccomp.action", action, $"seccomp: SCMP_ACT_NOTIFY cannot be used {where}: the container could not start. Name the calls to hand over.");
}
