using System.Collections.ObjectModel;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Join-Path.</summary>
[Cmdlet(VerbsCommon.Join, "Path", SupportsTransactions = true)]
[OutputType(typeof(string))]
public sealed class JoinPathCommand : ProviderCommand
{
    /// <summary>The first part.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath")]
    public string[] Path { get; set; } = [];

    /// <summary>The next parts.</summary>
    [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string?[]? ChildPath { get; set; }

    /// <summary>Further parts.</summary>
    [Parameter(Position = 2, ValueFromPipelineByPropertyName = true, ValueFromRemainingArguments = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public string?[] AdditionalChildPath { get; set; } = [];

    /// <summary>The paths that exist and match.</summary>
    [Parameter]
    public SwitchParameter Resolve { get; set; }

    /// <summary>The file's extension is replaced by this.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string? Extension { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        foreach (string path in Path)
            Try(() =>
            {
                string joined = path;
                foreach (string? part in (ChildPath ?? []).Concat(AdditionalChildPath))
                    joined = SessionState.Path.Combine(joined, part ?? string.Empty, NewContext());
                if (Extension is not null)
                    joined = System.IO.Path.ChangeExtension(joined, Extension.Length == 0 ? null : Extension);
                if (!Resolve)
                {
                    WriteObject(joined);
                    return;
                }

                foreach (PathInfo found in SessionState.Path.GetResolvedPSPathFromPSPath(joined, NewContext()))
                    WriteObject(found.Path);
            });
    }
}

/// <summary>Convert-Path.</summary>
[Cmdlet(VerbsData.Convert, "Path", DefaultParameterSetName = "Path", SupportsTransactions = true)]
[OutputType(typeof(string))]
public sealed class ConvertPathCommand : ProviderCommand
{
    /// <summary>Paths; wildcards are expanded.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Path { get; set; } = [];

    /// <summary>Paths taken as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
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

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        foreach (string path in Path)
            Try(() => WriteObject(SessionState.Path.GetResolvedProviderPathFromPSPath(path, NewContext(), out _), enumerateCollection: true));
    }
}

/// <summary>Resolve-Path.</summary>
[Cmdlet(VerbsDiagnostic.Resolve, "Path", DefaultParameterSetName = "Path", SupportsTransactions = true)]
public sealed class ResolvePathCommand : ProviderCommand
{
    /// <summary>Paths; wildcards are expanded.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Path { get; set; } = [];

    /// <summary>Paths taken as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
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

    /// <summary>As seen from the current location or RelativeBasePath.</summary>
    [Parameter]
    public SwitchParameter Relative { get; set; }

    /// <summary>What -Relative is relative to.</summary>
    [Parameter]
    public string? RelativeBasePath { get; set; }

    /// <summary>Hidden items too.</summary>
    [Parameter]
    public SwitchParameter Force { get => IsForced; set => IsForced = value; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        foreach (string path in Path)
            Try(() =>
            {
                Collection<PathInfo> found = SessionState.Path.GetResolvedPSPathFromPSPath(path, NewContext());
                foreach (PathInfo item in found)
                    WriteObject(Relative ? RelativeTo(item) : item);
            });
    }

    private string RelativeTo(PathInfo item)
    {
        string root = RelativeBasePath is null
            ? SessionState.Path.CurrentLocation.ProviderPath
            : SessionState.Path.GetUnresolvedProviderPathFromPSPath(RelativeBasePath);
        string relative = System.IO.Path.GetRelativePath(root, item.ProviderPath);
        return relative.StartsWith("..", StringComparison.Ordinal) || relative == "." ? relative : $".{System.IO.Path.DirectorySeparatorChar}{relative}";
    }
}
