namespace ContainerPS.Engine.Build;

/// <summary>What <c>runcs step</c> is to run, besides the OCI spec.</summary>
internal sealed record StepDocument
{
    /// <summary>Names the cgroup.</summary>
    public required string Id { get; init; }

    /// <summary>Folders of the stage's files, uppermost first.</summary>
    public required IReadOnlyList<string> Lower { get; init; }

    /// <summary>Folder that takes the changes.</summary>
    public required string Upper { get; init; }

    /// <summary>Overlay's own folder.</summary>
    public required string Work { get; init; }

    /// <summary>Folder on which the root is mounted, where nobody else sees it.</summary>
    public required string Bundle { get; init; }

    /// <summary>Folder of the folders that builds share.</summary>
    public required string SharedFolder { get; init; }

    /// <summary>Folder of layers.</summary>
    public required string LayersFolder { get; init; }
}
