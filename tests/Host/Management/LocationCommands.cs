using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Get-Location.</summary>
[Cmdlet(VerbsCommon.Get, "Location", DefaultParameterSetName = "Location", SupportsTransactions = true)]
[OutputType(typeof(PathInfo), typeof(PathInfoStack))]
public sealed class GetLocationCommand : PSCmdlet
{
    /// <summary>The current location of these providers.</summary>
    [Parameter(ParameterSetName = "Location", ValueFromPipelineByPropertyName = true)]
    public string[]? PSProvider { get; set; }

    /// <summary>The current location of these drives.</summary>
    [Parameter(ParameterSetName = "Location", ValueFromPipelineByPropertyName = true)]
    public string[]? PSDrive { get; set; }

    /// <summary>The location stack.</summary>
    [Parameter(ParameterSetName = "Stack")]
    public SwitchParameter Stack { get; set; }

    /// <summary>Named stacks.</summary>
    [Parameter(ParameterSetName = "Stack", ValueFromPipelineByPropertyName = true)]
    public string[]? StackName { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        if (ParameterSetName == "Stack")
        {
            foreach (string name in StackName ?? ["default"])
                WriteObject(SessionState.Path.LocationStack(name));
            return;
        }

        foreach (string name in PSDrive ?? [])
        {
            PSDriveInfo drive = SessionState.Drive.Get(name);
            WriteObject(new PathInfo(drive, drive.Provider, SessionState.Path.Combine(drive.Root, drive.CurrentLocation), SessionState));
        }

        foreach (string name in PSProvider ?? [])
            WriteObject(SessionState.Path.CurrentProviderLocation(name));
        if (PSDrive is null && PSProvider is null)
            WriteObject(SessionState.Path.CurrentLocation);
    }
}

/// <summary>Set-Location.</summary>
[Cmdlet(VerbsCommon.Set, "Location", DefaultParameterSetName = "Path", SupportsTransactions = true)]
[OutputType(typeof(PathInfo))]
public sealed class SetLocationCommand : ProviderCommand
{
    /// <summary>Where to; - and + go back and forth.</summary>
    [Parameter(Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string Path { get; set; } = string.Empty;

    /// <summary>Where to, taken as it is.</summary>
    [Parameter(ParameterSetName = "LiteralPath", Mandatory = true, ValueFromPipelineByPropertyName = true)]
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

    /// <summary>Makes a stack the default one.</summary>
    [Parameter(ParameterSetName = "Stack", ValueFromPipelineByPropertyName = true)]
    public string? StackName { get; set; }

    /// <summary>Returns the new location.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        object? result = null;
        if (ParameterSetName == "Stack")
            result = SessionState.Path.SetDefaultLocationStack(StackName);
        else if (!Try(() => result = SessionState.Path.SetLocation(Path.Length == 0 ? SessionState.Internal.GetSingleProvider("FileSystem").Home : Path, NewContext(), IsLiteral)))
            return;
        if (PassThru)
            WriteObject(result);
    }
}

/// <summary>Push-Location.</summary>
[Cmdlet(VerbsCommon.Push, "Location", DefaultParameterSetName = "Path", SupportsTransactions = true)]
[OutputType(typeof(PathInfo))]
public sealed class PushLocationCommand : ProviderCommand
{
    /// <summary>Where to; only the current location is pushed without it.</summary>
    [Parameter(Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string? Path { get; set; }

    /// <summary>Where to, taken as it is.</summary>
    [Parameter(ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string? LiteralPath
    {
        get => Path;
        set
        {
            IsLiteral = true;
            Path = value;
        }
    }

    /// <summary>The stack to push on.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? StackName { get; set; }

    /// <summary>Returns the new location.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        SessionState.Path.PushCurrentLocation(StackName);
        if (!string.IsNullOrEmpty(Path))
        {
            Try(() =>
            {
                PathInfo result = SessionState.Path.SetLocation(Path, NewContext(), IsLiteral);
                if (PassThru)
                    WriteObject(result);
            });
        }
    }
}

/// <summary>Pop-Location.</summary>
[Cmdlet(VerbsCommon.Pop, "Location", SupportsTransactions = true)]
[OutputType(typeof(PathInfo))]
public sealed class PopLocationCommand : ProviderCommand
{
    /// <summary>The stack to pop from.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? StackName { get; set; }

    /// <summary>Returns the new location.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord() => Try(() =>
    {
        PathInfo result = SessionState.Path.PopLocation(StackName);
        if (PassThru)
            WriteObject(result);
    });
}
