using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Runtime;

/// <summary>What a filter returns for a call when all conditions hold; without conditions, always.</summary>
/// <param name="Action">The value to return.</param>
/// <param name="Conditions">At most one for each argument, in the order of the arguments.</param>
internal sealed record SeccompRule(uint Action, SeccompCondition[] Conditions)
{
    /// <summary>The rules that one entry of a profile stands for.</summary>
    internal static List<SeccompRule> From(LinuxSyscall entry, uint action)
    {
        var conditions = (entry.Args ?? []).ConvertAll(SeccompCondition.From);
        conditions.Sort((a, b) => a.Index.CompareTo(b.Index));

        // Two conditions on one argument mean "or" here, and then every condition of the entry stands for itself: so runc reads a profile.
        for (var i = 1; i < conditions.Count; i++)
        {
            if (conditions[i].Index == conditions[i - 1].Index)
                return conditions.ConvertAll(condition => new SeccompRule(action, [condition]));
        }

        return [new SeccompRule(action, [.. conditions])];
    }

    /// <summary>The rule for a mode: 32-bit modes compare half of each argument; conditions that always hold are left out.</summary>
    internal SeccompRule For(SeccompMode mode)
    {
        if (Conditions.Length == 0)
            return this;
        var conditions = mode.Is64Bit() ? Conditions : Array.ConvertAll(Conditions, condition => condition.Narrow());
        return new(Action, Array.FindAll(conditions, condition => condition.Operator != SeccompOperator.MaskedEqual || condition.Mask != 0));
    }

    /// <summary>Order in which rules of one call are tried; a rule that says the beginning of another comes before it.</summary>
    internal static int Compare(SeccompRule a, SeccompRule b)
    {
        for (var i = 0; i < a.Conditions.Length && i < b.Conditions.Length; i++)
        {
            var order = a.Conditions[i].CompareTo(b.Conditions[i]);
            if (order != 0)
                return order;
        }

        return a.Conditions.Length.CompareTo(b.Conditions.Length);
    }

    /// <summary>True when both have the same conditions.</summary>
    internal bool HasConditionsOf(SeccompRule other) => Conditions.AsSpan().SequenceEqual(other.Conditions);
}
