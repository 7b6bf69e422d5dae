using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Copy-Item.</summary>
[Cmdlet(VerbsCommon.Copy, "Item", DefaultParameterSetName = "Path", SupportsShouldProcess = true, SupportsTransactions = true)]
public sealed class CopyItemCommand : PathCommand
{
    /// <summary>Where to; the current location without it.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    public string? Destination { get; set; }

    /// <summary>Copies the container with its contents, not the contents alone.</summary>
    [Parameter]
    public SwitchParameter Container { get; set; } = true;

    /// <summary>Children too.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <summary>Replaces read-only items.</summary>
    [Parameter]
    public SwitchParameter Force { get => IsForced; set => IsForced = value; }

    /// <summary>Returns the copies.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        CopyContainers containers = Container ? CopyContainers.CopyTargetContainer : CopyContainers.CopyChildrenOfTargetContainer;
        foreach (string path in Path)
        {
            CmdletProviderContext context = NewContext();
            context.PassThru = PassThru;
            Try(() => InvokeProvider.Item.Copy(path, Destination ?? string.Empty, Recurse, containers, context));
        }
    }

    private protected override object? AskDynamicParameters(CmdletProviderContext context) =>
        InvokeProvider.Item.CopyItemDynamicParameters(FirstPath, Destination, Recurse, context);
}

/// <summary>Move-Item.</summary>
[Cmdlet(VerbsCommon.Move, "Item", DefaultParameterSetName = "Path", SupportsShouldProcess = true, SupportsTransactions = true)]
public sealed class MoveItemCommand : PathCommand
{
    /// <summary>Where to.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    public string Destination { get; set; } = ".";

    /// <summary>Replaces what is there.</summary>
    [Parameter]
    public SwitchParameter Force { get => IsForced; set => IsForced = value; }

    /// <summary>Returns the moved items.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        foreach (string path in Path)
        {
            CmdletProviderContext context = NewContext();
            context.PassThru = PassThru;
            Try(() => InvokeProvider.Item.Move(path, Destination, context));
        }
    }

    private protected override object? AskDynamicParameters(CmdletProviderContext context) =>
        InvokeProvider.Item.MoveItemDynamicParameters(FirstPath, Destination, context);
}

/// <summary>Rename-Item.</summary>
[Cmdlet(VerbsCommon.Rename, "Item", DefaultParameterSetName = "ByPath", SupportsShouldProcess = true, SupportsTransactions = true)]
public sealed class RenameItemCommand : ProviderCommand
{
    /// <summary>The item; no wildcards.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "ByPath", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string Path { get; set; } = string.Empty;

    /// <summary>The item's path taken as it is.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "ByLiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string LiteralPath
    {
        get => Path;
        set
        {
            IsLiteral = true;
            Path = value;
        }
    }

    /// <summary>The new name, in the same place.</summary>
    [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string NewName { get; set; } = string.Empty;

    /// <summary>Hidden and read-only items too.</summary>
    [Parameter]
    public SwitchParameter Force { get => IsForced; set => IsForced = value; }

    /// <summary>Returns the renamed item.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        CmdletProviderContext context = NewContext();
        context.PassThru = PassThru;
        Try(() => InvokeProvider.Item.Rename(Path, NewName, context));
    }

    private protected override object? AskDynamicParameters(CmdletProviderContext context) =>
        InvokeProvider.Item.RenameItemDynamicParameters(Path, NewName, context);
}
