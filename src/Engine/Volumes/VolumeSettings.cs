namespace ContainerPS;

/// <summary>What was asked of a new volume.</summary>
public sealed record VolumeSettings
{
    /// <summary>Name; null for an anonymous volume.</summary>
    public string? Name { get; init; }

    /// <summary>Driver; null for <c>local</c>.</summary>
    public string? Driver { get; init; }

    /// <summary>The driver's options.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>Metadata.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}
