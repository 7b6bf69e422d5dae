using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>Brings an image's history and its layers together; a pure function.</summary>
internal static class ImageHistory
{
    /// <summary>The steps, the last one first.</summary>
    /// <param name="config">The image's config.</param>
    /// <param name="diffIds">Its layers, lowest first.</param>
    /// <param name="sizes">The bytes of their files, in the same order.</param>
    /// <param name="imageId">The image.</param>
    /// <param name="names">The names it has.</param>
    /// <remarks>Histories are written by many tools, and some leave out steps: a layer that no step accounts for is a step of which nothing is known.</remarks>
    internal static IReadOnlyList<ImageHistoryEntry> Of(ImageConfig config, IReadOnlyList<Digest> diffIds, IReadOnlyList<long> sizes, string imageId, IReadOnlyList<string> names)
    {
        var steps = new List<(History? Step, int Layer)>();
        var layer = 0;
        foreach (var step in config.History ?? [])
            steps.Add((step, step?.EmptyLayer == true || layer == diffIds.Count ? -1 : layer++));
        while (layer < diffIds.Count) steps.Add((null, layer++));
        if (steps.Count == 0) steps.Add((null, -1));

        var entries = new List<ImageHistoryEntry>(steps.Count);
        for (var i = steps.Count - 1; i >= 0; i--)
        {
            var (step, index) = steps[i];
            var last = i == steps.Count - 1;
            entries.Add(new ImageHistoryEntry
            {
                ImageId = last ? imageId : null,
                Names = last ? names : [],
                Created = step?.Created,
                CreatedBy = Filled(step?.CreatedBy),
                Author = Filled(step?.Author),
                Comment = Filled(step?.Comment),
                Size = index < 0 ? 0 : sizes[index],
                Layer = index < 0 ? null : diffIds[index].ToString(),
            });
        }

        return entries;
    }

    private static string? Filled(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
