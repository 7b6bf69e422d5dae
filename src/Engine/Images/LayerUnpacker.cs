using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>Sees to it that the layers of an image in the store are unpacked: those that another tool has put there are not.</summary>
internal sealed class LayerUnpacker(ContentStore content, LayerStore layers)
{
    /// <summary>Unpacks what is missing, and gives the folders, uppermost first. The caller keeps images from being removed.</summary>
    internal IReadOnlyList<string> Unpack(ImageManifest manifest, ImageConfig config, Digest digest)
    {
        var what = $"config of the image '{digest}'";
        var diffIds = ImageCatalog.DiffIds(config, what);
        if (diffIds.Count != manifest.Layers!.Count) throw new InvalidContentException($"The {what} lists {diffIds.Count} layers, and its manifest {manifest.Layers.Count}.", digest.ToString());
        var chains = LayerStore.ChainIds(diffIds);
        var paths = new List<string>(chains.Count);
        for (var i = 0; i < chains.Count; i++)
        {
            var record = layers.Find(chains[i]) ?? Unpack(Digest.Parse(manifest.Layers[i].Digest, $"The manifest '{digest}'"), diffIds[i], chains[i]);
            if (record.HidesLower) paths.Clear();
            paths.Add(layers.DiffOf(chains[i]));
        }

        paths.Reverse();
        return paths;
    }

    private LayerRecord Unpack(Digest blob, Digest diffId, Digest chain)
    {
        using var held = layers.Lock(chain, CancellationToken.None);
        // Somebody else may have unpacked it while this one waited.
        if (layers.Find(chain) is { } record) return record;
        using var folder = layers.Stage();
        var staged = LayerStore.Begin(folder);
        using var source = content.Open(blob);
        var result = LayerIngest.Run(source, null, staged.Diff, null, CancellationToken.None);
        if (result.Digest != blob) throw new InvalidContentException($"The blob '{blob}' in the store has the digest '{result.Digest}': it is damaged. Remove the image and import it again.", blob.ToString());
        if (result.DiffId != diffId) throw new InvalidContentException($"The layer '{blob}' unpacks to the diff id '{result.DiffId}', and the image's config says '{diffId}'.", blob.ToString());
        WriteBack.FileSystemOf(folder.Path);
        layers.Publish(staged, chain, result.Record);
        layers.FlushNames();
        return result.Record;
    }
}
