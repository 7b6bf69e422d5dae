using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Runtime;

/// <summary>How an argument is compared.</summary>
internal enum SeccompOperator
{
    NotEqual,
    Less,
    LessOrEqual,
    Equal,
    GreaterOrEqual,
    Greater,
    MaskedEqual,
}

/// <summary>A comparison of one argument of a call.</summary>
/// <param name="Index">Argument number, 0 to 5.</param>
/// <param name="Operator">How it is compared.</param>
/// <param name="Value">What it is compared with.</param>
/// <param name="Mask">Bits of it that count, of <see cref="SeccompOperator.MaskedEqual"/>.</param>
internal readonly record struct SeccompCondition(int Index, SeccompOperator Operator, ulong Value, ulong Mask)
{
    private static readonly string[] s_operators =
        ["SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE", "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ"];

    /// <summary>Names of the operators a profile may have.</summary>
    internal static IReadOnlyList<string> KnownOperators => s_operators;

    /// <summary>Reads a profile's condition.</summary>
    /// <exception cref="InvalidSettingException">The operator or the argument number is unknown.</exception>
    internal static SeccompCondition From(LinuxSeccompArg arg)
    {
        if (arg.Index > 5)
            throw new InvalidSettingException("seccomp.args", arg.Index, $"seccomp: there is no argument '{arg.Index}'. A call has arguments 0 to 5.");
        var number = Array.IndexOf(s_operators, arg.Op);
        if (number < 0)
            throw new InvalidSettingException("seccomp.args", arg.Op, $"seccomp: there is no operator '{arg.Op}'. Use one of {string.Join(", ", s_operators)}.");

        // config-linux.md: of MASKED_EQ, value is the mask and valueTwo what the masked argument must be.
        var op = (SeccompOperator)number;
        return op == SeccompOperator.MaskedEqual
            ? new((int)arg.Index, op, arg.ValueTwo & arg.Value, arg.Value)
            : new((int)arg.Index, op, arg.Value, ulong.MaxValue);
    }

    /// <summary>The same comparison of a mode whose arguments have 32 bits.</summary>
    internal SeccompCondition Narrow() => this with { Value = (uint)Value, Mask = (uint)Mask };

    /// <summary>
    /// Which of two conditions is asked first when rules of one call have different actions: the one on the higher argument; (masked) equality,
    /// then less, then greater; the narrower value. libseccomp keeps its tree in this order, too, whatever the order in the profile; where its
    /// answer depends on the order of the rules (masks and inequalities with other actions for the same value), ours does not.
    /// </summary>
    internal int CompareTo(SeccompCondition other)
    {
        if (Index != other.Index)
            return other.Index.CompareTo(Index);
        if (Rank != other.Rank)
            return Rank.CompareTo(other.Rank);
        var byValue = Rank == 1 ? Value.CompareTo(other.Value) : other.Value.CompareTo(Value);
        if (byValue != 0)
            return byValue;

        // Of the same value, too, the narrower goes first; then any fixed order, for equal profiles to give equal filters.
        var byOperator = Width.CompareTo(other.Width);
        return byOperator != 0 ? byOperator : other.Mask.CompareTo(Mask);
    }

    private int Width => Operator switch
    {
        SeccompOperator.Equal or SeccompOperator.Less or SeccompOperator.Greater => 0,
        SeccompOperator.MaskedEqual or SeccompOperator.LessOrEqual or SeccompOperator.GreaterOrEqual => 1,
        _ => 2,
    };

    private int Rank => Operator switch
    {
        SeccompOperator.Less or SeccompOperator.LessOrEqual => 1,
        SeccompOperator.Greater or SeccompOperator.GreaterOrEqual => 2,
        _ => 0,
    };
}
