using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Get-PSDrive.</summary>
[Cmdlet(VerbsCommon.Get, "PSDrive", DefaultParameterSetName = "Name", SupportsTransactions = true)]
[OutputType(typeof(PSDriveInfo))]
public sealed class GetPSDriveCommand : PSCmdlet
{
    /// <summary>Names; wildcards are expanded.</summary>
    [Parameter(Position = 0, ParameterSetName = "Name", ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Names taken as they are.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "LiteralName", ValueFromPipelineByPropertyName = true)]
    public string[]? LiteralName { get; set; }

    /// <summary>The scope to look in.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Scope { get; set; }

    /// <summary>Only drives of these providers.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[]? PSProvider { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        IEnumerable<PSDriveInfo> all = (Scope is null ? SessionState.Drive.GetAll() : SessionState.Drive.GetAllAtScope(Scope))
            .Where(drive => PSProvider is null || PSProvider.Contains(drive.Provider.Name, StringComparer.OrdinalIgnoreCase))
            .OrderBy(drive => drive.Name, StringComparer.CurrentCultureIgnoreCase);
        foreach (string name in LiteralName ?? Name)
        {
            var pattern = WildcardPattern.Get(LiteralName is null ? name : WildcardPattern.Escape(name), WildcardOptions.IgnoreCase);
            List<PSDriveInfo> found = [.. all.Where(drive => pattern.IsMatch(drive.Name))];
            WriteObject(found, enumerateCollection: true);
            if (found.Count == 0 && (LiteralName is not null || !WildcardPattern.ContainsWildcardCharacters(name)))
            {
                var missing = new DriveNotFoundException(name, "DriveNotFound", SessionStateStrings.DriveNotFound);
                WriteError(new ErrorRecord(missing, "GetLocationNoMatchingDrive", ErrorCategory.ObjectNotFound, name));
            }
        }
    }
}

/// <summary>New-PSDrive.</summary>
[Cmdlet(VerbsCommon.New, "PSDrive", SupportsShouldProcess = true, SupportsTransactions = true)]
[OutputType(typeof(PSDriveInfo))]
public sealed class NewPSDriveCommand : ProviderCommand
{
    /// <summary>The drive's name.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string Name { get; set; } = string.Empty;

    /// <summary>The drive's provider.</summary>
    [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string PSProvider { get; set; } = string.Empty;

    /// <summary>What the drive shows.</summary>
    [Parameter(Position = 2, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string Root { get; set; } = string.Empty;

    /// <summary>A description.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string Description { get; set; } = string.Empty;

    /// <summary>The scope the drive lives in.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Scope { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord() => Try(() =>
    {
        ProviderInfo provider = SessionState.Internal.GetSingleProvider(PSProvider);
        if (ShouldProcess($"Name: {Name} Provider: {provider.FullName} Root: {Root}", "New drive"))
            SessionState.Drive.New(new PSDriveInfo(Name, provider, Root, Description, PSCredential.Empty, persist: false), Scope, NewContext());
    });
}

/// <summary>Remove-PSDrive.</summary>
[Cmdlet(VerbsCommon.Remove, "PSDrive", DefaultParameterSetName = "Name", SupportsShouldProcess = true, SupportsTransactions = true)]
public sealed class RemovePSDriveCommand : ProviderCommand
{
    /// <summary>Names; wildcards are expanded.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Name", ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = [];

    /// <summary>Names taken as they are.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "LiteralName", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[]? LiteralName { get; set; }

    /// <summary>Only drives of these providers.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[]? PSProvider { get; set; }

    /// <summary>The scope to look in.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Scope { get; set; }

    /// <summary>A drive in use too.</summary>
    [Parameter]
    public SwitchParameter Force { get => IsForced; set => IsForced = value; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        foreach (string name in LiteralName ?? Name)
        {
            var pattern = WildcardPattern.Get(LiteralName is null ? name : WildcardPattern.Escape(name), WildcardOptions.IgnoreCase);
            List<PSDriveInfo> found =
            [
                .. SessionState.Drive.GetAll().Where(drive => pattern.IsMatch(drive.Name)
                    && (PSProvider is null || PSProvider.Contains(drive.Provider.Name, StringComparer.OrdinalIgnoreCase))),
            ];
            if (found.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                var missing = new DriveNotFoundException(name, "DriveNotFound", SessionStateStrings.DriveNotFound);
                WriteError(new ErrorRecord(missing.ErrorRecord, missing));
            }

            foreach (PSDriveInfo drive in found)
            {
                if (ShouldProcess($"Name: {drive.Name} Provider: {drive.Provider.FullName} Root: {drive.Root}", "Remove Drive"))
                    Try(() => SessionState.Drive.Remove(drive.Name, Force, Scope, NewContext()));
            }
        }
    }
}

/// <summary>Get-PSProvider.</summary>
[Cmdlet(VerbsCommon.Get, "PSProvider")]
[OutputType(typeof(ProviderInfo))]
public sealed class GetPSProviderCommand : PSCmdlet
{
    /// <summary>Names; all without.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    public string[]? PSProvider { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord() => WriteObject(
        PSProvider is null ? SessionState.Provider.GetAll() : PSProvider.SelectMany(name => SessionState.Provider.Get(name)), enumerateCollection: true);
}
