using System.Management.Automation;
using System.Text;
using System.Text.RegularExpressions;

namespace Microsoft.PowerShell.Commands;

/// <summary>Select-String.</summary>
[Cmdlet(VerbsCommon.Select, "String", DefaultParameterSetName = "File")]
[OutputType(typeof(bool), typeof(MatchInfo))]
public sealed class SelectStringCommand : PSCmdlet
{
    private readonly List<string> _stream = [];
    private long _streamed;
    private bool _found;
    private List<Regex> _patterns = [];

    /// <summary>The texts, each a line.</summary>
    [Parameter(ValueFromPipeline = true, Mandatory = true, ParameterSetName = "Object")]
    [Parameter(ValueFromPipeline = true, Mandatory = true, ParameterSetName = "ObjectRaw")]
    [AllowNull]
    [AllowEmptyString]
    public PSObject? InputObject { get; set; }

    /// <summary>Regular expressions.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string[] Pattern { get; set; } = [];

    /// <summary>Files; wildcards are expanded.</summary>
    [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "File")]
    [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "FileRaw")]
    public string[]? Path { get; set; }

    /// <summary>Files, their names taken as they are.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralFile")]
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralFileRaw")]
    [Alias("PSPath", "LP")]
    public string[]? LiteralPath { get; set; }

    /// <summary>The lines alone.</summary>
    [Parameter(ParameterSetName = "ObjectRaw", Mandatory = true)]
    [Parameter(ParameterSetName = "FileRaw", Mandatory = true)]
    [Parameter(ParameterSetName = "LiteralFileRaw", Mandatory = true)]
    public SwitchParameter Raw { get; set; }

    /// <summary>Patterns are plain texts.</summary>
    [Parameter]
    public SwitchParameter SimpleMatch { get; set; }

    /// <summary>Upper and lower case differ.</summary>
    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    /// <summary>Whether there is any.</summary>
    [Parameter(ParameterSetName = "Object")]
    [Parameter(ParameterSetName = "File")]
    [Parameter(ParameterSetName = "LiteralFile")]
    public SwitchParameter Quiet { get; set; }

    /// <summary>The first of each file.</summary>
    [Parameter]
    public SwitchParameter List { get; set; }

    /// <summary>Matches are not set off.</summary>
    [Parameter]
    public SwitchParameter NoEmphasis { get; set; }

    /// <summary>Lines that do not match.</summary>
    [Parameter]
    public SwitchParameter NotMatch { get; set; }

    /// <summary>All matches of a line.</summary>
    [Parameter]
    public SwitchParameter AllMatches { get; set; }

    /// <summary>The files' encoding.</summary>
    [Parameter]
    [ArgumentToEncodingTransformation]
    [ArgumentEncodingCompletions]
    public Encoding Encoding { get; set; } = Encoding.Default;

    /// <summary>Lines around a match: before and after, or both.</summary>
    [Parameter]
    [ValidateCount(1, 2)]
    [ValidateRange(0, int.MaxValue)]
    public new int[]? Context { get; set; }

    /// <inheritdoc />
    protected override void BeginProcessing()
    {
        RegexOptions options = CaseSensitive ? RegexOptions.None : RegexOptions.IgnoreCase;
        _patterns = [.. Pattern.Select(pattern => new Regex(SimpleMatch ? Regex.Escape(pattern) : pattern, options))];
    }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        if (ParameterSetName.StartsWith("Object", StringComparison.Ordinal))
        {
            if (PSObject.Base(InputObject) is FileInfo file)
                Search(File.ReadLines(file.FullName, Encoding).ToList(), file.FullName);
            else if (InputObject is not null)
                TakeLine(InputObject.BaseObject as string ?? LanguagePrimitives.ConvertTo<string>(InputObject));
            return;
        }

        foreach (string path in Resolve())
            Search(File.ReadLines(path, Encoding).ToList(), path);
    }

    /// <inheritdoc />
    protected override void EndProcessing()
    {
        if (_stream.Count > 0)
            Search(_stream, null);
    }

    /// <summary>Lines go through as they come; only the lines around a match have to be waited for.</summary>
    private void TakeLine(string line)
    {
        if (Context is not null)
        {
            _stream.Add(line);
            return;
        }

        _streamed++;
        Match[]? matches = Match(line, out string pattern);
        if ((matches is null) != NotMatch.IsPresent || (Quiet && _found))
            return;
        _found = true;
        if (Quiet)
            WriteObject(true);
        else
            WriteMatch(line, _streamed, null, pattern, matches ?? [], null);
    }

    private IEnumerable<string> Resolve()
    {
        if (LiteralPath is not null)
            return LiteralPath.Select(SessionState.Path.GetUnresolvedProviderPathFromPSPath);
        return Path!.SelectMany(path => SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _)).Where(File.Exists);
    }

    private void Search(List<string> lines, string? path)
    {
        int before = Context is null ? 0 : Context[0];
        int after = Context is null ? 0 : Context[^1];
        bool any = false;
        for (int i = 0; i < lines.Count; i++)
        {
            Match[]? matches = Match(lines[i], out string pattern);
            if ((matches is null) != NotMatch.IsPresent)
                continue;
            any = true;
            if (Quiet)
                break;
            WriteMatch(lines[i], i + 1, path, pattern, matches ?? [], Context is null ? null : Around(lines, i, before, after));
            if (List && path is not null)
                break;
        }

        if (Quiet)
            WriteObject(any);
    }

    private static MatchInfoContext Around(List<string> lines, int i, int before, int after)
    {
        string[] pre = [.. lines.Skip(Math.Max(0, i - before)).Take(Math.Min(before, i))];
        string[] post = [.. lines.Skip(i + 1).Take(after)];
        return new MatchInfoContext { PreContext = pre, PostContext = post, DisplayPreContext = pre, DisplayPostContext = post };
    }

    private void WriteMatch(string line, long number, string? path, string pattern, Match[] matches, MatchInfoContext? around)
    {
        if (Raw)
        {
            WriteObject(line);
            return;
        }

        WriteObject(new MatchInfo
        {
            IgnoreCase = !CaseSensitive,
            LineNumber = number,
            Line = line,
            Path = path ?? "InputStream",
            Pattern = pattern,
            Matches = matches,
            Context = around,
        });
    }

    private Match[]? Match(string line, out string pattern)
    {
        for (int i = 0; i < _patterns.Count; i++)
        {
            MatchCollection matches = _patterns[i].Matches(line);
            if (matches.Count == 0)
                continue;
            pattern = Pattern[i];
            // A plain text's place is not told, as a regular expression's is.
            return SimpleMatch ? [] : AllMatches ? matches.ToArray() : [matches[0]];
        }

        pattern = Pattern[0];
        return null;
    }
}
