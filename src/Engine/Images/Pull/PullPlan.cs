using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>What is to be fetched for one name, after the documents have come and before any layer has.</summary>
internal sealed class PullPlan
{
    /// <summary>The documents that are to be kept: index, manifests, configs.</summary>
    internal List<byte[]> Documents { get; } = [];

    /// <summary>Layers that are to be kept and unpacked, lowest first.</summary>
    internal List<PulledLayer> Layers { get; } = [];

    /// <summary>Blobs that are only to be kept: layers for other machines, attestations.</summary>
    internal List<PulledLayer> Blobs { get; } = [];

    /// <summary>What is named in the end.</summary>
    internal required StagedManifest Top { get; init; }

    /// <summary>The digest that the registry gave for what was asked.</summary>
    internal required Digest Asked { get; init; }
}

/// <summary>One layer.</summary>
/// <param name="Plan">Digests.</param>
/// <param name="Urls">Where its publisher keeps it, when registries may not have it.</param>
internal sealed record PulledLayer(LayerPlan Plan, IReadOnlyList<string> Urls);
