using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Split-Path.</summary>
[Cmdlet(VerbsCommon.Split, "Path", DefaultParameterSetName = "ParentSet", SupportsTransactions = true)]
[OutputType(typeof(string), typeof(bool))]
public sealed class SplitPathCommand : ProviderCommand
{
    /// <summary>Paths.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "ParentSet", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "LeafSet", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "LeafBaseSet", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "ExtensionSet", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "QualifierSet", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "NoQualifierSet", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "IsAbsoluteSet", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Path { get; set; } = [];

    /// <summary>Paths taken as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPathSet", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath
    {
        get => Path;
        set
        {
            IsLiteral = true;
            Path = value;
        }
    }

    /// <summary>The part before the last.</summary>
    [Parameter(ParameterSetName = "ParentSet")]
    public SwitchParameter Parent { get; set; } = true;

    /// <summary>The last part.</summary>
    [Parameter(ParameterSetName = "LeafSet", Mandatory = true)]
    public SwitchParameter Leaf { get; set; }

    /// <summary>The last part without its extension.</summary>
    [Parameter(ParameterSetName = "LeafBaseSet", Mandatory = true)]
    public SwitchParameter LeafBase { get; set; }

    /// <summary>The last part's extension.</summary>
    [Parameter(ParameterSetName = "ExtensionSet", Mandatory = true)]
    public SwitchParameter Extension { get; set; }

    /// <summary>The drive or provider.</summary>
    [Parameter(ParameterSetName = "QualifierSet", Mandatory = true)]
    public SwitchParameter Qualifier { get; set; }

    /// <summary>All but the drive or provider.</summary>
    [Parameter(ParameterSetName = "NoQualifierSet", Mandatory = true)]
    public SwitchParameter NoQualifier { get; set; }

    /// <summary>Whether the path starts at a root.</summary>
    [Parameter(ParameterSetName = "IsAbsoluteSet", Mandatory = true)]
    public SwitchParameter IsAbsolute { get; set; }

    /// <summary>Only items that exist; wildcards are expanded.</summary>
    [Parameter]
    public SwitchParameter Resolve { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        foreach (string path in Path)
        {
            if (!Resolve)
                Try(() => Split(path));
            else
                Try(() =>
                {
                    foreach (PathInfo found in SessionState.Path.GetResolvedPSPathFromPSPath(path, NewContext()))
                        Split(found.Path);
                });
        }
    }

    private void Split(string path)
    {
        switch (ParameterSetName)
        {
            case "LeafSet":
                WriteObject(SessionState.Path.ParseChildName(path, NewContext(), useDefaultProvider: true));
                break;
            case "LeafBaseSet":
                WriteObject(System.IO.Path.GetFileNameWithoutExtension(SessionState.Path.ParseChildName(path, NewContext(), useDefaultProvider: true)));
                break;
            case "ExtensionSet":
                WriteObject(System.IO.Path.GetExtension(SessionState.Path.ParseChildName(path, NewContext(), useDefaultProvider: true)));
                break;
            case "QualifierSet":
                WriteQualifier(path);
                break;
            case "NoQualifierSet":
                WriteObject(path[QualifierLength(path)..]);
                break;
            case "IsAbsoluteSet":
                WriteObject(SessionState.Path.IsPSAbsolute(path, out _));
                break;
            default:
                WriteObject(SessionState.Path.ParseParent(path, string.Empty, NewContext(), useDefaultProvider: true));
                break;
        }
    }

    private void WriteQualifier(string path)
    {
        int length = QualifierLength(path);
        if (length > 0)
        {
            WriteObject(path[..length]);
            return;
        }

        var failure = new FormatException($"Cannot parse path because path '{path}' does not have a qualifier specified.");
        WriteError(new ErrorRecord(failure, "ParsePathFormatError", ErrorCategory.InvalidArgument, path));
    }

    private static int QualifierLength(string path)
    {
        int provider = path.IndexOf("::", StringComparison.Ordinal);
        if (provider > 0)
            return provider + 2;
        int drive = path.IndexOf(':', StringComparison.Ordinal);
        return drive > 0 && path.IndexOf('/', StringComparison.Ordinal) is var slash && (slash < 0 || slash > drive) ? drive + 1 : 0;
    }
}
