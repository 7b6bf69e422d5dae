namespace ContainerPS.Engine.Images;

/// <summary>PowerShell's wildcards: <c>*</c>, <c>?</c>, <c>[a-z]</c>, and a backtick before a character that is meant as itself. Case does not matter.</summary>
internal static class Wildcard
{
    /// <summary>True when the text has characters that make it a pattern.</summary>
    internal static bool IsPattern(string text) => text.AsSpan().IndexOfAny('*', '?', '[') >= 0;

    /// <summary>True when the whole text fits the pattern.</summary>
    internal static bool Fits(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int p = 0, t = 0, starPattern = -1, starText = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                starPattern = ++p;
                starText = t;
            }
            else if (p < pattern.Length && FitsOne(pattern[p..], text[t], out var length))
            {
                p += length;
                t++;
            }
            else if (starPattern >= 0)
            {
                p = starPattern;
                t = ++starText;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length;
    }

    private static bool FitsOne(ReadOnlySpan<char> pattern, char c, out int length)
    {
        length = 1;
        switch (pattern[0])
        {
            case '?':
                return true;
            case '`' when pattern.Length > 1:
                length = 2;
                return Same(pattern[1], c);
            case '[' when pattern.IndexOf(']') is var close and > 1:
                length = close + 1;
                return FitsSet(pattern[1..close], c);
            default:
                return Same(pattern[0], c);
        }
    }

    private static bool FitsSet(ReadOnlySpan<char> set, char c)
    {
        for (var i = 0; i < set.Length; i++)
        {
            if (i + 2 < set.Length && set[i + 1] == '-')
            {
                var lower = char.ToLowerInvariant(c);
                if (lower >= char.ToLowerInvariant(set[i]) && lower <= char.ToLowerInvariant(set[i + 2])) return true;
                i += 2;
            }
            else if (Same(set[i], c))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
