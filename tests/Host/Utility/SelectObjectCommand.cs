using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Select-Object.</summary>
[Cmdlet(VerbsCommon.Select, "Object", DefaultParameterSetName = "DefaultParameter")]
public sealed class SelectObjectCommand : ObjectInputCommand
{
    private readonly List<PSObject> _seen = [];
    private readonly Queue<PSObject> _held = new();
    private List<PropertySpec> _specs = [];
    private PropertyPicker? _picker;
    private HashSet<int>? _indices;
    private int _position = -1;
    private int _written;

    /// <summary>The properties to keep or make.</summary>
    [Parameter(Position = 0, ParameterSetName = "DefaultParameter")]
    [Parameter(Position = 0, ParameterSetName = "SkipLastParameter")]
    public object[]? Property { get; set; }

    /// <summary>Properties to leave out.</summary>
    [Parameter(ParameterSetName = "DefaultParameter")]
    [Parameter(ParameterSetName = "SkipLastParameter")]
    public string[]? ExcludeProperty { get; set; }

    /// <summary>The property whose value is written.</summary>
    [Parameter(ParameterSetName = "DefaultParameter")]
    [Parameter(ParameterSetName = "SkipLastParameter")]
    public string? ExpandProperty { get; set; }

    /// <summary>One of those that are equal.</summary>
    [Parameter]
    public SwitchParameter Unique { get; set; }

    /// <summary>-Unique without regard to case.</summary>
    [Parameter]
    public SwitchParameter CaseInsensitive { get; set; }

    /// <summary>The last ones.</summary>
    [Parameter(ParameterSetName = "DefaultParameter")]
    [ValidateRange(0, int.MaxValue)]
    public int Last { get; set; } = -1;

    /// <summary>The first ones.</summary>
    [Parameter(ParameterSetName = "DefaultParameter")]
    [ValidateRange(0, int.MaxValue)]
    public int First { get; set; } = -1;

    /// <summary>Without the first ones.</summary>
    [Parameter(ParameterSetName = "DefaultParameter")]
    [Parameter(ParameterSetName = "SkipLastParameter")]
    [ValidateRange(0, int.MaxValue)]
    public int Skip { get; set; }

    /// <summary>Without the last ones.</summary>
    [Parameter(ParameterSetName = "SkipLastParameter", Mandatory = true)]
    [ValidateRange(0, int.MaxValue)]
    public int SkipLast { get; set; }

    /// <summary>Does not stop what comes before when enough was seen.</summary>
    [Parameter(ParameterSetName = "DefaultParameter")]
    [Parameter(ParameterSetName = "IndexParameter")]
    public SwitchParameter Wait { get; set; }

    /// <summary>Those at these places.</summary>
    [Parameter(ParameterSetName = "IndexParameter", Mandatory = true)]
    [ValidateRange(0, int.MaxValue)]
    public int[]? Index { get; set; }

    /// <summary>Those at other places.</summary>
    [Parameter(ParameterSetName = "SkipIndexParameter", Mandatory = true)]
    [ValidateRange(0, int.MaxValue)]
    public int[]? SkipIndex { get; set; }

