using ContainerPS.Engine.Events;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

public sealed partial class ImageStore
{
    /// <summary>What images take, and which of them each name belongs to.</summary>
    internal ImageSizes Sizes()
    {
        var entries = _index.Read();
        var records = _catalog.Describe(entries);
        return new ImageSizes(entries.Select((entry, i) => (records[i].ImageId, entry)), _catalog, _content, _layers);
    }

    /// <summary>Blobs and layers that nothing refers to, and what pulls have left in part.</summary>
    /// <param name="usedBy">Asked for the containers there are once nobody can add or remove images.</param>
    internal UnreferencedItems FindUnreferenced(Func<IReadOnlyCollection<ImageUser>> usedBy)
    {
        using var held = _locks.Remove();
        return _unreferenced.Find(usedBy()) with { Partial = new PartialBlobs(_paths).Abandoned() };
    }

    /// <summary>Bytes of those of the given layers that nothing but builds' cache refers to.</summary>
    /// <param name="chains">The layers.</param>
    /// <param name="usedBy">Asked for the containers there are once nobody can add or remove images.</param>
    internal long SizeOfCached(IEnumerable<Digest> chains, Func<IReadOnlyCollection<ImageUser>> usedBy)
    {
        using var held = _locks.Remove();
        return _unreferenced.SizeOfUnused(chains, usedBy());
    }

    /// <summary>Removes steps that are kept for builds, and those of their layers that nothing else refers to.</summary>
    /// <param name="steps">The files that keep them, and what they keep.</param>
    /// <param name="usedBy">Asked for the containers there are once nobody can create one any more.</param>
    internal void RemoveCached(IReadOnlyCollection<(FileInfo File, CachedStep Step)> steps, Func<IReadOnlyCollection<ImageUser>> usedBy)
    {
        using var grave = _layers.Stage();
        using var held = _locks.Remove();
        var (blobs, chains) = (new List<Digest>(), new List<Digest>());
        foreach (var (file, step) in steps)
        {
            file.Delete();
            if (Digest.TryParse(step.DiffId, out var blob)) blobs.Add(blob);
            if (Digest.TryParse(step.Chain, out var chain)) chains.Add(chain);
        }

        _unreferenced.Drop(blobs, chains, usedBy(), grave);
    }

    /// <summary>Removes images of which still nobody makes use, with all their names, and, when asked to, all that nothing refers to.</summary>
    /// <param name="imageIds">The images.</param>
    /// <param name="content">True to remove also what nothing refers to.</param>
    /// <param name="usedBy">Asked for the containers there are once nobody can create one any more.</param>
    /// <returns>Ids of the images that are gone.</returns>
    internal IReadOnlyList<string> RemoveUnused(IReadOnlyCollection<string> imageIds, bool content, Func<IReadOnlyCollection<ImageUser>> usedBy)
    {
        using var grave = _layers.Stage();
        using var held = _locks.Remove();
        var users = usedBy();
        var going = imageIds.Except(users.Select(user => user.ImageId)).ToHashSet(StringComparer.Ordinal);
        var dropped = new List<IndexEntry>();
        _index.Update(entries =>
        {
            var records = _catalog.Describe(entries);
            dropped.AddRange(entries.Where((_, i) => going.Contains(records[i].ImageId)));
            return dropped.Count == 0 ? entries : [.. entries.Where((_, i) => !going.Contains(records[i].ImageId))];
        });
        var references = dropped.ConvertAll(_catalog.ReferencesOf);
        _unreferenced.Drop(references.SelectMany(reference => reference.Blobs), references.SelectMany(reference => reference.Layers), users, grave);
        foreach (var id in going) _events.Write(ContainerEventType.Image, EventAction.Delete, id);
        if (!content) return [.. going];
        _unreferenced.Delete(_unreferenced.Find(users), grave);
        new PartialBlobs(_paths).Clear();
        return [.. going];
    }

    /// <summary>Verifies all images, blobs and layers, and puts right what can be.</summary>
    /// <param name="repair">True to repair.</param>
    /// <param name="usedBy">The containers there are; null when not all of them are known, and then nothing is removed for being unreferenced.</param>
    /// <param name="progress">Told how far it has come, on the calling thread.</param>
    /// <param name="cancellation">Gives up.</param>
    internal IReadOnlyList<StoreProblem> Check(bool repair, Func<IReadOnlyCollection<ImageUser>?> usedBy, IProgress<StoreCheckProgress>? progress, CancellationToken cancellation)
    {
        var checker = new StoreChecker(_paths, _content, _layers, _index, _catalog, progress, cancellation);
        using (LockShared()) checker.Check(usedBy() ?? []);
        using (var grave = _layers.Stage())
        using (_locks.Remove())
        {
            var users = usedBy();
            if (!checker.HasNoIndex && users is not null) checker.AddUnreferenced(_unreferenced.Find(users));
            if (repair) checker.Repair(users, grave);
        }

        // With an index again, all that hangs on it can be looked at.
        return repair && checker.HasNoIndex ? [.. checker.Problems, .. Check(repair, usedBy, progress, cancellation)] : [.. checker.Problems];
    }
}
