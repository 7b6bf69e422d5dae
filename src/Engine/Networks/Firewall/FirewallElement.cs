namespace ContainerPS.Engine.Networks;

/// <summary>What is in a set, or in a map.</summary>
/// <param name="key">What packets are compared with: one word, or several at once.</param>
/// <param name="data">What a map gives for it; nothing in a set.</param>
internal sealed class FirewallElement(FirewallWord[] key, FirewallWord[] data) : IEquatable<FirewallElement>
{
    /// <summary>What packets are compared with.</summary>
    internal IReadOnlyList<FirewallWord> Key { get; } = key;

    /// <summary>What a map gives for it.</summary>
    internal IReadOnlyList<FirewallWord> Data { get; } = data;

    /// <summary>As nft writes it.</summary>
    internal string Text { get; } = data.Length == 0 ? Join(key) : $"{Join(key)} : {Join(data)}";

    /// <inheritdoc/>
    public bool Equals(FirewallElement? other) => other?.Text == Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FirewallElement);

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    private static string Join(FirewallWord[] words) => string.Join(" . ", words.Select(static word => word.Text));
}
