using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Compare-Object.</summary>
[Cmdlet(VerbsData.Compare, "Object")]
public sealed class CompareObjectCommand : PSCmdlet
{
    private readonly List<PSObject> _differences = [];

    /// <summary>What should be.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [AllowEmptyCollection]
    public PSObject[] ReferenceObject { get; set; } = [];

    /// <summary>What is.</summary>
    [Parameter(Position = 1, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyCollection]
    public PSObject[] DifferenceObject { get; set; } = [];

    /// <summary>How far apart equal objects may be.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int SyncWindow { get; set; } = int.MaxValue;

    /// <summary>What to compare.</summary>
    [Parameter]
    public object[]? Property { get; set; }

    /// <summary>Only what is equal.</summary>
    [Parameter]
    public SwitchParameter ExcludeDifferent { get; set; }

    /// <summary>What is equal too.</summary>
    [Parameter]
    public SwitchParameter IncludeEqual { get; set; }

    /// <summary>Returns the objects themselves.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>The culture whose rules count.</summary>
    [Parameter]
    public string? Culture { get; set; }

    /// <summary>Upper and lower case differ.</summary>
    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord() => _differences.AddRange(DifferenceObject);

    /// <inheritdoc />
    protected override void EndProcessing()
    {
        List<PropertySpec> specs = PropertySpec.ParseAll(this, Property);
        var comparer = new ValueComparer(CaseSensitive, ValueComparer.CultureOf(Culture));
        List<Side> left = [.. ReferenceObject.Select((item, i) => new Side(item, i, KeysOf(item, specs)))];
        List<Side> right = [.. _differences.Select((item, i) => new Side(item, i, KeysOf(item, specs)))];
        var equal = new List<Side>();
        foreach (Side side in right.ToList())
        {
            int index = left.FindIndex(other => Math.Abs((long)other.Index - side.Index) <= SyncWindow && other.Keys.SequenceEqual(side.Keys, comparer));
            if (index < 0)
                continue;
            equal.Add(left[index]);
            left.RemoveAt(index);
            right.Remove(side);
        }

        if (IncludeEqual || ExcludeDifferent)
            Write(equal, "==", specs);
        if (ExcludeDifferent)
            return;
        Write(right, "=>", specs);
        Write(left, "<=", specs);
    }

    private static object?[] KeysOf(PSObject item, List<PropertySpec> specs) =>
        specs.Count == 0 ? [item] : [.. specs.Select(spec => spec.ValueOf(item))];

    private void Write(List<Side> sides, string indicator, List<PropertySpec> specs)
    {
        foreach (Side side in sides)
        {
            PSObject result = PassThru ? PSObject.AsPSObject(side.Item) : new PSObject();
            if (!PassThru && specs.Count == 0)
                result.Properties.Add(new PSNoteProperty("InputObject", side.Item));
            for (int i = 0; !PassThru && i < specs.Count; i++)
                result.Properties.Add(new PSNoteProperty(specs[i].Label ?? specs[i].Expression.ToString(), side.Keys[i]));
            if (result.Properties["SideIndicator"] is { } old)
                result.Properties.Remove(old.Name);
            result.Properties.Add(new PSNoteProperty("SideIndicator", indicator));
            WriteObject(result);
        }
    }

    private sealed record Side(PSObject Item, int Index, object?[] Keys);
}

/// <summary>Get-Unique.</summary>
[Cmdlet(VerbsCommon.Get, "Unique", DefaultParameterSetName = "AsString")]
public sealed class GetUniqueCommand : PSCmdlet
{
    private PSObject? _previous;

    /// <summary>The sorted objects.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>Compared as text.</summary>
    [Parameter(ParameterSetName = "AsString")]
    public SwitchParameter AsString { get; set; }

    /// <summary>One of each type.</summary>
    [Parameter(ParameterSetName = "UniqueByType")]
    public SwitchParameter OnType { get; set; }

    /// <summary>Without regard to case.</summary>
    [Parameter]
    public SwitchParameter CaseInsensitive { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        if (InputObject is null)
            return;
        if (_previous is not null && Same(_previous, InputObject))
            return;
        _previous = InputObject;
        WriteObject(InputObject);
    }

    private bool Same(PSObject left, PSObject right)
    {
        if (OnType)
            return left.InternalTypeNames[0].Equals(right.InternalTypeNames[0], StringComparison.OrdinalIgnoreCase);
        var comparer = new ValueComparer(caseSensitive: !CaseInsensitive, System.Globalization.CultureInfo.CurrentCulture);
        return AsString ? comparer.Compare(left.ToString(), right.ToString()) == 0 : comparer.Compare(left, right) == 0;
    }
}
