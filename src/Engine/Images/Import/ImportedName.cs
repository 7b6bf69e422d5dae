using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>What an import has put into the index: a manifest under a name, or under none.</summary>
internal sealed record ImportedName(Digest Manifest, ImageReference? Name)
{
    /// <summary>One for each name, or one without.</summary>
    internal static IEnumerable<ImportedName> Of(StagedManifest manifest, IReadOnlyList<ImageReference> names) =>
        names.Count == 0 ? [new(manifest.Digest, null)] : names.Distinct().Select(name => new ImportedName(manifest.Digest, name));

    /// <summary>The entries of an index that an import has made or found: not the other names that an image had before, unless it came without one.</summary>
    internal static IReadOnlyList<IndexEntry> EntriesOf(IReadOnlyList<IndexEntry> entries, IReadOnlyList<ImportedName> imported) =>
    [
        .. entries.Where(entry => imported.Any(item => item.Manifest == entry.Manifest && (item.Name is null || item.Name.Equals(entry.Name)))),
    ];
}
