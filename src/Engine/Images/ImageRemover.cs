using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>
/// Removes images by Docker's rules (moby daemon/images/image_delete.go), with one difference: an image that a container uses keeps its content,
/// even by force; it loses its names and can be removed when the container has gone.
/// </summary>
internal sealed class ImageRemover(IndexFile index, ImageCatalog catalog, UnreferencedContent unreferenced)
{
    /// <summary>Removes an image or one of its names. The caller holds the store's lock for writing.</summary>
    /// <param name="nameOrId">A name takes away that name, and the content with the last one; an id takes away all.</param>
    /// <param name="usedBy">The containers there are.</param>
    /// <param name="force">Also when a stopped container uses it, or when an id has several names.</param>
    /// <param name="grave">Where layers are put out of sight; the caller disposes it after letting go of the lock.</param>
    internal ImageRemoval Remove(string nameOrId, IReadOnlyCollection<ImageUser> usedBy, bool force, StagingFolder grave)
    {
        ImageRemoval? removal = null;
        var dropped = new List<IndexEntry>();
        index.Update(entries => Decide(entries, nameOrId, usedBy, force, dropped, out removal));
        if (dropped.Count > 0) DropContent(dropped, usedBy, grave);
        return removal!;
    }

    private IReadOnlyList<IndexEntry> Decide(IReadOnlyList<IndexEntry> entries, string nameOrId, IReadOnlyCollection<ImageUser> usedBy, bool force, List<IndexEntry> dropped, out ImageRemoval removal)
    {
        var found = new ImageFinder(catalog).FindOne(entries, nameOrId, out var byId);
        var id = catalog.Describe(found[0]).ImageId;
        var records = catalog.Describe(entries);
        var all = entries.Where((_, i) => records[i].ImageId == id).ToList();
        var users = usedBy.Where(user => user.ImageId == id).OrderByDescending(user => user.Running).ToList();
        var names = all.Where(entry => entry.Name is not null).ToList();

        // A name with a digest may stand for several tags of a repository: it takes them all.
        if (!byId && names.Count > found.Count)
        {
            removal = new ImageRemoval { ImageId = id, Untagged = [.. found.Select(entry => entry.Name!.ToFamiliarString())] };
            var others = entries.Where(entry => !found.Contains(entry)).ToList();
            // The same image under another manifest (its layers compressed otherwise): that one's blobs go with its last name.
            dropped.AddRange(found.Where(entry => !others.Exists(other => other.Manifest == entry.Manifest)));
            return others;
        }

        if (byId) CheckId(id, nameOrId, names, users, force);
        else if (users.Count > 0 && !force) throw InUse(nameOrId, users[0]);

        removal = new ImageRemoval
        {
            ImageId = id,
            Untagged = [.. names.Select(entry => entry.Name!.ToFamiliarString())],
            Deleted = users.Count > 0 ? [] : [id],
        };
        var rest = entries.Where(entry => !all.Contains(entry)).ToList();
        if (users.Count == 0)
        {
            dropped.AddRange(all);
            return rest;
        }

        // Content that a container stands on: every manifest stays, without a name.
        rest.AddRange(all.DistinctBy(entry => entry.Manifest).Select(entry => entry.WithName(null)));
        return rest;
    }

    private static void CheckId(string id, string asked, List<IndexEntry> names, List<ImageUser> users, bool force)
    {
        if (users.Count > 0 && (users[0].Running || !force || names.Count == 0)) throw InUse(asked, users[0], names.Count == 0);
        if (names.Count > 1 && !force)
        {
            throw new ImageInUseException(id, $"The image '{asked}' has {names.Count} names: {string.Join(", ", names.Select(entry => entry.Name!.ToFamiliarString()))}. "
                + "Remove it by one of them, or all of them with -Force.");
        }
    }

    private static ImageInUseException InUse(string asked, ImageUser user, bool nameless = false)
    {
        var state = user.Running ? "running" : "stopped";
        var advice = (user.Running, nameless) switch
        {
            (true, _) => "Stop and remove that container first.",
            (_, true) => "Remove that container first.",
            _ => "Remove that container first, or take the image's name away with -Force.",
        };
        return new ImageInUseException(asked, $"The image '{asked}' is used by the {state} container '{user.Container}'. {advice}");
    }

    private void DropContent(List<IndexEntry> dropped, IReadOnlyCollection<ImageUser> usedBy, StagingFolder grave)
    {
        var references = dropped.ConvertAll(catalog.ReferencesOf);
        unreferenced.Drop(references.SelectMany(reference => reference.Blobs), references.SelectMany(reference => reference.Layers), usedBy, grave);
    }
}
