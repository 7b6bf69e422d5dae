namespace ContainerPS;

/// <summary>What removing an image has done.</summary>
public sealed class ImageRemoval
{
    /// <summary>The image.</summary>
    internal string ImageId { get; init; } = "";

    /// <summary>Names that were taken away.</summary>
    public IReadOnlyList<string> Untagged { get; init; } = [];

    /// <summary>Ids of images whose content is gone.</summary>
    public IReadOnlyList<string> Deleted { get; init; } = [];
}

/// <summary>A container that uses an image.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="Container">The container's name.</param>
/// <param name="Running">True when it runs.</param>
public sealed record ImageUser(string ImageId, string Container, bool Running)
{
    /// <summary>Folders of the layers it stands on.</summary>
    public IReadOnlyList<string> LayerPaths { get; init; } = [];
}
