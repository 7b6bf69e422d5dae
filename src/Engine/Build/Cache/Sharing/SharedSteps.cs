namespace ContainerPS.Engine.Build;

/// <summary>
/// The document with the steps that a build gives to others: the config of an OCI manifest, whose layers are those of the steps, as plain tars.
/// </summary>
internal sealed record SharedSteps
{
    /// <summary>Media type of the document.</summary>
    internal const string MediaType = "application/vnd.containerps.build-cache.v1+json";

    /// <summary>The steps.</summary>
    public required IReadOnlyList<SharedStep> Steps { get; init; }
}
