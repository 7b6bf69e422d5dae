using System.Text.Json;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

/// <summary>The documents of archives of images beside the blobs; pure functions of what is saved.</summary>
internal static class ExportDocuments
{
    /// <summary>The file <c>oci-layout</c>.</summary>
    internal static ReadOnlySpan<byte> Layout => """{"imageLayoutVersion":"1.0.0"}"""u8;

    /// <summary>The file <c>index.json</c>: one entry for each name, or one without.</summary>
    /// <param name="images">The images.</param>
    /// <param name="dockers">True for Docker's way, which puts only the tag where other tools look for a name.</param>
    internal static byte[] Index(IReadOnlyList<ExportImage> images, bool dockers)
    {
        var manifests = new List<Descriptor>();
        foreach (var image in images)
        {
            if (image.Names.Count == 0) manifests.Add(image.Entry.WithName(null).Descriptor);
            foreach (var name in image.Names)
            {
                var named = image.Entry.WithName(name).Descriptor;
                if (dockers) named.Annotations![IndexEntry.RefNameAnnotation] = name.Tag!;
                manifests.Add(named);
            }
        }

        return JsonSerializer.SerializeToUtf8Bytes(new ImageIndex { MediaType = MediaTypes.OciIndex, Manifests = manifests }, OciJson.Default.ImageIndex);
    }

    /// <summary>Docker's <c>manifest.json</c>.</summary>
    internal static byte[] DockerManifest(IReadOnlyList<ExportImage> images) => JsonSerializer.SerializeToUtf8Bytes(
        images.Select(image => new DockerArchiveItem
        {
            Config = BlobOf(image.Manifest.Config!),
            RepoTags = image.Names.Count == 0 ? null : [.. image.Names.Select(name => name.ToFamiliarString())],
            Layers = [.. image.Manifest.Layers!.Select(BlobOf)],
            LayerSources = SourcesOf(image),
        }).ToList(),
        DockerArchiveJson.Default.ListDockerArchiveItem);

    /// <summary>The file <c>repositories</c> of Docker's first archives: the uppermost layer by repository and tag.</summary>
    internal static byte[] Repositories(IReadOnlyList<ExportImage> images)
    {
        var repositories = new SortedDictionary<string, SortedDictionary<string, string>>(StringComparer.Ordinal);
        foreach (var image in images)
        {
            if (image.Manifest.Layers is not [.., var top]) continue;
            foreach (var name in image.Names)
            {
                if (!repositories.TryGetValue(name.FamiliarRepository, out var tags)) repositories[name.FamiliarRepository] = tags = new(StringComparer.Ordinal);
                tags[name.Tag!] = top.Digest![Digest.Prefix.Length..];
            }
        }

        return JsonSerializer.SerializeToUtf8Bytes(repositories, DockerArchiveJson.Default.SortedDictionaryStringSortedDictionaryStringString);
    }

    private static Dictionary<string, Descriptor> SourcesOf(ExportImage image)
    {
        var sources = new Dictionary<string, Descriptor>();
        for (var i = 0; i < image.DiffIds.Count; i++)
        {
            var layer = image.Manifest.Layers![i];
            sources[image.DiffIds[i].ToString()] = new Descriptor { MediaType = layer.MediaType, Digest = layer.Digest, Size = layer.Size };
        }

        return sources;
    }

    private static string BlobOf(Descriptor descriptor) => ExportBlob.NameOf(Digest.Parse(descriptor.Digest, "A manifest"));
}
