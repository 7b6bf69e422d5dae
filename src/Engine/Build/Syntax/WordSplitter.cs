using System.Text;

namespace ContainerPS.Engine.Build;

/// <summary>Words of ENV, LABEL and ARG: separated by spaces that are not quoted; quotation marks and escapes stay.</summary>
internal static class WordSplitter
{
    /// <summary>The words of a text.</summary>
    internal static List<string> Split(string text, char escape)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        char? quote = null;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote is null && char.IsWhiteSpace(c))
            {
                if (word.Length > 0)
                    words.Add(word.ToString());
                word.Clear();
                continue;
            }

            // Between single quotes nothing is escaped; at the end, nothing is there to be escaped.
            if (c == escape && quote != '\'')
            {
                if (i + 1 == text.Length)
                    break;
                word.Append(c).Append(text[++i]);
                continue;
            }

            if (quote is null ? c is '"' or '\'' : c == quote)
                quote = quote is null ? c : null;
            word.Append(c);
        }

        if (word.Length > 0)
            words.Add(word.ToString());
        return words;
    }
}
