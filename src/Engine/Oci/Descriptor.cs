namespace ContainerPS.Engine.Oci;

/// <summary>A reference to content (image-spec descriptor.md).</summary>
public sealed record Descriptor
{
    /// <summary>Media type of the content.</summary>
    public string? MediaType { get; set; }

    /// <summary><c>algorithm:hex</c>.</summary>
    public string? Digest { get; set; }

    /// <summary>Size of the content in bytes.</summary>
    public long Size { get; set; }

    /// <summary>Other places the content may be had from (foreign layers).</summary>
    public List<string>? Urls { get; set; }

    /// <summary>Metadata, such as <c>org.opencontainers.image.ref.name</c>.</summary>
    public Dictionary<string, string>? Annotations { get; set; }

    /// <summary>Platform of what is referred to, in an index.</summary>
    public Platform? Platform { get; set; }

    /// <summary>Type of an artifact.</summary>
    public string? ArtifactType { get; set; }

    /// <summary>The content itself, base64.</summary>
    public string? Data { get; set; }
}
