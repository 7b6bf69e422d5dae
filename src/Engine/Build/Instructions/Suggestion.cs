namespace ContainerPS.Engine.Build;

/// <summary>What somebody may have meant.</summary>
internal static class Suggestion
{
    // As BuildKit: a word with three slips is another word.
    private const int MaxDistance = 2;

    // Longer ones are no slips, and take long to compare.
    private const int MaxLength = 100;

    /// <summary>The option that is nearest to a word, or null when none is near, or the word is one of them.</summary>
    internal static string? Find(string word, IEnumerable<string> options)
    {
        string? nearest = null;
        var least = MaxDistance + 1;
        foreach (var option in options)
        {
            if (option == word)
                return null;
            if (word.Length > MaxLength || Math.Abs(option.Length - word.Length) > MaxDistance)
                continue;
            var distance = Distance(word, option);
            if (distance < least)
                (nearest, least) = (option, distance);
        }

        return nearest;
    }

    /// <summary>A sentence with the option that is nearest to a word, after a space, or nothing.</summary>
    internal static string Sentence(string word, IEnumerable<string> options, string prefix = "") =>
        Find(word, options) is { } found ? $" Did you mean {prefix}{found}?" : "";

    // Levenshtein's, and two neighbours that have changed places are one slip (optimal string alignment): characters to change, add, leave out or exchange.
    private static int Distance(string a, string b)
    {
        var (before, above, row) = (new int[b.Length + 1], new int[b.Length + 1], new int[b.Length + 1]);
        for (var j = 0; j <= b.Length; j++)
            row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            (before, above, row) = (above, row, before);
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(above[j], row[j - 1]) + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
        }

        return row[b.Length];
    }
}
