using System.Collections.ObjectModel;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Remove-Item.</summary>
[Cmdlet(VerbsCommon.Remove, "Item", DefaultParameterSetName = "Path", SupportsShouldProcess = true, SupportsTransactions = true)]
public sealed class RemoveItemCommand : PathCommand
{
    private bool _yesToAll;
    private bool _noToAll;

    /// <summary>Children too, without asking.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <summary>Hidden and read-only items too.</summary>
    [Parameter]
    public SwitchParameter Force { get => IsForced; set => IsForced = value; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        foreach (string path in Path)
        {
            Collection<PathInfo> found = [];
            if (!Try(() => found = SessionState.Path.GetResolvedPSPathFromPSPath(path, NewContext())))
                continue;
            foreach (PathInfo item in found)
                Try(() => Remove(item));
        }
    }

    private protected override object? AskDynamicParameters(CmdletProviderContext context) =>
        InvokeProvider.Item.RemoveItemDynamicParameters(FirstPath, Recurse, context);

    private void Remove(PathInfo item)
    {
        string path = item.Path;
        CmdletProviderContext context = NewContext();
        // The path is resolved: a bracket in it is now a character like any other.
        context.SuppressWildcardExpansion = true;
        context.SetFilters([], [], null);
        if (SessionState.Path.IsCurrentLocationOrAncestor(path, context))
        {
            string message = $"Cannot remove the item at '{path}' because it is in use.";
            WriteError(new ErrorRecord(new PSInvalidOperationException(message), "InvalidOperation", ErrorCategory.InvalidOperation, path));
            return;
        }

        bool recurse = Recurse;
        if (!Recurse && InvokeProvider.ChildItem.HasChild(path, context) && !IsLink(item))
        {
            string question = $"The item at {path} has children and the Recurse parameter was not specified. If you continue, all children will be removed with the item. Are you sure you want to continue?";
            if (!ShouldContinue(question, null, ref _yesToAll, ref _noToAll))
                return;
            recurse = true;
        }

        InvokeProvider.Item.Remove(path, recurse, context);
    }

    private static bool IsLink(PathInfo item) =>
        item.Provider.Name == FileSystemProvider.ProviderName && new FileInfo(item.ProviderPath).LinkTarget is not null;
}
