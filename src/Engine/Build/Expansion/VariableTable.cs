namespace ContainerPS.Engine.Build;

/// <summary>Variables in the order in which they were first set, perhaps above others.</summary>
internal sealed class VariableTable(IVariables? below = null) : IVariables
{
    private readonly OrderedDictionary<string, string> _values = [];

    /// <summary>Names and values, without those below.</summary>
    internal IReadOnlyDictionary<string, string> Values => _values;

    /// <inheritdoc/>
    public IEnumerable<string> Names => below is null ? _values.Keys : _values.Keys.Concat(below.Names);

    /// <inheritdoc/>
    public string? Find(string name) => _values.TryGetValue(name, out var value) ? value : below?.Find(name);

    /// <summary>Sets a variable.</summary>
    internal void Set(string name, string value) => _values[name] = value;
}
