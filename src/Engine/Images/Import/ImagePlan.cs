using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>One image of an archive, before anything of it is taken in.</summary>
internal sealed record ImagePlan
{
    /// <summary>Config document.</summary>
    internal required byte[] Config { get; init; }

    /// <summary>Manifest document, or null when the archive has none and one is to be made.</summary>
    internal byte[]? Manifest { get; init; }

    /// <summary>Media type of <see cref="Manifest"/>.</summary>
    internal string? MediaType { get; init; }

    /// <summary>Layers, lowest first.</summary>
    internal required IReadOnlyList<LayerPlan> Layers { get; init; }

    /// <summary>Names it has in the archive.</summary>
    internal required IReadOnlyList<ImageReference> Names { get; init; }
}

/// <summary>One layer of an image, before it is taken in.</summary>
/// <param name="Name">What messages call it: its file's name in the archive.</param>
/// <param name="Blob">Digest of the blob to be.</param>
/// <param name="Size">Its size, or null when that is not known.</param>
/// <param name="DiffId">Digest of its tar.</param>
/// <param name="Chain">Chain id.</param>
internal sealed record LayerPlan(string Name, Digest Blob, long? Size, Digest DiffId, Digest Chain);
