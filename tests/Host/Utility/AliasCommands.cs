using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Get-Alias.</summary>
[Cmdlet(VerbsCommon.Get, "Alias", DefaultParameterSetName = "Default")]
[OutputType(typeof(AliasInfo))]
public sealed class GetAliasCommand : PSCmdlet
{
    /// <summary>Names; wildcards are expanded.</summary>
    [Parameter(ParameterSetName = "Default", Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = ["*"];

    /// <summary>No names that match.</summary>
    [Parameter]
    public string[] Exclude { get; set; } = [];

    /// <summary>The scope to look in.</summary>
    [Parameter]
    public string? Scope { get; set; }

    /// <summary>Aliases of these commands.</summary>
    [Parameter(ParameterSetName = "Definition")]
    public string[]? Definition { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        IDictionary<string, AliasInfo> table = Scope is null ? SessionState.Internal.GetAliasTable() : SessionState.Internal.GetAliasTableAtScope(Scope);
        foreach (string name in Definition ?? Name)
        {
            var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
            List<AliasInfo> found =
            [
                .. table.Values.Where(alias => pattern.IsMatch(Definition is null ? alias.Name : alias.Definition)
                    && !Exclude.Any(excluded => WildcardPattern.Get(excluded, WildcardOptions.IgnoreCase).IsMatch(alias.Name)))
                    .OrderBy(alias => alias.Name, StringComparer.CurrentCultureIgnoreCase),
            ];
            WriteObject(found, enumerateCollection: true);
            if (found.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                string message = Definition is null
                    ? $"This command cannot find a matching alias because an alias with the name '{name}' does not exist."
                    : $"This command cannot find a matching alias because an alias with the definition '{name}' does not exist.";
                WriteError(new ErrorRecord(new ItemNotFoundException(message), "ItemNotFoundException", ErrorCategory.ObjectNotFound, name));
            }
        }
    }
}

/// <summary>What New-Alias and Set-Alias share.</summary>
public abstract class WriteAliasCommand : PSCmdlet
{
    /// <summary>The alias.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string Name { get; set; } = string.Empty;

    /// <summary>The command it stands for.</summary>
    [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string Value { get; set; } = string.Empty;

    /// <summary>What it is for.</summary>
    [Parameter]
    public string Description { get; set; } = string.Empty;

    /// <summary>ReadOnly, Constant, AllScope, Private.</summary>
    [Parameter]
    public ScopedItemOptions Option { get; set; }

    /// <summary>Returns it.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Where it lives.</summary>
    [Parameter]
    public string? Scope { get; set; }

    /// <summary>Read-only ones too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected void Set(string action)
    {
        if (!ShouldProcess($"Name: {Name} Value: {Value}", action))
            return;
        var alias = new AliasInfo(Name, Value, Context, Option) { Description = Description };
        try
        {
            AliasInfo result = Scope is null
                ? SessionState.Internal.SetAliasItem(alias, Force, MyInvocation.CommandOrigin)
                : SessionState.Internal.SetAliasItemAtScope(alias, Scope, Force, MyInvocation.CommandOrigin);
            if (PassThru)
                WriteObject(result);
        }
        catch (SessionStateException e)
        {
            WriteError(new ErrorRecord(e.ErrorRecord, e));
        }
    }
}

/// <summary>Set-Alias.</summary>
[Cmdlet(VerbsCommon.Set, "Alias", SupportsShouldProcess = true)]
[OutputType(typeof(AliasInfo))]
public sealed class SetAliasCommand : WriteAliasCommand
{
    /// <inheritdoc />
    protected override void ProcessRecord() => Set("Set Alias");
}

/// <summary>New-Alias.</summary>
[Cmdlet(VerbsCommon.New, "Alias", SupportsShouldProcess = true)]
[OutputType(typeof(AliasInfo))]
public sealed class NewAliasCommand : WriteAliasCommand
{
    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        AliasInfo? existing = Scope is null ? SessionState.Internal.GetAlias(Name) : SessionState.Internal.GetAliasAtScope(Name, Scope);
        if (existing is not null && !Force)
        {
            var twice = new SessionStateException(Name, SessionStateCategory.Alias, "AliasAlreadyExists", SessionStateStrings.AliasAlreadyExists, ErrorCategory.ResourceExists);
            WriteError(new ErrorRecord(twice.ErrorRecord, twice));
            return;
        }

        Set("New Alias");
    }
}

/// <summary>Remove-Alias.</summary>
[Cmdlet(VerbsCommon.Remove, "Alias")]
public sealed class RemoveAliasCommand : PSCmdlet
{
    /// <summary>The aliases.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = [];

    /// <summary>Read-only ones too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        foreach (string name in Name)
        {
            if (SessionState.Internal.GetAlias(name) is not null)
                SessionState.Internal.RemoveAlias(name, Force);
            else
                WriteError(new ErrorRecord(new ItemNotFoundException($"This command cannot find a matching alias because an alias with the name '{name}' does not exist."), "ItemNotFoundException", ErrorCategory.ObjectNotFound, name));
        }
    }
}
