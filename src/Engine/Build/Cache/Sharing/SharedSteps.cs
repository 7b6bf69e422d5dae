using ContainerPS.Engine.Storage;

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

/// <summary>One step.</summary>
internal sealed record SharedStep
{
    /// <summary>What its result follows from.</summary>
    public required string Key { get; init; }

    /// <summary>Diff id of its layer, which is the digest of the blob, too.</summary>
    public required string DiffId { get; init; }

    /// <summary>When it was done.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The instruction, for people.</summary>
    public required string Text { get; init; }
}

/// <summary>A step that a build has done or found.</summary>
/// <param name="Key">What its result follows from.</param>
/// <param name="Layer">Its layer.</param>
/// <param name="Text">The instruction.</param>
internal sealed record UsedStep(Digest Key, BuildLayer Layer, string Text);
