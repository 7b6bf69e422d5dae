using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Get-Item.</summary>
[Cmdlet(VerbsCommon.Get, "Item", DefaultParameterSetName = "Path", SupportsTransactions = true)]
public sealed class GetItemCommand : PathCommand
{
    /// <summary>Hidden items too.</summary>
    [Parameter]
    public SwitchParameter Force { get => IsForced; set => IsForced = value; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        foreach (string path in Path)
            Try(() => InvokeProvider.Item.Get(path, NewContext()));
    }

    private protected override object? AskDynamicParameters(CmdletProviderContext context) =>
        InvokeProvider.Item.GetItemDynamicParameters(FirstPath, context);
}

/// <summary>Clear-Item.</summary>
[Cmdlet(VerbsCommon.Clear, "Item", DefaultParameterSetName = "Path", SupportsShouldProcess = true, SupportsTransactions = true)]
public sealed class ClearItemCommand : PathCommand
{
    /// <summary>Read-only items too.</summary>
    [Parameter]
    public SwitchParameter Force { get => IsForced; set => IsForced = value; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        foreach (string path in Path)
            Try(() => InvokeProvider.Item.Clear(path, NewContext()));
    }
}

/// <summary>Set-Item.</summary>
[Cmdlet(VerbsCommon.Set, "Item", DefaultParameterSetName = "Path", SupportsShouldProcess = true, SupportsTransactions = true)]
public sealed class SetItemCommand : PathCommand
{
    /// <summary>The new value.</summary>
    [Parameter(Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public object? Value { get; set; }

    /// <summary>Read-only items too.</summary>
    [Parameter]
    public SwitchParameter Force { get => IsForced; set => IsForced = value; }

    /// <summary>Returns the item.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        foreach (string path in Path)
        {
            CmdletProviderContext context = NewContext();
            context.PassThru = PassThru;
            Try(() => InvokeProvider.Item.Set(path, Value, context));
        }
    }

    private protected override object? AskDynamicParameters(CmdletProviderContext context) =>
        InvokeProvider.Item.SetItemDynamicParameters(FirstPath, Value, context);
}
