using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Get-ChildItem.</summary>
[Cmdlet(VerbsCommon.Get, "ChildItem", DefaultParameterSetName = "Items", SupportsTransactions = true)]
public sealed class GetChildItemCommand : ProviderCommand
{
    private uint _depth = uint.MaxValue;

    /// <summary>Paths; the current location without one.</summary>
    [Parameter(Position = 0, ParameterSetName = "Items", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[]? Path { get; set; }

    /// <summary>Paths taken as they are.</summary>
    [Parameter(ParameterSetName = "LiteralItems", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[]? LiteralPath
    {
        get => Path;
        set
        {
            IsLiteral = true;
            Path = value;
        }
    }

    /// <summary>The provider's filter.</summary>
    [Parameter(Position = 1)]
    public string? Filter { get => FilterText; set => FilterText = value; }

    /// <summary>Only items whose names match.</summary>
    [Parameter]
    public string[]? Include { get => Included; set => Included = value; }

    /// <summary>No items whose names match.</summary>
    [Parameter]
    public string[]? Exclude { get => Excluded; set => Excluded = value; }

    /// <summary>Descends into containers.</summary>
    [Parameter]
    [Alias("s", "r")]
    public SwitchParameter Recurse { get; set; }

    /// <summary>How deep to descend; implies -Recurse.</summary>
    [Parameter]
    public uint Depth
    {
        get => _depth;
        set
        {
            _depth = value;
            Recurse = true;
        }
    }

    /// <summary>Hidden items too.</summary>
    [Parameter]
    public SwitchParameter Force { get => IsForced; set => IsForced = value; }

    /// <summary>Only the names.</summary>
    [Parameter]
    public SwitchParameter Name { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        foreach (string path in Path is { Length: > 0 } ? Path : [string.Empty])
        {
            Try(() =>
            {
                if (Name)
                    InvokeProvider.ChildItem.GetNames(path, ReturnContainers.ReturnMatchingContainers, Recurse, Depth, NewContext());
                else
                    InvokeProvider.ChildItem.Get(path, Recurse, Depth, NewContext());
            });
        }
    }

    private protected override object? AskDynamicParameters(CmdletProviderContext context)
    {
        string path = Path is [var first, ..] ? first : ".";
        return Name
            ? InvokeProvider.ChildItem.GetChildNamesDynamicParameters(path, context)
            : InvokeProvider.ChildItem.GetChildItemsDynamicParameters(path, Recurse, context);
    }
}
