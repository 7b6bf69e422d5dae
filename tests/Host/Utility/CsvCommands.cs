using System.Management.Automation;
using System.Text;

namespace Microsoft.PowerShell.Commands;

/// <summary>What the cmdlets that write CSV share.</summary>
public abstract class WriteCsvCommand : PSCmdlet
{
    /// <summary>When values stand in quotes.</summary>
    public enum QuoteKind
    {
        /// <summary>Never.</summary>
        Never,

        /// <summary>Always.</summary>
        Always,

        /// <summary>When there is need.</summary>
        AsNeeded,
    }

    private List<string>? _columns;

    /// <summary>The objects.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>Between the values.</summary>
    [Parameter(Position = 1)]
    public char Delimiter { get; set; } = ',';

    /// <summary>A first line that names the type.</summary>
    [Parameter]
    [Alias("ITI")]
    public SwitchParameter IncludeTypeInformation { get; set; }

    /// <summary>No such line, as by default.</summary>
    [Parameter]
    [Alias("NTI")]
    public SwitchParameter NoTypeInformation { get; set; }

    /// <summary>Columns whose values stand in quotes.</summary>
    [Parameter]
    [Alias("QF")]
    public string[]? QuoteFields { get; set; }

    /// <summary>When values stand in quotes.</summary>
    [Parameter]
    [Alias("UQ")]
    public QuoteKind UseQuotes { get; set; } = QuoteKind.Always;

    /// <summary>No line of column names.</summary>
    [Parameter]
    public SwitchParameter NoHeader { get; set; }

    private protected IEnumerable<string> Lines(PSObject item)
    {
        if (_columns is null)
        {
            _columns = [.. Values(item).Select(pair => pair.Name)];
            if (IncludeTypeInformation)
                yield return $"#TYPE {item.TypeNames[0]}";
            if (!NoHeader)
                yield return Join(_columns.Select((name, i) => (name, (string?)name)));
        }

        var values = Values(item).ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.OrdinalIgnoreCase);
        yield return Join(_columns.Select(name => (name, values.TryGetValue(name, out object? value) ? TextOf(value) : null)));
    }

    private static IEnumerable<(string Name, object? Value)> Values(PSObject item)
    {
        if (item.BaseObject is System.Collections.IDictionary dictionary)
        {
            foreach (System.Collections.DictionaryEntry entry in dictionary)
                yield return (LanguagePrimitives.ConvertTo<string>(entry.Key), entry.Value);
            yield break;
        }

        foreach (PSPropertyInfo property in item.Properties)
        {
            if (property.IsGettable && !property.IsHidden)
                yield return (property.Name, Get(property));
        }
    }

    private static object? Get(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (GetValueException)
        {
            return null;
        }
    }

    private static string? TextOf(object? value) => PSObject.Base(value)?.ToString();

    private string Join(IEnumerable<(string Column, string? Text)> fields) =>
        string.Join(Delimiter, fields.Select(field => field.Text is null ? string.Empty : Quote(field.Column, field.Text)));

    private string Quote(string column, string text)
    {
        bool needed = text.Contains(Delimiter) || text.AsSpan().ContainsAny('"', '\n', '\r') || (text.Length > 0 && (char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1])));
        bool quoted = QuoteFields is null
            ? UseQuotes == QuoteKind.Always || (UseQuotes == QuoteKind.AsNeeded && needed)
            : QuoteFields.Contains(column, StringComparer.OrdinalIgnoreCase);
        return quoted ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}

/// <summary>ConvertTo-Csv.</summary>
[Cmdlet(VerbsData.ConvertTo, "Csv")]
[OutputType(typeof(string))]
public sealed class ConvertToCsvCommand : WriteCsvCommand
{
    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        if (InputObject is not null)
            WriteObject(Lines(InputObject), enumerateCollection: true);
    }
}

/// <summary>Export-Csv.</summary>
[Cmdlet(VerbsData.Export, "Csv", SupportsShouldProcess = true)]
public sealed class ExportCsvCommand : WriteCsvCommand, IDisposable
{
    private FileStream? _file;
    private StreamWriter? _writer;

    /// <summary>The file.</summary>
    [Parameter(Position = 0)]
    public string? Path { get; set; }

    /// <summary>The file, its name taken as it is.</summary>
    [Parameter]
    [Alias("PSPath", "LP")]
    public string? LiteralPath { get; set; }

