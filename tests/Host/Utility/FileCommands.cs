using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Security.Cryptography;

namespace Microsoft.PowerShell.Commands;

/// <summary>A file's hash.</summary>
public sealed class FileHashInfo
{
    /// <summary>The algorithm.</summary>
    public string Algorithm { get; set; } = string.Empty;

    /// <summary>The hash in hexadecimal digits.</summary>
    public string Hash { get; set; } = string.Empty;

    /// <summary>The file.</summary>
    public string? Path { get; set; }
}

/// <summary>Get-FileHash.</summary>
[Cmdlet(VerbsCommon.Get, "FileHash", DefaultParameterSetName = "Path")]
[OutputType(typeof(FileHashInfo))]
public sealed class GetFileHashCommand : PSCmdlet
{
    /// <summary>Files; wildcards are expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[]? Path { get; set; }

    /// <summary>Files, their names taken as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[]? LiteralPath { get; set; }

    /// <summary>A stream.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "StreamParameterSet", Position = 0)]
    public Stream? InputStream { get; set; }

    /// <summary>SHA1, SHA256, SHA384, SHA512 or MD5.</summary>
    [Parameter(Position = 1)]
    [ValidateSet("SHA1", "SHA256", "SHA384", "SHA512", "MD5")]
    public string Algorithm { get; set; } = "SHA256";

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        if (InputStream is not null)
        {
            Write(InputStream, null);
            return;
        }

        foreach (string path in LiteralPath?.Select(SessionState.Path.GetUnresolvedProviderPathFromPSPath) ?? Path!.SelectMany(Resolve))
        {
            try
            {
                using FileStream file = File.OpenRead(path);
                Write(file, path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                WriteError(new ErrorRecord(e, "FileReadError", ErrorCategory.ReadError, path));
            }
        }
    }

    private IEnumerable<string> Resolve(string path)
    {
        try
        {
            return SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _).Where(File.Exists);
        }
        catch (ItemNotFoundException e)
        {
            WriteError(new ErrorRecord(e, "FileNotFound", ErrorCategory.ObjectNotFound, path));
            return [];
        }
    }

    private void Write(Stream stream, string? path)
    {
        byte[] hash = CryptographicOperations.HashData(new HashAlgorithmName(Algorithm), stream);
        WriteObject(new FileHashInfo { Algorithm = Algorithm, Hash = Convert.ToHexString(hash), Path = path });
    }
}

/// <summary>New-TemporaryFile.</summary>
[Cmdlet(VerbsCommon.New, "TemporaryFile", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(FileInfo))]
public sealed class NewTemporaryFileCommand : Cmdlet
{
    /// <inheritdoc />
    protected override void EndProcessing()
    {
        if (ShouldProcess(System.IO.Path.GetTempPath()))
            WriteObject(new FileInfo(System.IO.Path.GetTempFileName()));
    }
}

/// <summary>Import-PowerShellDataFile.</summary>
[Cmdlet(VerbsData.Import, "PowerShellDataFile", DefaultParameterSetName = "ByPath")]
[OutputType(typeof(Hashtable))]
public sealed class ImportPowerShellDataFileCommand : PSCmdlet
{
    /// <summary>Files; wildcards are expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ByPath")]
    public string[]? Path { get; set; }

    /// <summary>Files, their names taken as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "ByLiteralPath", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[]? LiteralPath { get; set; }

    /// <summary>Any number of keys.</summary>
    [Parameter]
    public SwitchParameter SkipLimitCheck { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        IEnumerable<string> files = LiteralPath?.Select(SessionState.Path.GetUnresolvedProviderPathFromPSPath)
            ?? Path!.SelectMany(path => SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _));
        foreach (string file in files)
        {
            Ast ast = Parser.ParseFile(file, out _, out ParseError[] errors);
            if (errors.Length > 0)
            {
                Fail(file, $"The file '{file}' could not be parsed as a PowerShell Data File.", "CouldNotParseAsPowerShellDataFile");
                continue;
            }

            if (ast.Find(node => node is HashtableAst, searchNestedScriptBlocks: false) is not HashtableAst table)
            {
                Fail(file, $"There was no hashtable root node in the file '{file}'.", "CouldNotParseAsPowerShellDataFileNoHashtableRoot");
                continue;
            }

            WriteObject(table.SafeGetValue(SkipLimitCheck));
        }
    }

    private void Fail(string file, string message, string errorId) =>
        WriteError(new ErrorRecord(new InvalidOperationException(message), errorId, ErrorCategory.InvalidData, file));
}

/// <summary>Export-Clixml.</summary>
[Cmdlet(VerbsData.Export, "Clixml")]
public sealed class ExportClixmlCommand : PSCmdlet
{
    private readonly List<object?> _items = [];

    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("LiteralPath")]
    public string Path { get; set; } = string.Empty;

    /// <summary>The objects.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    public PSObject? InputObject { get; set; }

    /// <summary>How deep.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Depth { get; set; } = 2;

    /// <inheritdoc />
    protected override void ProcessRecord() => _items.Add(InputObject);

    /// <inheritdoc />
    protected override void EndProcessing() =>
        File.WriteAllText(SessionState.Path.GetUnresolvedProviderPathFromPSPath(Path), PSSerializer.Serialize(_items, Depth, enumerate: true));
}

/// <summary>Import-Clixml.</summary>
[Cmdlet(VerbsData.Import, "Clixml")]
public sealed class ImportClixmlCommand : PSCmdlet
{
    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("LiteralPath", "PSPath")]
    public string Path { get; set; } = string.Empty;

    /// <inheritdoc />
    protected override void ProcessRecord() =>
        WriteObject(PSSerializer.DeserializeAsList(File.ReadAllText(SessionState.Path.GetUnresolvedProviderPathFromPSPath(Path))), enumerateCollection: true);
}
