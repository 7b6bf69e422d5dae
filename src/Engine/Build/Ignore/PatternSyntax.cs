using System.Text;

namespace ContainerPS.Engine.Build;

/// <summary>Patterns as text → pieces. <c>\</c> takes a special character as it is.</summary>
internal static class PatternSyntax
{
    /// <summary>
    /// Reads a pattern of .dockerignore, <c>--exclude</c> and <c>--parents</c> (moby/patternmatcher): <c>**</c> is any number of folders; at the end, anything.
    /// Gives null, or what is wrong with it.
    /// </summary>
    internal static string? TryParse(string text, out PatternToken[] tokens)
    {
        var pattern = text.EnumerateRunes().ToArray();
        var found = new List<PatternToken>();
        var position = 0;
        while (position < pattern.Length)
        {
            if (pattern[position].Value != '*' || position + 1 == pattern.Length || pattern[position + 1].Value != '*')
            {
                if (TryReadOne(pattern, ref position, found, refuseReversed: true) is { } fault)
                {
                    tokens = [];
                    return fault;
                }

                continue;
            }

            var start = position;
            position += 2;
            var hasSlash = position < pattern.Length && pattern[position].Value == '/';
            if (hasSlash)
                position++;

            // "**name" alone is any path that ends so, as in Docker; with other wildcards after it, a folder's end must come first.
            var isSuffix = start == 0 && !hasSlash && !text.AsSpan(2).ContainsAny("*?[]\\");
            found.Add(new(position == pattern.Length || isSuffix ? PatternTokenKind.Anything : PatternTokenKind.Folders));
        }

        tokens = [.. found];
        return null;
    }

    /// <summary>Reads a pattern of COPY's sources (Go, path/filepath.Match): <c>**</c> is no more than <c>*</c>. Gives null, or what is wrong with it.</summary>
    internal static string? TryParseGlob(string text, out PatternToken[] tokens)
    {
        var pattern = text.EnumerateRunes().ToArray();
        var found = new List<PatternToken>();
        var position = 0;
        while (position < pattern.Length)
        {
            if (TryReadOne(pattern, ref position, found, refuseReversed: false) is { } fault)
            {
                tokens = [];
                return fault;
            }
        }

        tokens = [.. found];
        return null;
    }

    private static string? TryReadOne(Rune[] pattern, ref int position, List<PatternToken> tokens, bool refuseReversed)
    {
        switch (pattern[position].Value)
        {
            case '*':
                // Two in a row are one, and cost less.
                if (tokens.Count == 0 || tokens[^1].Kind != PatternTokenKind.Star)
                    tokens.Add(new(PatternTokenKind.Star));
                position++;
                return null;
            case '?':
                tokens.Add(new(PatternTokenKind.One));
                position++;
                return null;
            case '[':
                if (CharacterClass.TryRead(pattern, ref position) is not { } characters)
                    return "has a '[' without a proper class of characters, such as [a-z]";
                if (refuseReversed && characters.HasReversedRange)
                    return "has a range that ends before it begins";
                tokens.Add(new(PatternTokenKind.Class, Class: characters));
                return null;
            case '\\' when position + 1 == pattern.Length:
                return "ends with a backslash";
            case '\\':
                position++;
                break;
        }

        tokens.Add(new(PatternTokenKind.Literal, pattern[position++]));
        return null;
    }
}