    /// <summary>The text's encoding.</summary>
    [Parameter]
    [ArgumentToEncodingTransformation]
    [ArgumentEncodingCompletions]
    public Encoding Encoding { get; set; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Adds to what is there.</summary>
    [Parameter]
    public SwitchParameter Append { get; set; }

    /// <summary>Read-only files too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Keeps what is there.</summary>
    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    /// <inheritdoc />
    public void Dispose()
    {
        _writer?.Dispose();
        _file?.Dispose();
    }

    /// <inheritdoc />
    protected override void BeginProcessing()
    {
        string path = LiteralPath ?? Path ?? string.Empty;
        if (!ShouldProcess(path))
            return;
        if (Append && File.Exists(SessionState.Path.GetUnresolvedProviderPathFromPSPath(path)))
            NoHeader = true;
        PathUtils.MasterStreamOpen(this, path, Encoding, false, Append, Force, NoClobber, out _file, out _writer, out _, LiteralPath is not null);
    }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        if (InputObject is null || _writer is null)
            return;
        foreach (string line in Lines(InputObject))
            _writer.WriteLine(line);
    }

    /// <inheritdoc />
    protected override void EndProcessing() => Dispose();
}

/// <summary>ConvertFrom-Csv.</summary>
[Cmdlet(VerbsData.ConvertFrom, "Csv")]
public sealed class ConvertFromCsvCommand : PSCmdlet
{
    private CsvText? _reader;

    /// <summary>The lines.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    public string?[] InputObject { get; set; } = [];

    /// <summary>Between the values.</summary>
    [Parameter(Position = 1)]
    public char Delimiter { get; set; } = ',';

    /// <summary>The columns' names, when the first line has none.</summary>
    [Parameter]
    public string[]? Header { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        // Each string is read to its end by itself; the names of the columns hold on.
        _reader ??= new CsvText(Delimiter, Header, WriteWarning);
        foreach (string? text in InputObject)
            WriteObject(_reader.Read(new StringReader(text ?? string.Empty)), enumerateCollection: true);
    }
}

/// <summary>Import-Csv.</summary>
[Cmdlet(VerbsData.Import, "Csv")]
public sealed class ImportCsvCommand : PSCmdlet
{
    /// <summary>The files.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[]? Path { get; set; }

    /// <summary>The files, their names taken as they are.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[]? LiteralPath { get; set; }

    /// <summary>Between the values.</summary>
    [Parameter(Position = 1)]
    public char Delimiter { get; set; } = ',';

    /// <summary>The columns' names, when the first line has none.</summary>
    [Parameter]
    public string[]? Header { get; set; }

    /// <summary>The text's encoding.</summary>
    [Parameter]
    [ArgumentToEncodingTransformation]
    [ArgumentEncodingCompletions]
    public Encoding Encoding { get; set; } = Encoding.UTF8;

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        foreach (string path in LiteralPath ?? Path ?? [])
        {
            using StreamReader reader = PathUtils.OpenStreamReader(this, path, Encoding, LiteralPath is not null);
            WriteObject(new CsvText(Delimiter, Header, WriteWarning).Read(reader).ToList(), enumerateCollection: true);
        }
    }
}

/// <summary>Reads CSV: values in quotes may hold delimiters, line ends and doubled quotes.</summary>
internal sealed class CsvText(char delimiter, string[]? header, Action<string> warn)
{
    private string? _type;

    public IEnumerable<PSObject> Read(TextReader reader)
    {
        foreach (List<string> row in Rows(reader))
        {
            if (header is null && row.Count == 1 && row[0].StartsWith("#TYPE ", StringComparison.Ordinal))
            {
                _type = "CSV:" + row[0][6..];
                continue;
            }

            if (header is null)
            {
                header = [.. row.Select((name, i) => name.Length > 0 ? name : $"H{i + 1}")];
                if (row.Any(name => name.Length == 0))
                    warn("One or more headers were not specified. Default names starting with \"H\" have been used in place of any missing headers.");
                continue;
            }

            var item = new PSObject();
            if (_type is not null)
                item.TypeNames.Insert(0, _type);
            for (int i = 0; i < header.Length; i++)
                item.Properties.Add(new PSNoteProperty(header[i], i < row.Count ? row[i] : null));
            yield return item;
        }
    }

    private IEnumerable<List<string>> Rows(TextReader reader)
    {
        var row = new List<string>();
        var value = new StringBuilder();
        bool quoted = false;
        bool any = false;
        int next;
        while ((next = reader.Read()) >= 0)
        {
            char letter = (char)next;
            if (quoted)
            {
                if (letter != '"')
                    value.Append(letter);
                else if (reader.Peek() == '"')
                    value.Append((char)reader.Read());
                else
                    quoted = false;
                continue;
            }

            if (letter == '\r')
                continue;
            if (letter == '"' && value.ToString().Trim().Length == 0)
            {
                value.Clear();
                quoted = any = true;
            }
            else if (letter == delimiter)
            {
                row.Add(value.ToString());
                value.Clear();
                any = true;
            }
            else if (letter == '\n')
            {
                if (any || value.Length > 0)
                {
                    row.Add(value.ToString());
                    yield return row;
                }

                row = [];
                value.Clear();
                any = false;
            }
            else
            {
                value.Append(letter);
            }
        }

        if (any || value.Length > 0)
        {
            row.Add(value.ToString());
            yield return row;
        }
    }
}
