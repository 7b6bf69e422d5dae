using System.Text;

namespace ContainerPS.Engine.Build;

/// <summary>
/// A pattern of <c>${name#pattern}</c> and its like: <c>*</c> is any text, <c>?</c> any character. It is kept as the texts between its stars, so that the
/// longest or shortest match needs no trying back and forth: all texts but the last are as early as can be.
/// </summary>
internal sealed class ValuePattern
{
    // Stands for '?'.
    private static readonly Rune s_any = new(0);

    private readonly Rune[][] _parts;

    private ValuePattern(Rune[][] parts) => _parts = parts;

    /// <summary>Reads a pattern; gives null, or what is wrong with it.</summary>
    internal static string? TryParse(string text, out ValuePattern? pattern)
    {
        pattern = null;
        var parts = new List<Rune[]>();
        var part = new List<Rune>();
        var escaped = false;
        var runes = text.EnumerateRunes().ToArray();
        for (var i = 0; i < runes.Length; i++)
        {
            var rune = runes[i];
            if (escaped)
            {
                if (rune.Value is not ('*' or '?' or '\\'))
                    return $"has '\\{rune}'";
                part.Add(rune);
                escaped = false;
            }
            else if (rune.Value == '\\')
            {
                // Before } and / it only says that those do not end the pattern.
                if (i + 1 == runes.Length)
                    return "ends with a backslash";
                escaped = runes[i + 1].Value is not ('}' or '/');
            }
            else if (rune.Value == '*')
            {
                parts.Add([.. part]);
                part.Clear();
            }
            else
            {
                part.Add(rune.Value == '?' ? s_any : rune);
            }
        }

        parts.Add([.. part]);
        pattern = new([.. parts]);
        return null;
    }

    /// <summary>The value without the shortest or longest beginning that fits.</summary>
    internal string WithoutStart(string value, bool longest)
    {
        var runes = value.EnumerateRunes().ToArray();
        return Match(runes, 0, longest) is { } end ? Text(runes.AsSpan(end)) : value;
    }

    /// <summary>The value without the shortest or longest end that fits.</summary>
    internal string WithoutEnd(string value, bool longest)
    {
        // The same from the other end.
        var runes = value.EnumerateRunes().Reverse().ToArray();
        var mirrored = new ValuePattern([.. _parts.Reverse().Select(part => part.Reverse().ToArray())]);
        if (mirrored.Match(runes, 0, longest) is not { } end)
            return value;
        var rest = runes.AsSpan(end);
        rest.Reverse();
        return Text(rest);
    }

    /// <summary>The value with the first match, or all, replaced: matches are as long as can be. Null when it becomes too long.</summary>
    internal string? Replace(string value, string replacement, bool all, int maxLength)
    {
        var runes = value.EnumerateRunes().ToArray();
        var result = new StringBuilder();
        var position = 0;
        var lastEnd = -1;
        while (position <= runes.Length && IndexOf(_parts[0], runes, position) is var start and >= 0 && Match(runes, start, longest: true) is { } end)
        {
            result.Append(Text(runes.AsSpan(position, start - position)));

            // Nothing is no match where one has just ended.
            if (end > start || start != lastEnd)
                result.Append(replacement);
            lastEnd = end;
            position = end;
            if (end == start)
            {
                if (position < runes.Length)
                    result.Append(runes[position].ToString());
                position++;
            }

            if (result.Length > maxLength)
                return null;
            if (!all)
                break;
        }

        return position < runes.Length ? result.Append(Text(runes.AsSpan(position))).ToString() : result.ToString();
    }

    // Where the match that begins at a position ends.
    private int? Match(Rune[] value, int start, bool longest)
    {
        if (!IsAt(_parts[0], value, start))
            return null;
        var end = start + _parts[0].Length;
        for (var i = 1; i < _parts.Length; i++)
        {
            var last = i == _parts.Length - 1;
            var found = last && longest ? LastIndexOf(_parts[i], value, end) : IndexOf(_parts[i], value, end);
            if (found < 0)
                return null;
            end = found + _parts[i].Length;
        }

        return end;
    }

    private static int IndexOf(Rune[] part, Rune[] value, int from)
    {
        for (var i = from; i + part.Length <= value.Length; i++)
        {
            if (IsAt(part, value, i))
                return i;
        }

        return -1;
    }

    private static int LastIndexOf(Rune[] part, Rune[] value, int from)
    {
        for (var i = value.Length - part.Length; i >= from; i--)
        {
            if (IsAt(part, value, i))
                return i;
        }

        return -1;
    }

    private static bool IsAt(Rune[] part, Rune[] value, int position)
    {
        if (position + part.Length > value.Length)
            return false;
        for (var i = 0; i < part.Length; i++)
        {
            if (part[i] != s_any && part[i] != value[position + i])
                return false;
        }

        return true;
    }

    private static string Text(ReadOnlySpan<Rune> runes)
    {
        var text = new StringBuilder(runes.Length);
        foreach (var rune in runes)
            text.Append(rune.ToString());
        return text.ToString();
    }
}
