using System.Management.Automation;
using System.Text;

namespace Microsoft.PowerShell.Commands;

/// <summary>Tee-Object.</summary>
[Cmdlet("Tee", "Object", DefaultParameterSetName = "File")]
public sealed class TeeObjectCommand : PSCmdlet, IDisposable
{
    private readonly List<object?> _collected = [];
    private SteppablePipeline? _writer;
    private System.Management.Automation.PowerShell? _shell;

    /// <summary>The objects.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "File")]
    [Alias("Path")]
    public string? FilePath { get; set; }

    /// <summary>The file, its name taken as it is.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralFile")]
    [Alias("PSPath", "LP")]
    public string? LiteralPath { get; set; }

    /// <summary>Adds to what is there.</summary>
    [Parameter]
    public SwitchParameter Append { get; set; }

    /// <summary>The text's encoding.</summary>
    [Parameter]
    [ArgumentToEncodingTransformation]
    [ArgumentEncodingCompletions]
    public Encoding? Encoding { get; set; }

    /// <summary>The variable.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Variable")]
    public string? Variable { get; set; }

    /// <inheritdoc />
    public void Dispose()
    {
        _writer?.Dispose();
        _shell?.Dispose();
    }

    /// <inheritdoc />
    protected override void BeginProcessing()
    {
        if (Variable is not null)
        {
            if (Append && SessionState.PSVariable.Get(Variable) is { Value: { } old })
                _collected.AddRange(LanguagePrimitives.GetEnumerable(old)?.Cast<object?>() ?? [old]);
            return;
        }

        _shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace).AddCommand("Microsoft.PowerShell.Utility\\Out-File")
            .AddParameter(LiteralPath is null ? "FilePath" : "LiteralPath", LiteralPath ?? FilePath)
            .AddParameter("Append", Append);
        if (Encoding is not null)
            _shell.AddParameter("Encoding", Encoding);
        _writer = _shell.GetSteppablePipeline();
        _writer.Begin(true);
    }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        if (_writer is not null)
            _writer.Process(InputObject);
        else
            _collected.Add(InputObject);
        WriteObject(InputObject);
    }

    /// <inheritdoc />
    protected override void EndProcessing()
    {
        if (_writer is not null)
            _writer.End();
        else
            SessionState.PSVariable.Set(Variable, _collected.Count == 1 ? _collected[0] : _collected.ToArray());
    }
}
