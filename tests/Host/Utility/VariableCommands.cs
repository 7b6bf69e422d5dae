using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>What the variable cmdlets share: the scope they look in and finding by name.</summary>
public abstract class VariableCommand : PSCmdlet
{
    /// <summary>global, local, script, or how many scopes up.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Scope { get; set; }

    private protected List<PSVariable> Find(string name, string[]? include, string[]? exclude, bool literal = false)
    {
        bool wild = !literal && WildcardPattern.ContainsWildcardCharacters(name);
        IEnumerable<PSVariable> found;
        if (wild)
        {
            var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
            var table = Scope is null ? SessionState.Internal.GetVariableTable() : SessionState.Internal.GetVariableTableAtScope(Scope);
            found = table.Values.Where(variable => variable is not null && pattern.IsMatch(variable.Name));
        }
        else
        {
            PSVariable? one = Scope is null ? SessionState.PSVariable.Get(name) : SessionState.PSVariable.GetAtScope(name, Scope);
            found = one is null ? [] : [one];
            if (one is null)
                WriteMissing(name);
        }

        return
        [
            .. found.Where(variable => (include is null || Matches(include, variable.Name)) && (exclude is null || !Matches(exclude, variable.Name)))
                .OrderBy(variable => variable.Name, StringComparer.CurrentCultureIgnoreCase),
        ];
    }

    private protected void WriteMissing(string name)
    {
        var missing = new ItemNotFoundException(name, "VariableNotFound", SessionStateStrings.VariableNotFound);
        WriteError(new ErrorRecord(missing.ErrorRecord, missing));
    }

    private protected void Try(Action action)
    {
        try
        {
            action();
        }
        catch (SessionStateException e)
        {
            WriteError(new ErrorRecord(e.ErrorRecord, e));
        }
    }

    private protected void Place(PSVariable variable, bool force)
    {
        if (Scope is null)
            SessionState.Internal.SetVariableAtScope(variable, "local", force, CommandOrigin.Internal);
        else
            SessionState.Internal.SetVariableAtScope(variable, Scope, force, CommandOrigin.Internal);
    }

    private static bool Matches(string[] patterns, string name) =>
        patterns.Any(pattern => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase).IsMatch(name));
}

/// <summary>Get-Variable.</summary>
[Cmdlet(VerbsCommon.Get, "Variable")]
[OutputType(typeof(PSVariable))]
public sealed class GetVariableCommand : VariableCommand
{
    /// <summary>Names; wildcards are expanded.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <summary>The value alone.</summary>
    [Parameter]
    public SwitchParameter ValueOnly { get; set; }

    /// <summary>Only names that match.</summary>
    [Parameter]
    public string[]? Include { get; set; }

    /// <summary>No names that match.</summary>
    [Parameter]
    public string[]? Exclude { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        foreach (PSVariable variable in Name.SelectMany(name => Find(name, Include, Exclude)))
            WriteObject(ValueOnly ? variable.Value : variable);
    }
}

/// <summary>New-Variable.</summary>
[Cmdlet(VerbsCommon.New, "Variable", SupportsShouldProcess = true)]
public sealed class NewVariableCommand : VariableCommand
{
    /// <summary>The name.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string Name { get; set; } = string.Empty;

    /// <summary>The value.</summary>
    [Parameter(Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public object? Value { get; set; }

    /// <summary>What it is for.</summary>
    [Parameter]
    public string? Description { get; set; }

    /// <summary>ReadOnly, Constant, AllScope, Private.</summary>
    [Parameter]
    public ScopedItemOptions Option { get; set; }

    /// <summary>Who sees it.</summary>
    [Parameter]
    public SessionStateEntryVisibility Visibility { get; set; }

    /// <summary>Replaces one that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns it.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        if (!ShouldProcess($"Name: {Name} Value: {Value}", "New variable"))
            return;
        var variable = new PSVariable(Name, Value, Option) { Visibility = Visibility };
        if (Description is not null)
            variable.Description = Description;
        Try(() =>
        {
            if (Scope is null)
                SessionState.Internal.NewVariable(variable, Force);
            else
                SessionState.Internal.NewVariableAtScope(variable, Scope, Force);
            if (PassThru)
                WriteObject(variable);
        });
    }
}

/// <summary>Set-Variable.</summary>
[Cmdlet(VerbsCommon.Set, "Variable", SupportsShouldProcess = true)]
[OutputType(typeof(PSVariable))]
public sealed class SetVariableCommand : VariableCommand
{
    private readonly List<object?> _collected = [];

    /// <summary>Names; wildcards are expanded.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = [];

