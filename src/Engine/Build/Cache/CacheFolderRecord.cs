namespace ContainerPS.Engine.Build;

/// <summary>What is known of a folder that builds share.</summary>
internal sealed record CacheFolderRecord
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }
}
