using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Objects that have the same values.</summary>
public class GroupInfo
{
    internal GroupInfo(ArrayList values, string name)
    {
        Values = values;
        Name = name;
    }

    /// <summary>The values they share.</summary>
    public ArrayList Values { get; }

    /// <summary>How many there are.</summary>
    public int Count { get; internal set; }

    /// <summary>The objects.</summary>
    public Collection<PSObject> Group { get; } = [];

    /// <summary>The values as text.</summary>
    public string Name { get; }
}

/// <summary>How many objects have the same values.</summary>
public sealed class GroupInfoNoElement : GroupInfo
{
    internal GroupInfoNoElement(ArrayList values, string name)
        : base(values, name)
    {
    }
}

/// <summary>Group-Object.</summary>
[Cmdlet(VerbsData.Group, "Object", DefaultParameterSetName = "HashTable")]
[OutputType(typeof(Hashtable), typeof(GroupInfo))]
public sealed class GroupObjectCommand : ObjectInputCommand
{
    /// <summary>What to group by.</summary>
    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    /// <summary>Counts alone.</summary>
    [Parameter]
    public SwitchParameter NoElement { get; set; }

    /// <summary>A table from the value to the objects.</summary>
    [Parameter(ParameterSetName = "HashTable")]
    [Alias("AHT")]
    public SwitchParameter AsHashTable { get; set; }

    /// <summary>The table's keys are texts.</summary>
    [Parameter(ParameterSetName = "HashTable")]
    public SwitchParameter AsString { get; set; }

    /// <summary>Upper and lower case differ.</summary>
    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    /// <summary>The culture whose order counts.</summary>
    [Parameter]
    public string? Culture { get; set; }

    /// <inheritdoc />
    protected override void EndProcessing()
    {
        List<PropertySpec> specs = PropertySpec.ParseAll(this, Property);
        var comparer = new ValueComparer(CaseSensitive, ValueComparer.CultureOf(Culture));
        var groups = new List<(object?[] Keys, List<PSObject> Items)>();
        foreach (PSObject item in Items)
        {
            object?[] keys = specs.Count == 0 ? [item] : [.. specs.Select(spec => spec.ValueOf(item))];
            int index = groups.FindIndex(group => group.Keys.SequenceEqual(keys, comparer));
            if (index < 0)
                groups.Add((keys, [item]));
            else
                groups[index].Items.Add(item);
        }

        if (AsHashTable)
        {
            WriteTable(groups);
            return;
        }

        foreach ((object?[] keys, List<PSObject> items) in groups.OrderBy(group => group.Keys, new KeysComparer(comparer)))
            WriteObject(ToInfo(keys, items));
    }

    private void WriteTable(List<(object?[] Keys, List<PSObject> Items)> groups)
    {
        Hashtable table = CaseSensitive ? [] : new Hashtable(StringComparer.CurrentCultureIgnoreCase);
        foreach ((object?[] keys, List<PSObject> items) in groups)
        {
            object key = AsString || keys.Length > 1 ? NameOf(keys) : PSObject.Base(keys[0]) ?? string.Empty;
            table.Add(key, new Collection<PSObject>(items));
        }

        WriteObject(table);
    }

    private GroupInfo ToInfo(object?[] keys, List<PSObject> items)
    {
        var values = new ArrayList(keys.Select(PSObject.Base).ToArray());
        if (NoElement)
            return new GroupInfoNoElement(values, NameOf(keys)) { Count = items.Count };
        var info = new GroupInfo(values, NameOf(keys)) { Count = items.Count };
        foreach (PSObject item in items)
            info.Group.Add(item);
        return info;
    }

    private static string NameOf(object?[] keys) => string.Join(", ", keys.Select(TextOf));

    private static string TextOf(object? key) => PSObject.Base(key) switch
    {
        null => string.Empty,
        ICollection list => "{" + string.Join(", ", list.Cast<object?>().Select(TextOf)) + "}",
        _ => PSObject.AsPSObject(key!).ToString(),
    };

    private sealed class KeysComparer(ValueComparer comparer) : IComparer<object?[]>
    {
        public int Compare(object?[]? x, object?[]? y)
        {
            for (int i = 0; i < x!.Length; i++)
            {
                int result = comparer.Compare(x[i], y![i]);
                if (result != 0)
                    return result;
            }

            return 0;
        }
    }
}
