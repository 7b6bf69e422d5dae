using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Provider;

namespace Microsoft.PowerShell.Commands;

/// <summary>What the content cmdlets share.</summary>
public abstract class ContentCommand : PathCommand
{
    /// <summary>Read-only items too.</summary>
    [Parameter]
    public SwitchParameter Force { get => IsForced; set => IsForced = value; }

    private protected List<PathInfo> Resolve(IEnumerable<string> paths, bool allowMissing)
    {
        var resolved = new List<PathInfo>();
        foreach (string path in paths)
        {
            try
            {
                resolved.AddRange(SessionState.Path.GetResolvedPSPathFromPSPath(path, NewContext()));
            }
            catch (ItemNotFoundException) when (allowMissing)
            {
                Try(() =>
                {
                    string providerPath = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, NewContext(), out ProviderInfo provider, out PSDriveInfo drive);
                    resolved.Add(new PathInfo(drive, provider, providerPath, SessionState));
                });
            }
            catch (Exception e) when (e is ItemNotFoundException or DriveNotFoundException or ProviderNotFoundException or PSNotSupportedException or PSArgumentException or ProviderInvocationException)
            {
                WriteError(new ErrorRecord(((IContainsErrorRecord)e).ErrorRecord, e));
            }
        }

        return resolved;
    }

    private protected string LiteralOf(PathInfo item) => IsLiteral ? item.Path : WildcardPattern.Escape(item.Path);
}

/// <summary>Clear-Content.</summary>
[Cmdlet(VerbsCommon.Clear, "Content", DefaultParameterSetName = "Path", SupportsShouldProcess = true, SupportsTransactions = true)]
public sealed class ClearContentCommand : ContentCommand
{
    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        foreach (string path in Path)
        {
            CmdletProviderContext context = NewContext();
            context.PassThru = false;
            Try(() => InvokeProvider.Content.Clear(path, context));
        }
    }

    private protected override object? AskDynamicParameters(CmdletProviderContext context) =>
        InvokeProvider.Content.ClearContentDynamicParameters(FirstPath, context);
}
