namespace ContainerPS.Engine.Runtime;

/// <summary>
/// Writes the decision for one architecture. The numbers fall into ranges with the same outcome; a balanced tree of comparisons finds the range,
/// so a call costs about log2 of their count.
/// </summary>
internal sealed class SeccompTree(BpfWriter writer)
{
    // struct seccomp_data: nr at 0, arch at 4, instruction_pointer at 8, args[6] at 16; little-endian on every processor we run on.
    private const int NumberOffset = 0;
    private const int ArgumentOffset = 16;

    private readonly List<(uint Start, SeccompOutcome Outcome)> _ranges = new(256);
    private readonly List<(SeccompOutcome Outcome, int Position)> _written = [];

    /// <summary>Says what happens to calls from a number on, until the next number said; numbers ascend.</summary>
    internal void From(uint start, SeccompOutcome outcome)
    {
        if (_ranges.Count > 0 && _ranges[^1].Start == start)
            _ranges.RemoveAt(_ranges.Count - 1);
        if (_ranges.Count == 0 || !_ranges[^1].Outcome.Same(outcome))
            _ranges.Add((start, outcome));
    }

    /// <summary>Writes the tree: the position to jump to.</summary>
    internal int Write() => writer.Load(NumberOffset, Write(0, _ranges.Count));

    private int Write(int first, int end)
    {
        if (end - first == 1)
            return Write(_ranges[first].Outcome);
        var middle = (first + end) / 2;
        var above = Write(middle, end);
        var below = Write(first, middle);
        return writer.Branch(BpfWriter.JGE_K, _ranges[middle].Start, above, below);
    }

    private int Write(SeccompOutcome outcome)
    {
        if (outcome.Rules.Length == 0)
            return writer.Return(outcome.Action);
        foreach (var (known, position) in _written)
        {
            if (known.Same(outcome))
                return position;
        }

        var next = writer.Return(outcome.Action);
        for (var i = outcome.Rules.Length - 1; i >= 0; i--)
        {
            var rule = outcome.Rules[i];
            var matched = writer.Return(rule.Action);
            for (var j = rule.Conditions.Length - 1; j >= 0; j--)
                matched = Write(rule.Conditions[j], matched, next);
            next = matched;
        }

        _written.Add((outcome, next));
        return next;
    }

    // Conditions of 32-bit modes have no bits in their upper halves, and those of a 64-bit mode are to compare the upper half even when it is 0.
    private int Write(SeccompCondition condition, int matched, int failed)
    {
        var low = ArgumentOffset + condition.Index * 8;
        return condition.Operator switch
        {
            SeccompOperator.Equal or SeccompOperator.MaskedEqual => Equal(condition, low, matched, failed),
            SeccompOperator.NotEqual => Equal(condition, low, failed, matched),
            SeccompOperator.Greater => Above(BpfWriter.JGT_K, condition, low, matched, failed),
            SeccompOperator.GreaterOrEqual => Above(BpfWriter.JGE_K, condition, low, matched, failed),
            SeccompOperator.Less => Above(BpfWriter.JGE_K, condition, low, failed, matched),
            _ => Above(BpfWriter.JGT_K, condition, low, failed, matched),
        };
    }

    private int Equal(SeccompCondition condition, int low, int matched, int failed)
    {
        var target = EqualHalf((uint)condition.Mask, (uint)condition.Value, low, matched, failed);
        return EqualHalf((uint)(condition.Mask >> 32), (uint)(condition.Value >> 32), low + 4, target, failed);
    }

    private int EqualHalf(uint mask, uint value, int offset, int matched, int failed)
    {
        if (mask == 0)
            return matched;
        if (value == 0 && mask != uint.MaxValue)
            return writer.Load(offset, writer.Branch(BpfWriter.JSET_K, mask, failed, matched));
        var compare = writer.Branch(BpfWriter.JEQ_K, value, matched, failed);
        return writer.Load(offset, mask == uint.MaxValue ? compare : writer.And(mask, compare));
    }

    private int Above(ushort lowCode, SeccompCondition condition, int low, int matched, int failed)
    {
        var target = writer.Load(low, writer.Branch(lowCode, (uint)condition.Value, matched, failed));
        if (condition.Mask >> 32 == 0)
            return target;
        var high = (uint)(condition.Value >> 32);
        var equal = writer.Branch(BpfWriter.JEQ_K, high, target, failed);
        return writer.Load(low + 4, writer.Branch(BpfWriter.JGT_K, high, matched, equal));
    }
}
