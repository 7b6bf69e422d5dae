namespace ContainerPS.Engine.Build;

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
