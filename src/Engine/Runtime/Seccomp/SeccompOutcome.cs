namespace ContainerPS.Engine.Runtime;

/// <summary>What happens to a call: a value to return, or conditional rules to try first.</summary>
/// <param name="Action">The value when no rule holds.</param>
/// <param name="Rules">Conditional rules, tried in this order; empty when the value is all there is.</param>
internal sealed record SeccompOutcome(uint Action, SeccompRule[] Rules)
{
    /// <summary>
    /// What rules of one call come to, as with libseccomp: a rule without conditions beats all others, the first one if there are several;
    /// among the others the order is <see cref="SeccompRule.Compare"/>'s.
    /// </summary>
    /// <exception cref="InvalidSettingException">Two rules have the same conditions and different actions.</exception>
    internal static SeccompOutcome Of(List<SeccompRule> rules, SeccompOutcome otherwise)
    {
        foreach (var rule in rules)
        {
            if (rule.Conditions.Length == 0)
                return new(rule.Action, []);
        }

        rules.Sort(SeccompRule.Compare);
        var kept = new List<SeccompRule>(rules.Count);
        foreach (var rule in rules)
        {
            if (kept.Count == 0 || !kept[^1].HasConditionsOf(rule))
                kept.Add(rule);
            else if (kept[^1].Action != rule.Action)
                throw new InvalidSettingException("seccomp.syscalls", null, "seccomp: two rules of one call have the same conditions and different actions. Remove one of them.");
        }

        return new(otherwise.Action, [.. kept]);
    }

    /// <summary>True when both do the same.</summary>
    internal bool Same(SeccompOutcome other)
    {
        if (Action != other.Action || Rules.Length != other.Rules.Length)
            return false;
        for (var i = 0; i < Rules.Length; i++)
        {
            if (Rules[i].Action != other.Rules[i].Action || !Rules[i].HasConditionsOf(other.Rules[i]))
                return false;
        }

        return true;
    }
}
