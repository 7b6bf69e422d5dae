using ContainerPS.Engine.Events;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

public sealed partial class ImageStore
{
    /// <summary>Gives an image another name; another image that had it loses it, and stays without a name when it was its last.</summary>
    /// <param name="nameOrId">The image.</param>
    /// <param name="name">The name; without a tag, <c>latest</c> is meant.</param>
    /// <returns>The image under its new name.</returns>
    /// <exception cref="ImageNotFoundException">There is no such image.</exception>
    /// <exception cref="InvalidReferenceException">The name is not an image name.</exception>
    public Image Tag(string nameOrId, string name)
    {
        var reference = ImageReference.Parse(name);
        if (reference.Digest is not null) throw new InvalidSettingException("Name", name, $"The name '{name}' has a digest; a digest follows from the content and cannot be given.");
        reference = reference.WithDefaultTag();
        using var held = LockShared();
        IndexEntry? tagged = null;
        _index.Update(entries =>
        {
            var entry = _finder.FindOne(entries, nameOrId, out _)[0];
            var manifest = new StagedManifest(entry.Manifest, entry.Descriptor.Size, entry.Descriptor.MediaType ?? Oci.MediaTypes.OciManifest, entry.Descriptor.Platform);
            var changed = IndexChanges.Add(entries, manifest, [reference]);
            tagged = changed.First(other => other.Manifest == entry.Manifest && reference.Equals(other.Name));
            return changed;
        });
        return Tell(EventAction.Tag, _catalog.Describe(tagged!).Named(tagged!));
    }

    /// <summary>How an image was made, the last step first.</summary>
    /// <exception cref="ImageNotFoundException">There is no such image.</exception>
    /// <exception cref="InvalidContentException">The store lacks a part of it, or it is damaged.</exception>
    public IReadOnlyList<ImageHistoryEntry> History(string nameOrId)
    {
        var entries = _index.Read();
        var entry = _finder.FindOne(entries, nameOrId, out _)[0];
        var (manifest, digest) = _catalog.ReadManifest(entry);
        var config = _catalog.ReadConfig(manifest, digest);
        var diffIds = ImageCatalog.DiffIds(config, $"config of the image '{digest}'");
        var chains = LayerStore.ChainIds(diffIds);
        // Not unpacked yet, a layer has no size but its blob's.
        var sizes = chains.Select((chain, i) => _layers.Find(chain)?.Size ?? manifest.Layers!.ElementAtOrDefault(i)?.Size ?? 0).ToList();
        var names = entries.Where(other => other.Manifest == entry.Manifest && other.Name is not null).Select(other => other.Name!.ToFamiliarString()).ToList();
        return ImageHistory.Of(config, diffIds, sizes, manifest.Config!.Digest!, names);
    }
}