    /// <inheritdoc />
    protected override void BeginProcessing()
    {
        _specs = PropertySpec.ParseAll(this, Property);
        if (_specs.Count > 0 || ExcludeProperty is not null)
            _picker = new PropertyPicker(this, _specs, ExcludeProperty);
        if (Index is not null || SkipIndex is not null)
            _indices = [.. Index ?? SkipIndex!];
        if (First == 0 && Last < 0 && !Wait && MyInvocation.ExpectingInput)
            throw new StopUpstreamCommandsException(this);
    }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        if (InputObject is null || InputObject == System.Management.Automation.Internal.AutomationNull.Value)
            return;
        _position++;
        switch (ParameterSetName)
        {
            case "IndexParameter":
                TakeIndexed();
                break;
            case "SkipIndexParameter":
                if (!_indices!.Contains(_position))
                    Emit(InputObject);
                break;
            case "SkipLastParameter":
                TakeAllButLast();
                break;
            default:
                Take();
                break;
        }
    }

    /// <inheritdoc />
    protected override void EndProcessing()
    {
        if (Last >= 0)
        {
            // With -Last, -Skip counts from the end.
            int count = _held.Count - (First < 0 ? Skip : 0);
            for (int i = 0; i < count; i++)
                Emit(_held.Dequeue());
        }
    }

    private void Take()
    {
        if (First >= 0 || Last < 0)
        {
            if (_position < Skip)
                return;
            if (First < 0 || _written < First)
            {
                _written++;
                Emit(InputObject!);
                if (_written == First && Last < 0 && !Wait)
                    StopUpstream();
                return;
            }
        }

        if (Last >= 0)
        {
            _held.Enqueue(InputObject!);
            if (_held.Count > Last + (First < 0 ? Skip : 0))
                _held.Dequeue();
        }
    }

    private void TakeIndexed()
    {
        if (!_indices!.Contains(_position))
            return;
        Emit(InputObject!);
        if (_position == _indices.Max() && !Wait)
            StopUpstream();
    }

    private void TakeAllButLast()
    {
        if (_position < Skip)
            return;
        _held.Enqueue(InputObject!);
        if (_held.Count > SkipLast)
            Emit(_held.Dequeue());
    }

    private void StopUpstream()
    {
        if (MyInvocation.ExpectingInput)
            throw new StopUpstreamCommandsException(this);
    }

    private void Emit(PSObject item)
    {
        foreach (object? result in Project(item))
        {
            if (Unique && !IsNew(result))
                continue;
            WriteObject(result);
        }
    }

    private IEnumerable<object?> Project(PSObject item)
    {
        if (string.IsNullOrEmpty(ExpandProperty))
            return [_picker is null ? item : _picker.Pick(item)];
        return Expand(item);
    }

    private IEnumerable<object?> Expand(PSObject item)
    {
        var results = new PSPropertyExpression(ExpandProperty).GetValues(item, expand: true, eatExceptions: true);
        if (results.Count == 0)
        {
            var missing = new PSArgumentException($"Property \"{ExpandProperty}\" cannot be found.");
            WriteError(new ErrorRecord(missing, "ExpandPropertyNotFound", ErrorCategory.InvalidArgument, item));
            return [];
        }

        if (results.Count > 1)
        {
            var many = new PSArgumentException($"Multiple properties cannot be expanded.");
            WriteError(new ErrorRecord(many, "MutlipleExpandProperties", ErrorCategory.InvalidArgument, item));
            return [];
        }

        if (results[0].Exception is { } failure)
        {
            WriteError(new ErrorRecord(failure, "PropertyEvaluationExpand", ErrorCategory.InvalidResult, item));
            return [];
        }

        object? value = results[0].Result;
        IEnumerable<object?> values = LanguagePrimitives.GetEnumerable(value) is { } list ? list.Cast<object?>() : value is null ? [] : [value];
        return _picker is null ? values : values.Select(part => (object?)_picker.AddTo(part, item));
    }

    private bool IsNew(object? result)
    {
        PSObject candidate = PSObject.AsPSObject(result ?? string.Empty);
        var comparer = new ValueComparer(caseSensitive: !CaseInsensitive, System.Globalization.CultureInfo.CurrentCulture);
        foreach (PSObject seen in _seen)
        {
            if (candidate.BaseObject is PSCustomObject && seen.BaseObject is PSCustomObject ? SameProperties(candidate, seen, comparer) : comparer.Compare(candidate, seen) == 0)
                return false;
        }

        _seen.Add(candidate);
        return true;
    }

    private static bool SameProperties(PSObject left, PSObject right, ValueComparer comparer)
    {
        List<PSPropertyInfo> mine = [.. left.Properties.Where(property => !property.IsHidden)];
        return mine.Count == right.Properties.Count(property => !property.IsHidden)
            && mine.All(property => right.Properties[property.Name] is { } other && comparer.Compare(property.Value, other.Value) == 0);
    }
}
