namespace ContainerPS.Engine.Images;

/// <summary>What to push.</summary>
public sealed class PushRequest
{
    /// <summary>The image's name, which says also where to.</summary>
    public required string Image { get; init; }

    /// <summary>All tags of the repository.</summary>
    public bool AllTags { get; init; }

    /// <summary>Told of each request to a registry; called by several threads.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>How long and how often the network is tried.</summary>
    internal Registries.TransferLimits? Limits { get; init; }
}
