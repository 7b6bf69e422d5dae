namespace ContainerPS.Engine.Build;

/// <summary>Variables in the order in which they were first set, perhaps above others.</summary>
internal sealed class VariableTable(IVariables? below = null) : IVariables
{
    // No program could be started with more, and values can be put into values.
    private const int MaxLength = 8 << 20;

    private readonly OrderedDictionary<string, string> _values = [];
    private long _length;

    /// <summary>Names and values, without those below.</summary>
    internal IReadOnlyDictionary<string, string> Values => _values;

    /// <inheritdoc/>
    public IEnumerable<string> Names => below is null ? _values.Keys : _values.Keys.Concat(below.Names);

    /// <inheritdoc/>
    public string? Find(string name) => _values.TryGetValue(name, out var value) ? value : below?.Find(name);

    /// <summary>Sets a variable.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="location">The instruction that sets it, or null when none does.</param>
    /// <exception cref="DockerfileException">The variables would be longer than any program can have them.</exception>
    internal void Set(string name, string value, SourceLocation? location = null)
    {
        _length += name.Length + value.Length - (_values.TryGetValue(name, out var before) ? name.Length + before.Length : 0);
        if (location is not null && _length > MaxLength)
            throw new DockerfileException(location, $"All variables together are longer than {MaxLength >> 20} MiB once '{(name.Length <= 60 ? name : name[..60] + "…")}' is set.");
        _values[name] = value;
    }
}
