namespace ContainerPS.Engine.Build;

/// <summary>
/// Here-documents (Dockerfile reference, "Here-Documents"): words such as <c>&lt;&lt;EOF</c>, <c>&lt;&lt;-"EOF"</c> and <c>3&lt;&lt;EOF</c> in an instruction; their content
/// is on the lines after it, up to one that is the delimiter alone.
/// </summary>
internal static class HeredocReader
{
    // A word with more than that is none that anyone writes.
    private const int MaxDescriptor = 1 << 20;

    /// <summary>The here-documents that an instruction's line announces, without content, in order.</summary>
    internal static IReadOnlyList<Heredoc> Find(string line, SourceLocation location)
    {
        var found = new List<Heredoc>();
        IReadOnlyList<string> words;
        try
        {
            // A backslash it is, whatever the escape directive says: the shell will read the line, too.
            words = ShellLexer.Words(line, NoVariables.Instance, new('\\') { KeepQuotes = true, KeepEscapes = true, KeepUnset = true, MaxLength = int.MaxValue }, location).Value;
        }
        catch (DockerfileException)
        {
            // What is no sequence of words is for the shell to judge.
            return found;
        }

        foreach (var word in words)
        {
            if (TryParse(word, location) is { } heredoc)
                found.Add(heredoc);
        }

        return found;
    }

    /// <summary>The here-document that a word announces, without content, or null.</summary>
    internal static Heredoc? TryParse(string word, SourceLocation location)
    {
        var arrows = word.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (arrows < 0 || arrows > 7 || !word.AsSpan(arrows).StartsWith("<<"))
            return null;
        var descriptor = arrows == 0 ? 0 : int.Parse(word.AsSpan(0, arrows), System.Globalization.CultureInfo.InvariantCulture);
        var rest = word.AsSpan(arrows + 2);
        var stripTabs = rest.StartsWith("-");
        var delimiter = (stripTabs ? rest[1..] : rest).TrimStart(" \t\r\n\f").ToString();
        if (delimiter.Length == 0 || delimiter.Contains('<') || descriptor > MaxDescriptor)
            return null;

        var options = new LexerOptions('\\') { KeepUnset = true, MaxLength = int.MaxValue };
        var plain = ShellLexer.Words(delimiter, NoVariables.Instance, options, location).Value;
        if (plain.Count != 1)
            return null;

        // Marks that are gone when quotation is resolved did quote.
        var raw = ShellLexer.Words(delimiter, NoVariables.Instance, options with { KeepQuotes = true }, location).Value;
        var expand = raw.Count == 1 && CountMarks(raw[0]) == CountMarks(plain[0]);
        return new(plain[0], "", expand, stripTabs, descriptor);
    }

    /// <summary>Reads a here-document's content: the lines up to its delimiter.</summary>
    /// <exception cref="DockerfileException">The delimiter does not come.</exception>
    internal static Heredoc ReadContent(Heredoc heredoc, LineCursor lines, SourceLocation location)
    {
        var start = lines.Next;
        while (lines.Read())
        {
            var line = heredoc.StripTabs ? lines.Line.TrimStart('\t') : lines.Line;
            if (line.SequenceEqual(heredoc.Name))
                return heredoc with { Content = lines.TextFrom(start) };
        }

        throw new DockerfileException(location, $"The here-document '<<{heredoc.Name}' has no end: a line with '{heredoc.Name}' alone.");
    }

    private static int CountMarks(string text) => text.AsSpan().Count('"') + text.AsSpan().Count('\'');
}
