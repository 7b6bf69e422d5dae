using System.Text.Json;
using ContainerPS.Engine.Images;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Build;

/// <summary>Makes an image of a stage.</summary>
internal static class ImageAssembler
{
    /// <summary>Adds it to the store.</summary>
    /// <param name="session">The build.</param>
    /// <param name="state">The stage.</param>
    /// <param name="names">Names of the image.</param>
    internal static Image Make(BuildSession session, BuildState state, IReadOnlyList<ImageReference> names)
    {
        var layers = new LayerMaker(session);
        foreach (var layer in state.Layers) layers.ProvideBlob(layer);
        var history = HistoryTimes.Fill(state.History, session.LatestTime);
        var config = state.Draft.Config;
        if (session.Settings.Labels.Count > 0)
        {
            config.Labels ??= [];
            foreach (var (key, value) in session.Settings.Labels) config.Labels[key] = value;
        }

        var document = JsonSerializer.SerializeToUtf8Bytes(
            new ImageConfig
            {
                Created = history.Count == 0 ? null : history[^1].Created,
                Author = state.Draft.Author,
                Architecture = state.Platform.Architecture,
                Variant = state.Platform.Variant,
                Os = state.Platform.Os,
                Config = config,
                Rootfs = new RootFs { Type = "layers", DiffIds = [.. state.Layers.Select(static layer => layer.DiffId.ToString())] },
                History = history,
            },
            OciJson.Default.ImageConfig);
        var transaction = session.Transaction;
        List<Descriptor> descriptors = [.. state.Layers.Select(layer => layer.Descriptor ?? transaction.DescriptorOf(layer.DiffId))];
        var manifest = transaction.AddManifest(transaction.AddDocument(document), document.Length, descriptors, state.Platform);
        return session.Images.Publish(transaction, manifest, names) ?? throw new InvalidContentException("Something that the image is made of was removed from the store meanwhile. Build again.");
    }
}
