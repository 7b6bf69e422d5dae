namespace ContainerPS.Engine;

/// <summary>A dictionary that is readable as one text: <c>key=value; key=value</c>, by keys.</summary>
internal sealed class ReadableMap<T> : Dictionary<string, T>
{
    private ReadableMap(IReadOnlyDictionary<string, T> items)
        : base(items, StringComparer.Ordinal)
    {
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join(ReadableText.Separator, Keys.Order(StringComparer.Ordinal).Select(key => $"{key}={this[key]}"));

    /// <summary>A dictionary with nothing in it.</summary>
    internal static ReadableMap<T> Empty() => new(new Dictionary<string, T>());

    /// <summary>Makes a dictionary readable.</summary>
    internal static ReadableMap<T> Of(IReadOnlyDictionary<string, T> items) => items as ReadableMap<T> ?? new ReadableMap<T>(items);
}
