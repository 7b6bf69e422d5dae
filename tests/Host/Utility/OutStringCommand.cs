using System.Globalization;
using System.Management.Automation;
using System.Text;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace Microsoft.PowerShell.Commands;

/// <summary>Out-String.</summary>
[Cmdlet(VerbsData.Out, "String", DefaultParameterSetName = "NoNewLineFormatting")]
[OutputType(typeof(string))]
public sealed class OutStringCommand : FrontEndCommandBase
{
    private readonly StringBuilder _text = new();
    private StreamingTextWriter? _writer;

    /// <summary>Selects the engine's output manager.</summary>
    public OutStringCommand() => implementation = new OutputManagerInner();

    /// <summary>One string per line.</summary>
    [Parameter(ParameterSetName = "StreamFormatting")]
    public SwitchParameter Stream { get; set; }

    /// <summary>Columns of the output.</summary>
    [Parameter]
    [ValidateRange(2, int.MaxValue)]
    public int Width { get; set; } = int.MaxValue;

    /// <summary>Lines without their ends.</summary>
    [Parameter(ParameterSetName = "NoNewLineFormatting")]
    public SwitchParameter NoNewline { get; set; }

    /// <inheritdoc />
    protected override void BeginProcessing()
    {
        _writer = new StreamingTextWriter(TakeLine, CultureInfo.CurrentCulture);
        ((OutputManagerInner)implementation).LineOutput = new TextWriterLineOutput(_writer, Width);
        base.BeginProcessing();
    }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        base.ProcessRecord();
        _writer?.Flush();
    }

    /// <inheritdoc />
    protected override void EndProcessing()
    {
        base.EndProcessing();
        _writer?.Flush();
        if (!Stream)
            WriteObject(_text.ToString());
    }

    private void TakeLine(string line)
    {
        if (Stream)
            WriteObject(line);
        else if (NoNewline)
            _text.Append(line);
        else
            _text.AppendLine(line);
    }
}

/// <summary>Out-File.</summary>
[Cmdlet(VerbsData.Out, "File", DefaultParameterSetName = "ByPath", SupportsShouldProcess = true)]
public sealed class OutFileCommand : FrontEndCommandBase
{
    private FileStream? _file;
    private StreamWriter? _writer;
    private FileInfo? _readOnly;
    private bool _hadInput;

    /// <summary>Selects the engine's output manager.</summary>
    public OutFileCommand() => implementation = new OutputManagerInner();

    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ByPath")]
    [Alias("Path")]
    public string FilePath { get; set; } = string.Empty;

    /// <summary>The file, its name taken as it is.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "ByLiteralPath")]
    [Alias("PSPath", "LP")]
    public string LiteralPath { get; set; } = string.Empty;

    /// <summary>The text's encoding; UTF-8 without a mark by default.</summary>
    [Parameter(Position = 1)]
    [ArgumentToEncodingTransformation]
    [ArgumentEncodingCompletions]
    [ValidateNotNullOrEmpty]
    public Encoding Encoding { get; set; } = Encoding.Default;

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

    /// <summary>Columns of the output.</summary>
    [Parameter]
    [ValidateRange(2, int.MaxValue)]
    public int Width { get; set; } = int.MaxValue;

    /// <summary>Lines without their ends.</summary>
    [Parameter]
    public SwitchParameter NoNewline { get; set; }

    /// <inheritdoc />
    protected override void BeginProcessing()
    {
        bool literal = ParameterSetName == "ByLiteralPath";
        string path = literal ? LiteralPath : FilePath;
        if (!ShouldProcess(path, "Output to File"))
            return;
        PathUtils.MasterStreamOpen(this, path, Encoding, false, Append, Force, NoClobber, out _file, out _writer, out _readOnly, literal);
        ((OutputManagerInner)implementation).LineOutput = new TextWriterLineOutput(_writer, Width, NoNewline);
        base.BeginProcessing();
    }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        _hadInput = true;
        if (_writer is null)
            return;
        base.ProcessRecord();
        _writer.Flush();
    }

    /// <inheritdoc />
    protected override void EndProcessing()
    {
        // A redirection that nothing came through never began in earnest.
        if (!_hadInput || _writer is null)
            return;
        base.EndProcessing();
        _writer.Flush();
        Close();
    }

    /// <inheritdoc />
    protected override void InternalDispose()
    {
        base.InternalDispose();
        Close();
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
        if (_readOnly is not null)
            _readOnly.Attributes |= FileAttributes.ReadOnly;
        _readOnly = null;
    }
}
