namespace ContainerPS;

/// <summary>How an image is made of a container.</summary>
public sealed record CommitSettings
{
    /// <summary>Names of the image; none for one without a name. Without a tag, <c>latest</c> is meant.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Who made it.</summary>
    public string? Author { get; init; }

    /// <summary>Why it was made.</summary>
    public string? Message { get; init; }

    /// <summary>Instructions of a Dockerfile that change what the image says, such as <c>CMD ["nginx"]</c>.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>False to let the container's processes run meanwhile.</summary>
    public bool Pause { get; init; } = true;
}
