using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>What Test-Path looks for.</summary>
public enum TestPathType
{
    /// <summary>Anything.</summary>
    Any,

    /// <summary>What can hold items.</summary>
    Container,

    /// <summary>What cannot.</summary>
    Leaf,
}

/// <summary>Test-Path.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Path", DefaultParameterSetName = "Path", SupportsTransactions = true)]
[OutputType(typeof(bool))]
public sealed class TestPathCommand : ProviderCommand
{
    /// <summary>Paths; wildcards are expanded.</summary>
    [Parameter(Position = 0, ParameterSetName = "Path", Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public string?[]? Path { get; set; }

    /// <summary>Paths taken as they are.</summary>
    [Parameter(ParameterSetName = "LiteralPath", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public string?[]? LiteralPath
    {
        get => Path;
        set
        {
            IsLiteral = true;
            Path = value;
        }
    }

    /// <summary>The provider's filter.</summary>
    [Parameter]
    public string? Filter { get => FilterText; set => FilterText = value; }

    /// <summary>Only items whose names match.</summary>
    [Parameter]
    public string[]? Include { get => Included; set => Included = value; }

    /// <summary>No items whose names match.</summary>
    [Parameter]
    public string[]? Exclude { get => Excluded; set => Excluded = value; }

    /// <summary>Anything, a container or a leaf.</summary>
    [Parameter]
    [Alias("Type")]
    public TestPathType PathType { get; set; } = TestPathType.Any;

    /// <summary>Only whether the path is well-formed.</summary>
    [Parameter]
    public SwitchParameter IsValid { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        if (Path is null || Path.Length == 0)
        {
            var missing = new ArgumentNullException("The provided Path argument was null or an empty collection.");
            WriteError(new ErrorRecord(missing, "NullPathNotPermitted", ErrorCategory.InvalidArgument, Path));
            return;
        }

        foreach (string? path in Path)
        {
            if (path is null)
                WriteError(new ErrorRecord(new ArgumentNullException("The provided Path argument was null or an empty collection."), "NullPathNotPermitted", ErrorCategory.InvalidArgument, Path));
            else
                WriteObject(!string.IsNullOrWhiteSpace(path) && Exists(path));
        }
    }

    private protected override object? AskDynamicParameters(CmdletProviderContext context) =>
        PathType == TestPathType.Any && !IsValid && Path is [{ Length: > 0 } first, ..] ? InvokeProvider.Item.ItemExistsDynamicParameters(first, context) : null;

    private bool Exists(string path)
    {
        CmdletProviderContext context = NewContext();
        try
        {
            if (IsValid)
                return SessionState.Path.IsValid(path, context);
            bool exists = InvokeProvider.Item.Exists(path, context);
            return PathType switch
            {
                TestPathType.Container => exists && InvokeProvider.Item.IsContainer(path, NewContext()),
                TestPathType.Leaf => exists && !InvokeProvider.Item.IsContainer(path, NewContext()),
                _ => exists,
            };
        }
        catch (Exception e) when (e is PSNotSupportedException or DriveNotFoundException or ProviderNotFoundException or ItemNotFoundException)
        {
            return false;
        }
    }
}
