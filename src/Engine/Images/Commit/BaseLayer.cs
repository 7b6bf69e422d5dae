using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>A layer of an image on top of which another is made.</summary>
/// <param name="Descriptor">What the new manifest says of it.</param>
/// <param name="Blob">Its blob.</param>
/// <param name="DiffId">Digest of its tar.</param>
/// <param name="Chain">Chain id of it and those below.</param>
internal sealed record BaseLayer(Descriptor Descriptor, Digest Blob, Digest DiffId, Digest Chain)
{
    /// <summary>The layers of an image, lowest first.</summary>
    internal static IReadOnlyList<BaseLayer> Of(ImageManifest manifest, ImageConfig config, Digest digest)
    {
        var diffIds = ImageCatalog.DiffIds(config, $"config of the image '{digest}'");
        if (diffIds.Count != manifest.Layers!.Count)
            throw new InvalidContentException($"The config of the image '{digest}' lists {diffIds.Count} layers, and its manifest {manifest.Layers.Count}.", digest.ToString());
        var chains = LayerStore.ChainIds(diffIds);
        var layers = new BaseLayer[diffIds.Count];
        for (var i = 0; i < layers.Length; i++)
        {
            var descriptor = manifest.Layers[i];
            layers[i] = new BaseLayer(descriptor with { MediaType = OciTypeOf(descriptor.MediaType) }, Digest.Parse(descriptor.Digest, $"The manifest '{digest}'"), diffIds[i], chains[i]);
        }

        return layers;
    }

    // The same bytes have another name in Docker's manifests than in OCI's, which is what is written here.
    private static string? OciTypeOf(string? type) => type switch
    {
        MediaTypes.DockerLayerGzip => MediaTypes.OciLayerGzip,
        MediaTypes.DockerLayer => MediaTypes.OciLayer,
        _ => type,
    };
}
