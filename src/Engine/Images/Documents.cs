using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Images;

/// <summary>Reads the JSON documents of images, which strangers have written.</summary>
internal static class Documents
{
    /// <summary>Reads a document of one kind.</summary>
    /// <param name="json">Its bytes.</param>
    /// <param name="type">Its kind.</param>
    /// <param name="what">What it is, for the message: <c>manifest 'sha256:…'</c>.</param>
    /// <exception cref="InvalidContentException">It is not JSON, nested too deep, or of another shape.</exception>
    internal static T Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type, string what)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(WithoutMark(json), type) ?? throw new InvalidContentException($"The {what} is the JSON value null.", what);
        }
        catch (JsonException e)
        {
            throw new InvalidContentException($"The {what} is not a valid JSON document of its kind, at {e.Path ?? "$"}.", what, e);
        }
    }

    /// <summary>Reads a manifest and checks that it is one (CVE-2021-41190) and refers to what a manifest must.</summary>
    internal static ImageManifest ReadManifest(ReadOnlySpan<byte> json, string? mediaType, string what)
    {
        if (KindOf(json, mediaType, what) != DocumentKind.Manifest) throw new InvalidContentException($"The {what} is an index where a manifest is expected.", what);
        var manifest = Read(json, OciJson.Default.ImageManifest, what);
        if (manifest.Config is null) throw new InvalidContentException($"The {what} names no config.", what);
        if (manifest.Layers is null || manifest.Layers.Contains(null!)) throw new InvalidContentException($"The {what} has no list of layers, or an empty place in it.", what);
        return manifest;
    }

    /// <summary>Reads an index and checks that it is one.</summary>
    internal static ImageIndex ReadIndex(ReadOnlySpan<byte> json, string? mediaType, string what)
    {
        if (KindOf(json, mediaType, what) != DocumentKind.Index) throw new InvalidContentException($"The {what} is a manifest where an index is expected.", what);
        var index = Read(json, OciJson.Default.ImageIndex, what);
        if (index.Manifests is null || index.Manifests.Contains(null!)) throw new InvalidContentException($"The {what} has no list of manifests, or an empty place in it.", what);
        return index;
    }

    /// <summary>Reads an image config.</summary>
    internal static ImageConfig ReadConfig(ReadOnlySpan<byte> json, string what)
    {
        var config = Read(json, OciJson.Default.ImageConfig, what);
        if (config.Rootfs?.DiffIds is null) throw new InvalidContentException($"The {what} has no rootfs.diff_ids: it is not an image's config.", what);
        return config;
    }

    /// <summary>Tells manifests and indexes apart, and refuses what could be taken for both.</summary>
    internal static DocumentKind KindOf(ReadOnlySpan<byte> json, string? mediaType, string what)
    {
        bool manifests = false, layers = false, config = false;
        string? own = null;
        try
        {
            var reader = new Utf8JsonReader(WithoutMark(json));
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new InvalidContentException($"The {what} is not a JSON object.", what);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                manifests |= reader.ValueTextEquals("manifests");
                layers |= reader.ValueTextEquals("layers") || reader.ValueTextEquals("fsLayers");
                config |= reader.ValueTextEquals("config");
                var isMediaType = reader.ValueTextEquals("mediaType");
                if (!reader.Read()) break;
                if (isMediaType && reader.TokenType == JsonTokenType.String) own = reader.GetString();
                reader.Skip();
            }
        }
        catch (JsonException e)
        {
            throw new InvalidContentException($"The {what} is not valid JSON.", what, e);
        }

        if (manifests && (layers || config)) throw new InvalidContentException($"The {what} has both 'manifests' and 'layers' or 'config': it could be read as an index and as a manifest, and is refused.", what);
        if (!string.IsNullOrEmpty(own) && !string.IsNullOrEmpty(mediaType) && own != mediaType) throw new InvalidContentException($"The {what} calls itself '{own}', and what refers to it calls it '{mediaType}'.", what);
        var kind = manifests ? DocumentKind.Index : DocumentKind.Manifest;
        var said = string.IsNullOrEmpty(own) ? mediaType : own;
        var wrong = said switch
        {
            MediaTypes.OciIndex or MediaTypes.DockerManifestList => kind != DocumentKind.Index,
            MediaTypes.OciManifest or MediaTypes.DockerManifest => kind != DocumentKind.Manifest,
            _ => false,
        };
        return wrong ? throw new InvalidContentException($"The {what} is said to be '{said}', and its content is something else.", what) : kind;
    }

    // Windows tools put a byte-order mark before JSON.
    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> json) => json.StartsWith("\uFEFF"u8) ? json[3..] : json;
}

/// <summary>What a document that refers to content is.</summary>
internal enum DocumentKind
{
    /// <summary>One image.</summary>
    Manifest,

    /// <summary>A list of manifests.</summary>
    Index,
}
