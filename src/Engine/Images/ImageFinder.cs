using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>Finds index entries by what users write: name, name with wildcards, repository, id, or the beginning of an id.</summary>
internal sealed class ImageFinder(ImageCatalog catalog)
{
    private const int ShortestPrefix = 1;

    /// <summary>All entries that a pattern means; none when a pattern with wildcards fits nothing.</summary>
    /// <exception cref="ImageNotFoundException">A literal that fits nothing.</exception>
    internal IReadOnlyList<IndexEntry> Find(IReadOnlyList<IndexEntry> entries, string pattern) => Find(entries, pattern, out _);

    /// <inheritdoc cref="Find(IReadOnlyList{IndexEntry}, string)"/>
    internal IReadOnlyList<IndexEntry> Find(IReadOnlyList<IndexEntry> entries, string pattern, out bool byId)
    {
        byId = false;
        if (ImageReference.TryParse(pattern) is { } name)
        {
            var named = name.Tag is null && name.Digest is null
                ? [.. entries.Where(entry => entry.Name?.Repository == name.Repository)]
                : ByName(entries, name);
            if (named.Count > 0) return named;
        }
        else if (Wildcard.IsPattern(pattern))
        {
            return [.. entries.Where(entry => FitsName(entry, pattern))];
        }

        byId = true;
        return ById(entries, pattern) is { Count: > 0 } found ? found : throw new ImageNotFoundException(pattern);
    }

    /// <summary>The entries of one image: one when it is named with a tag, all of its names when an id is given.</summary>
    /// <remarks>A name without a tag means <c>latest</c>, and a name comes before the beginning of an id, as with Docker.</remarks>
    internal IReadOnlyList<IndexEntry> FindOne(IReadOnlyList<IndexEntry> entries, string nameOrId, out bool byId)
    {
        byId = false;
        if (ImageReference.TryParse(nameOrId) is { } name && ByName(entries, name.WithDefaultTag()) is { Count: > 0 } named) return named;
        byId = true;
        return ById(entries, nameOrId) is { Count: > 0 } found ? found : throw new ImageNotFoundException(nameOrId);
    }

    private static List<IndexEntry> ByName(IReadOnlyList<IndexEntry> entries, ImageReference name) =>
    [
        .. entries.Where(entry => entry.Name is { } has && has.Repository == name.Repository
            && (name.Digest is null ? has.Tag == name.Tag : entry.Manifest.ToString() == name.Digest || has.Digest == name.Digest)),
    ];

    private static bool FitsName(IndexEntry entry, string pattern) => entry.Name is { } name
        && (Wildcard.Fits(pattern, name.FamiliarRepository) || Wildcard.Fits(pattern, name.ToFamiliarString()) || Wildcard.Fits(pattern, name.ToString())
            || Wildcard.Fits(pattern, $"{name.FamiliarRepository}@{entry.Manifest}"));

    private List<IndexEntry> ById(IReadOnlyList<IndexEntry> entries, string text)
    {
        var prefix = text.StartsWith(Digest.Prefix, StringComparison.Ordinal) ? text[Digest.Prefix.Length..] : text;
        if (prefix.Length is < ShortestPrefix or > 64 || prefix.AsSpan().IndexOfAnyExcept("0123456789abcdef") >= 0) return [];
        var records = catalog.Describe(entries);
        var found = new List<IndexEntry>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < entries.Count; i++)
        {
            if (!records[i].ImageId.AsSpan(Digest.Prefix.Length).StartsWith(prefix, StringComparison.Ordinal)) continue;
            ids.Add(records[i].ImageId);
            found.Add(entries[i]);
        }

        // Docker takes the digest of a manifest for an id, too; in full, since its beginning could be meant for an id.
        if (found.Count == 0 && prefix.Length == 64) return [.. entries.Where(entry => entry.Manifest.Hex == prefix)];
        return ids.Count > 1 ? throw new AmbiguousIdException(text, "image", [.. ids.Select(id => id.Substring(Digest.Prefix.Length, 12))]) : found;
    }
}
