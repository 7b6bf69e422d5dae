using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>A cmdlet that looks at properties of its input objects.</summary>
public abstract class ObjectInputCommand : PSCmdlet
{
    /// <summary>The objects.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; } = System.Management.Automation.Internal.AutomationNull.Value;

    /// <summary>The objects that arrived, in order, when a cmdlet needs them all.</summary>
    private protected List<PSObject> Items { get; } = [];

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        if (InputObject is not null && InputObject != System.Management.Automation.Internal.AutomationNull.Value)
            Items.Add(InputObject);
    }
}
