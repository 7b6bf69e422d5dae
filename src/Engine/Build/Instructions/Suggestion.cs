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

    // Levenshtein's: characters to change, add or leave out.
    private static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
