using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>-Path or -LiteralPath with -Filter, -Include, -Exclude and -Force, as the item cmdlets have them.</summary>
public abstract class PathCommand : ProviderCommand
{
    /// <summary>Paths; wildcards are expanded.</summary>
    [Parameter(Position = 0, ParameterSetName = "Path", Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Path { get; set; } = [];

    /// <summary>Paths taken as they are.</summary>
    [Parameter(ParameterSetName = "LiteralPath", Mandatory = true, ValueFromPipelineByPropertyName = true)]
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

    /// <summary>The provider's filter.</summary>
    [Parameter]
    public string? Filter { get => FilterText; set => FilterText = value; }

    /// <summary>Only items whose names match.</summary>
    [Parameter]
    public string[]? Include { get => Included; set => Included = value; }

    /// <summary>No items whose names match.</summary>
    [Parameter]
    public string[]? Exclude { get => Excluded; set => Excluded = value; }

    private protected string FirstPath => Path is [var first, ..] ? first : ".";
}
