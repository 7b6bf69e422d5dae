namespace ContainerPS;

/// <summary>An image that a registry has.</summary>
public sealed class ImageSearchResult
{
    /// <summary>The registry.</summary>
    public required string Registry { get; init; }

    /// <summary>The repository in it.</summary>
    public required string Name { get; init; }

    /// <summary>Its tags, when they were asked for.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The name to pull it by, without a tag.</summary>
    public string Image => $"{Registry}/{Name}";

    /// <inheritdoc/>
    public override string ToString() => Image;
}
