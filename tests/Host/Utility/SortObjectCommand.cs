using System.Globalization;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Sort-Object.</summary>
[Cmdlet("Sort", "Object", DefaultParameterSetName = "Default")]
public sealed class SortObjectCommand : ObjectInputCommand
{
    /// <summary>What to sort by.</summary>
    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    /// <summary>Largest first.</summary>
    [Parameter]
    public SwitchParameter Descending { get; set; }

    /// <summary>One of those that are equal.</summary>
    [Parameter]
    public SwitchParameter Unique { get; set; }

    /// <summary>Upper and lower case differ.</summary>
    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    /// <summary>The culture whose order counts.</summary>
    [Parameter]
    public string? Culture { get; set; }

    /// <summary>Only the first ones.</summary>
    [Parameter(ParameterSetName = "Top", Mandatory = true)]
    [ValidateRange(1, int.MaxValue)]
    public int Top { get; set; }

    /// <summary>Only the last ones.</summary>
    [Parameter(ParameterSetName = "Bottom", Mandatory = true)]
    [ValidateRange(1, int.MaxValue)]
    public int Bottom { get; set; }

    /// <summary>Equal objects keep their order, as they do anyway.</summary>
    [Parameter(ParameterSetName = "Default")]
    public SwitchParameter Stable { get; set; }

    /// <inheritdoc />
    protected override void EndProcessing()
    {
        var comparer = new ValueComparer(CaseSensitive, ValueComparer.CultureOf(Culture));
        List<PropertySpec> specs = PropertySpec.ParseAll(this, Property);
        List<Entry> entries = [.. Items.Select(item => new Entry(item, KeysOf(item, specs)))];
        int Order(Entry left, Entry right)
        {
            for (int i = 0; i < left.Keys.Length; i++)
            {
                int result = comparer.Compare(left.Keys[i], right.Keys[i]);
                if (result != 0)
                    return (specs.Count > 0 ? specs[i].Descending : null) ?? Descending ? -result : result;
            }

            return 0;
        }

        IEnumerable<Entry> sorted = entries.Order(Comparer<Entry>.Create(Order));
        if (Unique)
            sorted = Distinct(sorted, Order);
        if (Top > 0)
            sorted = sorted.Take(Top);
        else if (Bottom > 0)
            sorted = sorted.TakeLast(Bottom);
        foreach (Entry entry in sorted)
            WriteObject(entry.Item);
    }

    private static object?[] KeysOf(PSObject item, List<PropertySpec> specs) =>
        specs.Count == 0 ? [item] : [.. specs.Select(spec => spec.ValueOf(item))];

    private static IEnumerable<Entry> Distinct(IEnumerable<Entry> sorted, Comparison<Entry> order)
    {
        Entry? previous = null;
        foreach (Entry entry in sorted)
        {
            if (previous is null || order(previous, entry) != 0)
                yield return entry;
            previous = entry;
        }
    }

    private sealed record Entry(PSObject Item, object?[] Keys);
}
