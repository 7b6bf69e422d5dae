using System.Text.Json;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>The layout's <c>index.json</c>: which images there are, and by what names. Replaced as a whole, under a lock.</summary>
internal sealed class IndexFile(StorePaths paths)
{
    // More than this is no list of images; at 300 bytes an entry it is room for 200,000.
    private const int MaxLength = 64 << 20;

    private readonly string _path = Path.Combine(paths.Images, "index.json");

    /// <summary>The entries as they are now; none when there is no index yet.</summary>
    internal IReadOnlyList<IndexEntry> Read()
    {
        byte[] json;
        try
        {
            using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            json = ContentStore.ReadLimited(file, MaxLength, _path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }

        var index = Documents.ReadIndex(json, null, $"image index '{_path}'");
        var entries = new List<IndexEntry>(index.Manifests!.Count);
        foreach (var descriptor in index.Manifests)
            entries.Add(new IndexEntry(Digest.Parse(descriptor.Digest, $"The image index '{_path}'"), descriptor));
        return entries;
    }

    /// <summary>Changes the entries: nobody else changes them meanwhile, and readers see the old or the new ones.</summary>
    /// <param name="change">Given the entries, makes those to be; the same list when nothing is to change.</param>
    internal void Update(Func<IReadOnlyList<IndexEntry>, IReadOnlyList<IndexEntry>> change)
    {
        Directory.CreateDirectory(paths.Images, StagingFolder.PrivateMode);
        using var held = new StoreLocks(paths).Index();
        var old = Read();
        var entries = change(old);
        if (ReferenceEquals(entries, old)) return;
        var index = new ImageIndex { MediaType = MediaTypes.OciIndex, Manifests = [.. entries.Select(entry => entry.Descriptor)] };
        AtomicFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(index, OciJson.Default.ImageIndex));
    }

    /// <summary>Makes an empty index when there is none, so that other tools find a complete layout.</summary>
    internal void Create()
    {
        if (!File.Exists(_path)) Update(entries => File.Exists(_path) ? entries : [.. entries]);
    }
}

/// <summary>One line of the index: a manifest under one name or none.</summary>
/// <param name="Manifest">Digest of the manifest, or of an index that another tool has put there.</param>
/// <param name="Descriptor">The descriptor as it is in the file.</param>
internal sealed record IndexEntry(Digest Manifest, Descriptor Descriptor)
{
    /// <summary>Where other tools look for a name: skopeo and umoci take it after <c>oci:DIR:</c>.</summary>
    internal const string RefNameAnnotation = "org.opencontainers.image.ref.name";

    /// <summary>Where containerd and Docker keep the full name.</summary>
    internal const string FullNameAnnotation = "io.containerd.image.name";

    /// <summary>The name, or null when it has none (or one that is no image reference).</summary>
    internal ImageReference? Name { get; } = NameOf(Descriptor);

    /// <summary>Makes an entry.</summary>
    internal static IndexEntry For(StagedManifest manifest, ImageReference? name) => new(manifest.Digest, new Descriptor
    {
        MediaType = manifest.MediaType,
        Digest = manifest.Digest.ToString(),
        Size = manifest.Size,
        Platform = manifest.Platform,
    }.Named(name));

    /// <summary>The same manifest under another name, or none.</summary>
    internal IndexEntry WithName(ImageReference? name) => new(Manifest, (Descriptor with { }).Named(name));

    private static ImageReference? NameOf(Descriptor descriptor)
    {
        if (descriptor.Annotations is not { } annotations) return null;
        var name = annotations.TryGetValue(FullNameAnnotation, out var full) ? ImageReference.TryParse(full) : null;
        name ??= annotations.TryGetValue(RefNameAnnotation, out var brief) ? ImageReference.TryParse(brief) : null;
        return name?.WithDefaultTag();
    }
}

/// <summary>What an index entry says of a manifest.</summary>
internal sealed record StagedManifest(Digest Digest, long Size, string MediaType, Platform? Platform);

/// <summary>Names in descriptors.</summary>
internal static class DescriptorNames
{
    /// <summary>Puts a name into a descriptor's annotations, or takes it out.</summary>
    internal static Descriptor Named(this Descriptor descriptor, ImageReference? name)
    {
        var annotations = new Dictionary<string, string>(descriptor.Annotations ?? []);
        annotations.Remove(IndexEntry.FullNameAnnotation);
        annotations.Remove(IndexEntry.RefNameAnnotation);
        if (name is not null)
        {
            annotations[IndexEntry.FullNameAnnotation] = name.ToString();
            annotations[IndexEntry.RefNameAnnotation] = name.ToFamiliarString();
        }

        descriptor.Annotations = annotations.Count == 0 ? null : annotations;
        return descriptor;
    }
}
