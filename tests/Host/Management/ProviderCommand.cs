using System.Collections.ObjectModel;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>A cmdlet whose work is a provider's: it hands over paths, filters and the provider's own dynamic parameters.</summary>
public abstract class ProviderCommand : PSCmdlet, IDynamicParameters
{
    private object? _dynamicParameters;
    private CmdletProviderContext? _current;

    private protected string? FilterText { get; set; }

    private protected string[]? Included { get; set; }

    private protected string[]? Excluded { get; set; }

    private protected bool IsForced { get; set; }

    private protected bool IsLiteral { get; set; }

    /// <summary>The provider's parameters for the first path, or null where it has none or the path leads nowhere.</summary>
    public object? GetDynamicParameters()
    {
        CmdletProviderContext context = NewContext();
        context.PassThru = false;
        try
        {
            _dynamicParameters = AskDynamicParameters(context);
        }
        catch (Exception e) when (e is ItemNotFoundException or ProviderNotFoundException or DriveNotFoundException
            or ProviderInvocationException or ArgumentException or NotSupportedException or InvalidOperationException)
        {
            // The same trouble is reported properly when the command itself uses the path.
            _dynamicParameters = null;
        }

        return _dynamicParameters;
    }

    /// <summary>Ctrl+C reaches the provider that is at work.</summary>
    protected override void StopProcessing() => _current?.StopProcessing();

    private protected virtual object? AskDynamicParameters(CmdletProviderContext context) => null;

    private protected CmdletProviderContext NewContext(PSCredential? credential = null)
    {
        var context = new CmdletProviderContext(this, credential ?? PSCredential.Empty)
        {
            Force = IsForced,
            SuppressWildcardExpansion = IsLiteral,
            DynamicParameters = _dynamicParameters,
        };
        context.SetFilters(ToCollection(Included), ToCollection(Excluded), FilterText);
        _current = context;
        return context;
    }

    /// <summary>What a provider throws about one path is an error about that path, not the end of the command.</summary>
    private protected bool Try(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (Exception e) when (e is PSNotSupportedException or DriveNotFoundException or ProviderNotFoundException
            or ItemNotFoundException or PSArgumentException or PSInvalidOperationException)
        {
            WriteError(new ErrorRecord(((IContainsErrorRecord)e).ErrorRecord, e));
            return false;
        }
    }

    private static Collection<string> ToCollection(string[]? values) => values is null ? [] : [.. values];
}
