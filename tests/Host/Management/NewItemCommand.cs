using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>New-Item.</summary>
[Cmdlet(VerbsCommon.New, "Item", DefaultParameterSetName = "pathSet", SupportsShouldProcess = true, SupportsTransactions = true)]
public sealed class NewItemCommand : ProviderCommand
{
    /// <summary>Where, or the item itself when no name is given.</summary>
    [Parameter(Position = 0, ParameterSetName = "pathSet", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 0, ParameterSetName = "nameSet", ValueFromPipelineByPropertyName = true)]
    public string[]? Path { get; set; }

    /// <summary>The item's name in Path.</summary>
    [Parameter(ParameterSetName = "nameSet", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? Name { get; set; }

    /// <summary>The provider's kind of item: File, Directory, SymbolicLink, HardLink.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Type")]
    public string? ItemType { get; set; }

    /// <summary>Content, or a link's target.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Target")]
    public object? Value { get; set; }

    /// <summary>Replaces what exists, makes missing parents.</summary>
    [Parameter]
    public SwitchParameter Force { get => IsForced; set => IsForced = value; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        foreach (string path in Path is { Length: > 0 } ? Path : [string.Empty])
            Try(() => InvokeProvider.Item.New(path, Name, ItemType, Value, NewContext()));
    }

    private protected override object? AskDynamicParameters(CmdletProviderContext context) =>
        InvokeProvider.Item.NewItemDynamicParameters(Path is [var first, ..] ? first : ".", ItemType, Value, context);
}
