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

    /// <summary>What its makers say of it, when the registry tells.</summary>
    public string? Description { get; init; }

    /// <summary>How many like it, when the registry tells.</summary>
    public int? Stars { get; init; }

    /// <summary>True for Docker Hub's own images.</summary>
    public bool IsOfficial { get; init; }

    /// <summary>The name to pull it by, without a tag.</summary>
    public string Image => ImageReference.TryParse($"{Registry}/{Name}")?.ToFamiliarString() ?? $"{Registry}/{Name}";

    /// <inheritdoc/>
    public override string ToString() => Image;
}

/// <summary>A registry with which an account has been verified.</summary>
public sealed class ImageRegistry
{
    /// <summary>Host and port.</summary>
    public required string Registry { get; init; }

    /// <summary>Name of the account, or null when it is a token.</summary>
    public string? UserName { get; init; }

    /// <summary>The file or program that keeps it.</summary>
    public required string KeptBy { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Registry;
}
