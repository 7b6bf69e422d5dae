using System.Text;

namespace ContainerPS.Engine.Containers;

/// <summary>One line of comma-separated values (RFC 4180): a field in quotation marks may have commas, and its own marks doubled.</summary>
internal static class CommaSeparated
{
    /// <summary>The fields, or null when a quotation mark is out of place, or the text is empty or goes on in another line.</summary>
    internal static List<string>? Split(string text)
    {
        if (text.Length == 0)
            return null;
        var fields = new List<string>();
        for (var i = 0; ; i++)
        {
            var field = i < text.Length && text[i] == '"' ? Quoted(text, ref i) : Plain(text, ref i);
            if (field is null)
                return null;
            fields.Add(field);
            if (i == text.Length)
                return fields;
            if (text[i] != ',')
                return null;
        }
    }

    private static string? Plain(string text, ref int i)
    {
        var start = i;
        var end = text.IndexOf(',', start);
        i = end < 0 ? text.Length : end;
        return text.AsSpan(start, i - start).ContainsAny("\"\r\n") ? null : text[start..i];
    }

    private static string? Quoted(string text, ref int i)
    {
        var field = new StringBuilder();
        for (i++; i < text.Length; i++)
        {
            if (text[i] != '"')
                field.Append(text[i]);
            else if (i + 1 < text.Length && text[i + 1] == '"')
                field.Append(text[i++]);
            else
            {
                i++;
                return field.ToString();
            }
        }

        return null;
    }
}
