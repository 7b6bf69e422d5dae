using System.Text;
using System.Text.RegularExpressions;

namespace Microsoft.PowerShell.Commands;

/// <summary>The lines around a match.</summary>
public sealed class MatchInfoContext
{
    /// <summary>The lines before it.</summary>
    public string[] PreContext { get; set; } = [];

    /// <summary>The lines after it.</summary>
    public string[] PostContext { get; set; } = [];

    /// <summary>The lines before it for display.</summary>
    public string[] DisplayPreContext { get; set; } = [];

    /// <summary>The lines after it for display.</summary>
    public string[] DisplayPostContext { get; set; } = [];
}

/// <summary>A line in which Select-String found something.</summary>
public sealed class MatchInfo
{
    /// <summary>Whether case did not matter.</summary>
    public bool IgnoreCase { get; set; }

    /// <summary>The line's number.</summary>
    public long LineNumber { get; set; }

    /// <summary>The line.</summary>
    public string Line { get; set; } = string.Empty;

    /// <summary>The file's name.</summary>
    public string Filename => Path == "InputStream" ? Path : System.IO.Path.GetFileName(Path);

    /// <summary>The file's path.</summary>
    public string Path { get; set; } = "InputStream";

    /// <summary>What was looked for.</summary>
    public string Pattern { get; set; } = string.Empty;

    /// <summary>The lines around it.</summary>
    public MatchInfoContext? Context { get; set; }

    /// <summary>What was found.</summary>
    public Match[] Matches { get; set; } = [];

    /// <summary>The path as seen from a folder.</summary>
    public string RelativePath(string directory) => Path == "InputStream" ? Path : System.IO.Path.GetRelativePath(directory, Path);

    /// <inheritdoc />
    public override string ToString() => ToString(null);

    /// <summary>The line with where it was found.</summary>
    public string ToString(string? directory) => ToString(directory, Line);

    /// <summary>The same with the matches set off.</summary>
    public string ToEmphasizedString(string? directory)
    {
        var text = new StringBuilder();
        int from = 0;
        foreach (Match match in Matches.OrderBy(match => match.Index))
        {
            if (match.Index < from)
                continue;
            text.Append(Line, from, match.Index - from).Append("\u001b[7m").Append(match.Value).Append("\u001b[0m");
            from = match.Index + match.Length;
        }

        return ToString(directory, text.Append(Line, from, Line.Length - from).ToString());
    }

    private string ToString(string? directory, string line)
    {
        if (Context is null)
            return Place(directory, LineNumber, line);
        IEnumerable<string> lines =
        [
            .. Context.DisplayPreContext.Select((text, i) => "  " + Place(directory, LineNumber - Context.DisplayPreContext.Length + i, text)),
            "> " + Place(directory, LineNumber, line),
            .. Context.DisplayPostContext.Select((text, i) => "  " + Place(directory, LineNumber + 1 + i, text)),
        ];
        return string.Join(Environment.NewLine, lines);
    }

    private string Place(string? directory, long number, string line) =>
        Path == "InputStream" ? line : $"{(directory is null ? Path : RelativePath(directory))}:{number}:{line}";
}
