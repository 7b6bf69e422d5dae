namespace ContainerPS.Engine.Oci;

/// <summary>One image: its config and layers (image-spec manifest.md; also Docker's schema 2).</summary>
public sealed record ImageManifest
{
    /// <summary>Always 2.</summary>
    public int SchemaVersion { get; set; } = 2;

    /// <summary>Media type of this document.</summary>
    public string? MediaType { get; set; }

    /// <summary>Type of an artifact.</summary>
    public string? ArtifactType { get; set; }

    /// <summary>The image config.</summary>
    public Descriptor? Config { get; set; }

    /// <summary>Layers, lowest first.</summary>
    public List<Descriptor>? Layers { get; set; }

    /// <summary>What this manifest refers to.</summary>
    public Descriptor? Subject { get; set; }

    /// <summary>Metadata.</summary>
    public Dictionary<string, string>? Annotations { get; set; }
}
