using ContainerPS.Engine;

namespace ContainerPS.Module;

/// <summary>What words of Docker's command line are here, as <c>help/docker-flags.txt</c> says: for the error that refuses one.</summary>
internal static class DockerWords
{
    private const string Everywhere = "everywhere";

    /// <summary>An error that says that a word is no parameter, and what is meant by it with Docker.</summary>
    /// <param name="command">The cmdlet.</param>
    /// <param name="word">The word, with its dashes.</param>
    /// <param name="next">The word after it, which tells filters apart.</param>
    internal static InvalidSettingException Refusal(string command, string word, string? next) => new(
        word.TrimStart('-'),
        word,
        $"'{word}' is not a parameter of {command}. {Hint(command, word, next) ?? $"Get-Help {command} -Parameter * tells those there are."}");

    /// <summary>What a word of Docker's is here, as a sentence; null when it is not Docker's.</summary>
    internal static string? Hint(string command, string word, string? next)
    {
        var equals = word.IndexOf('=');
        if (equals > 0)
            (word, next) = (word[..equals], word[(equals + 1)..]);
        var name = word.TrimStart('-').TrimEnd(':');
        var lines = Lines(command);
        if ((Find(lines, name, next) ?? Find(Lines(Everywhere), name, next)) is { } line)
            return line.Sentence;

        // -aq is -a and -q.
        if (word.StartsWith("--", StringComparison.Ordinal) || name.Length is < 2 or > 3)
            return null;
        var hints = name.Select(letter => Hint(command, $"-{letter}", null)).ToArray();
        return Array.TrueForAll(hints, static hint => hint is not null) ? string.Join(' ', hints) : null;
    }

    private static Line? Find(List<Line> lines, string name, string? next)
    {
        var found = lines.FindAll(line => line.Has(name, StringComparison.Ordinal));
        if (found.Count == 0)
            found = lines.FindAll(line => line.Has(name, StringComparison.OrdinalIgnoreCase) && name.Length > 1);
        return found.Find(line => next is not null && line.Filter is { } filter && next.StartsWith(filter, StringComparison.OrdinalIgnoreCase))
            ?? found.Find(static line => line.Filter is null) ?? (found.Count > 0 ? found[0] : null);
    }

    // Lines of the sections of a cmdlet, those of the section that one is like included.
    private static List<Line> Lines(string command)
    {
        using var reader = new StreamReader(typeof(DockerWords).Assembly.GetManifestResourceStream("docker-flags.txt")!);
        var sections = new Dictionary<string, List<Line>>();
        var wanted = new List<List<Line>>();
        var current = new List<Line>();
        while (reader.ReadLine() is { } text)
        {
            if (text.Length == 0 || text[0] == '#')
                continue;
            if (text[0] == ' ')
            {
                if (Line.Read(text) is { } line)
                    current.Add(line);
                continue;
            }

            var parts = text.Split(" = ", 2);
            var (target, like) = parts.Length == 2 && parts[1].Split(" like ", 2) is [var first, var second] && !first.StartsWith('!') ? (first, second) : (parts[^1], null);
            sections[parts[0].Split(',')[0]] = current = [];
            if (!string.Equals(target, command, StringComparison.OrdinalIgnoreCase))
                continue;
            wanted.Add(current);
            if (like is not null && sections.TryGetValue($"docker {like}", out var other))
                wanted.Add(other);
        }

        return [.. wanted.SelectMany(static lines => lines)];
    }

    private sealed record Line(string Flags, string? Filter, string Here)
    {
        internal string Sentence => Here.StartsWith('-') ? $"Docker's {Flags} is {Here} here." : $"Docker's {Flags}: {Here}.";

        // "  -f, --filter status=   -State" and "  -q, --quiet   ! why not".
        internal static Line? Read(string text)
        {
            var columns = text.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (columns.Length < 2 || !columns[0].StartsWith('-'))
                return null;
            var words = columns[0].Split(' ');
            var here = columns[1].StartsWith('!') ? string.Join(' ', columns[1..])[1..].Trim() : columns.Length > 2 ? $"{columns[1]} ({columns[2]})" : columns[1];
            return new Line(columns[0], words[^1].EndsWith('=') ? words[^1] : null, here);
        }

        internal bool Has(string name, StringComparison comparison) =>
            Flags.Split(' ').Any(flag => flag.StartsWith('-') && string.Equals(flag.TrimStart('-').TrimEnd(','), name, comparison));
    }
}
