using System.Text;

namespace ContainerPS.Engine.Build;

/// <summary>A class of characters in a pattern: <c>[a-z_]</c>, or all others: <c>[^a-z_]</c>.</summary>
internal sealed class CharacterClass
{
    private readonly List<(Rune First, Rune Last)> _ranges = [];
    private bool _isNegated;

    /// <summary>True when a range ends before it begins.</summary>
    internal bool HasReversedRange { get; private set; }

    /// <summary>Reads a class; gives null when it is not well-formed (Go, path/filepath.Match).</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="position">Where the bracket is; afterwards, what comes after its counterpart.</param>
    internal static CharacterClass? TryRead(ReadOnlySpan<Rune> pattern, ref int position)
    {
        var result = new CharacterClass();
        position++;
        if (position < pattern.Length && pattern[position].Value == '^')
        {
            result._isNegated = true;
            position++;
        }

        while (true)
        {
            if (position < pattern.Length && pattern[position].Value == ']' && result._ranges.Count > 0)
            {
                position++;
                return result;
            }

            if (ReadOne(pattern, ref position) is not { } first)
                return null;
            var last = first;
            if (position < pattern.Length && pattern[position].Value == '-')
            {
                position++;
                if (ReadOne(pattern, ref position) is not { } end)
                    return null;
                last = end;
            }

            result.HasReversedRange |= last < first;
            result._ranges.Add((first, last));
        }
    }

    /// <summary>True when a character is one of the class.</summary>
    internal bool Contains(Rune character)
    {
        foreach (var (first, last) in _ranges)
        {
            if (character >= first && character <= last)
                return !_isNegated;
        }

        return _isNegated;
    }

    private static Rune? ReadOne(ReadOnlySpan<Rune> pattern, ref int position)
    {
        if (position == pattern.Length || pattern[position].Value is '-' or ']')
            return null;
        if (pattern[position].Value == '\\' && ++position == pattern.Length)
            return null;
        return pattern[position++];
    }
}
