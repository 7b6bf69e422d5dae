
namespace ContainerPS.Engine.Images;

/// <summary>Changes of the index as Docker makes them; pure functions from entries to entries.</summary>
internal static class IndexChanges
{
    /// <summary>Adds a manifest under names, or under none. A name that another image had is taken from it; when it was its last, that image stays without one.</summary>
    internal static IReadOnlyList<IndexEntry> Add(IReadOnlyList<IndexEntry> entries, StagedManifest manifest, IReadOnlyList<ImageReference> names)
    {
        var result = entries.ToList();
        foreach (var name in names)
        {
            var owner = result.FindIndex(entry => name.Equals(entry.Name));
            if (owner >= 0 && result[owner].Manifest == manifest.Digest) continue;
            var added = IndexEntry.For(manifest, name);
            if (owner < 0)
            {
                result.Add(added);
                continue;
            }

            var loser = result[owner];
            result[owner] = added;
            if (!result.Exists(entry => entry.Manifest == loser.Manifest)) result.Add(loser.WithName(null));
        }

        if (names.Count > 0) result.RemoveAll(entry => entry.Manifest == manifest.Digest && entry.Name is null);
        else if (!result.Exists(entry => entry.Manifest == manifest.Digest)) result.Add(IndexEntry.For(manifest, null));
        return result.SequenceEqual(entries) ? entries : result;
    }
}