    /// <summary>The value; what comes through the pipeline is collected.</summary>
    [Parameter(Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public object? Value { get; set; } = System.Management.Automation.Internal.AutomationNull.Value;

    /// <summary>Only names that match.</summary>
    [Parameter]
    public string[]? Include { get; set; }

    /// <summary>No names that match.</summary>
    [Parameter]
    public string[]? Exclude { get; set; }

    /// <summary>What it is for.</summary>
    [Parameter]
    public string? Description { get; set; }

    /// <summary>ReadOnly, Constant, AllScope, Private.</summary>
    [Parameter]
    public ScopedItemOptions? Option { get; set; }

    /// <summary>Who sees it.</summary>
    [Parameter]
    public SessionStateEntryVisibility? Visibility { get; set; }

    /// <summary>Read-only ones too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns it.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        if (Value != System.Management.Automation.Internal.AutomationNull.Value)
            _collected.Add(Value);
    }

    /// <inheritdoc />
    protected override void EndProcessing()
    {
        object? value = _collected.Count switch
        {
            0 => System.Management.Automation.Internal.AutomationNull.Value,
            1 => _collected[0],
            _ => _collected.ToArray(),
        };
        foreach (string name in Name)
            Try(() => Set(name, value));
    }

    private void Set(string name, object? value)
    {
        bool hasValue = value != System.Management.Automation.Internal.AutomationNull.Value || MyInvocation.BoundParameters.ContainsKey("Value");
        if (WildcardPattern.ContainsWildcardCharacters(name))
        {
            foreach (PSVariable found in Find(name, Include, Exclude))
                Change(found, value, hasValue);
            return;
        }

        PSVariable? existing = Scope is null ? SessionState.PSVariable.GetAtScope(name, "local") : SessionState.PSVariable.GetAtScope(name, Scope);
        if (existing is not null)
        {
            Change(existing, value, hasValue);
            return;
        }

        if (!ShouldProcess($"Name: {name} Value: {value}", "Set variable"))
            return;
        var variable = new PSVariable(name, hasValue ? value : null, Option ?? ScopedItemOptions.None);
        if (Description is not null)
            variable.Description = Description;
        if (Visibility is { } visibility)
            variable.Visibility = visibility;
        Place(variable, Force);
        if (PassThru)
            WriteObject(variable);
    }

    private void Change(PSVariable variable, object? value, bool hasValue)
    {
        if (!ShouldProcess($"Name: {variable.Name} Value: {value}", "Set variable"))
            return;
        if (Force && (variable.Options & ScopedItemOptions.ReadOnly) != 0)
            variable.SetOptions(variable.Options & ~ScopedItemOptions.ReadOnly, force: true);
        if (hasValue)
            variable.Value = value;
        if (Description is not null)
            variable.Description = Description;
        if (Option is { } option)
            variable.SetOptions(option, Force);
        if (Visibility is { } visibility)
            variable.Visibility = visibility;
        if (PassThru)
            WriteObject(variable);
    }
}

/// <summary>Remove-Variable.</summary>
[Cmdlet(VerbsCommon.Remove, "Variable", SupportsShouldProcess = true)]
public sealed class RemoveVariableCommand : VariableCommand
{
    /// <summary>Names; wildcards are expanded.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = [];

    /// <summary>Only names that match.</summary>
    [Parameter]
    public string[]? Include { get; set; }

    /// <summary>No names that match.</summary>
    [Parameter]
    public string[]? Exclude { get; set; }

    /// <summary>Read-only ones too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        string? given = Scope;
        foreach (string name in Name)
        {
            // Without -Scope only the caller's own scope is meant.
            Scope = given ?? "local";
            foreach (PSVariable variable in Find(name, Include, Exclude))
            {
                if (ShouldProcess($"Name: {variable.Name}", "Remove variable"))
                    Try(() => SessionState.Internal.RemoveVariableAtScope(variable, Scope, Force));
            }
        }

        Scope = given;
    }
}

/// <summary>Clear-Variable.</summary>
[Cmdlet(VerbsCommon.Clear, "Variable", SupportsShouldProcess = true)]
public sealed class ClearVariableCommand : VariableCommand
{
    /// <summary>Names; wildcards are expanded.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = [];

    /// <summary>Only names that match.</summary>
    [Parameter]
    public string[]? Include { get; set; }

    /// <summary>No names that match.</summary>
    [Parameter]
    public string[]? Exclude { get; set; }

    /// <summary>Read-only ones too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns it.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        foreach (PSVariable variable in Name.SelectMany(name => Find(name, Include, Exclude)))
        {
            if (!ShouldProcess($"Name: {variable.Name}", "Clear variable"))
                continue;
            Try(() =>
            {
                variable.Value = null;
                if (PassThru)
                    WriteObject(variable);
            });
        }
    }
}
