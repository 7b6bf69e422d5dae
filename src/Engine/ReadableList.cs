using System.Collections.ObjectModel;

namespace ContainerPS.Engine;

/// <summary>A list that is readable as one text, as Export-Csv and string interpolation write it, not the name of a type.</summary>
internal sealed class ReadableList<T> : ReadOnlyCollection<T>
{
    private readonly string _separator;

    private ReadableList(IList<T> items, string separator)
        : base(items) => _separator = separator;

    /// <summary>A list with nothing in it.</summary>
    internal static ReadableList<T> None { get; } = new([], ReadableText.Separator);

    /// <inheritdoc/>
    public override string ToString() => string.Join(_separator, this);

    /// <summary>Makes a list readable; its items are separated by semicolons.</summary>
    internal static ReadableList<T> Of(IReadOnlyList<T> items) => Of(items, ReadableText.Separator);

    /// <summary>Makes a list readable.</summary>
    internal static ReadableList<T> Of(IReadOnlyList<T> items, string separator) =>
        items as ReadableList<T> is { } readable && readable._separator == separator ? readable
        : items.Count == 0 ? None
        : new ReadableList<T>(items as IList<T> ?? [.. items], separator);
}
