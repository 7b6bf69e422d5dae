using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace Microsoft.PowerShell.Commands;

/// <summary>ConvertFrom-StringData.</summary>
[Cmdlet(VerbsData.ConvertFrom, "StringData")]
[OutputType(typeof(Hashtable))]
public sealed class ConvertFromStringDataCommand : PSCmdlet
{
    /// <summary>Lines of the form name=value.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyString]
    public string StringData { get; set; } = string.Empty;

    /// <summary>Between name and value.</summary>
    [Parameter(Position = 1)]
    public char Delimiter { get; set; } = '=';

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        var table = new Hashtable(StringComparer.OrdinalIgnoreCase);
        foreach (string line in StringData.Split('\n'))
        {
            string text = line.Trim();
            if (text.Length == 0 || text[0] == '#')
                continue;
            int at = text.IndexOf(Delimiter, StringComparison.Ordinal);
            if (at <= 0)
            {
                Fail($"Data line '{text}' is not in 'name=value' format.", "InvalidOperation", text);
                return;
            }

            string name = text[..at].Trim();
            if (table.ContainsKey(name))
            {
                Fail($"Data item '{name}' in line '{text}' is already defined.", "InvalidOperation", text);
                return;
            }

            table.Add(name, Regex.Unescape(text[(at + 1)..].Trim()));
        }

        WriteObject(table);
    }

    private void Fail(string message, string errorId, string line) =>
        ThrowTerminatingError(new ErrorRecord(new PSInvalidOperationException(message), errorId, ErrorCategory.InvalidOperation, line));
}

/// <summary>Join-String.</summary>
[Cmdlet(VerbsCommon.Join, "String", DefaultParameterSetName = "default")]
[OutputType(typeof(string))]
public sealed class JoinStringCommand : PSCmdlet
{
    private readonly List<string> _parts = [];

    /// <summary>The property that is joined.</summary>
    [Parameter(Position = 0)]
    public PSPropertyExpression? Property { get; set; }

    /// <summary>Between the texts.</summary>
    [Parameter(Position = 1)]
    [AllowEmptyString]
    public string? Separator { get; set; }

    /// <summary>Before all.</summary>
    [Parameter]
    [Alias("op")]
    public string OutputPrefix { get; set; } = string.Empty;

    /// <summary>After all.</summary>
    [Parameter]
    [Alias("os")]
    public string OutputSuffix { get; set; } = string.Empty;

    /// <summary>Each in single quotes.</summary>
    [Parameter(ParameterSetName = "SingleQuote")]
    public SwitchParameter SingleQuote { get; set; }

    /// <summary>Each in double quotes.</summary>
    [Parameter(ParameterSetName = "DoubleQuote")]
    public SwitchParameter DoubleQuote { get; set; }

    /// <summary>Each in this format.</summary>
    [Parameter(ParameterSetName = "Format")]
    public string? FormatString { get; set; }

    /// <summary>The objects.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject[] InputObject { get; set; } = [];

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        foreach (PSObject item in InputObject)
        {
            if (item is null)
                continue;
            object? value = Property is null ? item : Property.GetValues(item) is [{ Exception: null, Result: var result }, ..] ? result : null;
            if (value is null)
                continue;
            string text = LanguagePrimitives.ConvertTo<string>(value);
            _parts.Add(SingleQuote ? $"'{text}'" : DoubleQuote ? $"\"{text}\"" : FormatString is null ? text : string.Format(CultureInfo.CurrentCulture, FormatString, PSObject.Base(value)));
        }
    }

    /// <inheritdoc />
    protected override void EndProcessing()
    {
        string separator = Separator ?? LanguagePrimitives.ConvertTo<string>(GetVariableValue("OFS") ?? string.Empty);
        WriteObject(OutputPrefix + string.Join(separator, _parts) + OutputSuffix);
    }
}

/// <summary>Get-Culture.</summary>
[Cmdlet(VerbsCommon.Get, "Culture")]
[OutputType(typeof(CultureInfo))]
public sealed class GetCultureCommand : PSCmdlet
{
    /// <summary>Cultures by name.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    public string[]? Name { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord() =>
        WriteObject(Name is null ? [Host.CurrentCulture] : Name.Select(CultureInfo.GetCultureInfo), enumerateCollection: true);
}

/// <summary>Get-UICulture.</summary>
[Cmdlet(VerbsCommon.Get, "UICulture")]
[OutputType(typeof(CultureInfo))]
public sealed class GetUICultureCommand : PSCmdlet
{
    /// <inheritdoc />
    protected override void BeginProcessing() => WriteObject(Host.CurrentUICulture);
}

/// <summary>Get-PSCallStack.</summary>
[Cmdlet(VerbsCommon.Get, "PSCallStack")]
[OutputType(typeof(CallStackFrame))]
public sealed class GetPSCallStackCommand : PSCmdlet
{
    /// <inheritdoc />
    protected override void ProcessRecord() => WriteObject(Context.Debugger.GetCallStack(), enumerateCollection: true);
}

/// <summary>Get-Error: the newest errors in full.</summary>
[Cmdlet(VerbsCommon.Get, "Error", DefaultParameterSetName = "Newest")]
public sealed class GetErrorCommand : PSCmdlet
{
    /// <summary>How many.</summary>
    [Parameter(ParameterSetName = "Newest")]
    [ValidateRange(1, int.MaxValue)]
    [Alias("Last")]
    public int Newest { get; set; } = 1;

    /// <summary>An error.</summary>
    [Parameter(ParameterSetName = "Error", Position = 0, ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        IEnumerable<object> errors = InputObject is not null
            ? [InputObject]
            : ((ArrayList?)SessionState.PSVariable.GetValue("Error"))?.Cast<object>().Take(Newest) ?? [];
        foreach (object error in errors)
        {
            PSObject shown = PSObject.AsPSObject(error).Copy();
            shown.TypeNames.Insert(0, PSObject.Base(error) is Exception ? "System.Exception#PSExtendedError" : "System.Management.Automation.ErrorRecord#PSExtendedError");
            WriteObject(shown);
        }
    }
}

/// <summary>Get-Uptime.</summary>
[Cmdlet(VerbsCommon.Get, "Uptime", DefaultParameterSetName = "Timespan")]
[OutputType(typeof(TimeSpan), typeof(DateTime))]
public sealed class GetUptimeCommand : PSCmdlet
{
    /// <summary>Since when.</summary>
    [Parameter(ParameterSetName = "Since")]
    public SwitchParameter Since { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        TimeSpan up = TimeSpan.FromSeconds(Environment.TickCount64 / 1000);
        WriteObject(Since ? DateTime.Now.Subtract(up) : up);
    }
}
