using System.Text;

namespace ContainerPS.Engine.Build;

/// <summary>Takes an instruction's line apart: keyword, flags, rest.</summary>
internal static class CommandSplitter
{
    private const string Spaces = "\t\v\f\r ";

    /// <summary>The first word and what comes after it, both without spaces around.</summary>
    internal static (string Keyword, string After) SplitKeyword(string line)
    {
        var text = line.AsSpan().Trim();
        var end = text.IndexOfAny(Spaces);
        return end < 0 ? (text.ToString(), "") : (text[..end].ToString(), text[end..].Trim().ToString());
    }

    /// <summary>The words at spaces.</summary>
    internal static List<string> SplitAtSpaces(string text)
    {
        var words = new List<string>();
        foreach (var range in text.AsSpan().SplitAny(Spaces))
        {
            if (!text.AsSpan()[range].IsEmpty)
                words.Add(text[range]);
        }

        return words;
    }

    /// <summary>Words that begin with <c>--</c>, without their quotation marks and escapes, and what comes after them. A <c>--</c> alone ends them.</summary>
    internal static (IReadOnlyList<string> Flags, string After) SplitFlags(string text, char escape)
    {
        if (!text.StartsWith("--", StringComparison.Ordinal))
            return ([], text);
        var flags = new List<string>();
        var position = 0;
        while (text.AsSpan(position).StartsWith("--"))
        {
            var flag = ReadFlag(text, ref position, escape);
            while (position < text.Length && char.IsWhiteSpace(text[position]))
                position++;
            if (flag == "--")
                break;
            flags.Add(flag);
        }

        return (flags, text[position..].Trim());
    }

    private static string ReadFlag(string text, ref int position, char escape)
    {
        var flag = new StringBuilder();
        char? quote = null;
        for (; position < text.Length; position++)
        {
            var c = text[position];
            if (quote is null && char.IsWhiteSpace(c))
                break;
            if (quote is null ? c is '"' or '\'' : c == quote)
            {
                quote = quote is null ? c : null;
                continue;
            }

            // Nothing is escaped by the last character.
            if (c == escape)
            {
                if (++position == text.Length)
                    break;
                c = text[position];
            }

            flag.Append(c);
        }

        return flag.ToString();
    }
}
