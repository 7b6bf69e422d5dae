using ContainerPS.Engine.Images;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Containers;

/// <summary>Images by which containers are looked for.</summary>
/// <param name="Pattern">What was asked for.</param>
/// <param name="Ids">Ids of the images in the store that are meant.</param>
/// <param name="Layers">Chain ids of their uppermost layers: who stands on one was made of the image, or of one that was built on it.</param>
internal sealed record Ancestor(string Pattern, IReadOnlySet<string> Ids, IReadOnlySet<string> Layers)
{
    /// <summary>Finds what is meant; an image that has gone from the store is known by the name that containers were created with.</summary>
    internal static Ancestor Find(string pattern, ImageStore images)
    {
        IReadOnlyList<Image> found;
        try
        {
            found = images.Find(pattern);
        }
        catch (ImageNotFoundException)
        {
            found = [];
        }

        return new Ancestor(
            pattern,
            found.Select(image => image.ImageId).ToHashSet(),
            found.Where(image => image.Layers.Count > 0).Select(image => LayerStore.ChainIds([.. image.Layers.Select(layer => Digest.Parse(layer, image.Name))])[^1].Hex).ToHashSet());
    }

    /// <summary>True when a container was made of such an image, or of one that was built on it.</summary>
    internal bool IsOf(Container container) =>
        Ids.Contains(container.ImageId)
        || Wildcard.Fits(Pattern, container.Image)
        || container.LowerPath.Any(path => Path.GetFileName(Path.GetDirectoryName(path)) is { } chain && Layers.Contains(chain));
}
