using System.Text.Json.Serialization;

namespace ContainerPS.Engine.Oci;

/// <summary>A list of manifests (image-spec image-index.md; also Docker's manifest list).</summary>
public sealed record ImageIndex
{
    /// <summary>Always 2.</summary>
    public int SchemaVersion { get; set; } = 2;

    /// <summary>Media type of this document.</summary>
    public string? MediaType { get; set; }

    /// <summary>The manifests.</summary>
    public List<Descriptor>? Manifests { get; set; }

    /// <summary>Metadata.</summary>
    public Dictionary<string, string>? Annotations { get; set; }
}

/// <summary>Operating system and processor (image-spec image-index.md#platform).</summary>
public sealed record Platform
{
    /// <summary>Processor, as GOARCH: <c>amd64</c>, <c>arm64</c>.</summary>
    public string? Architecture { get; set; }

    /// <summary>Operating system, as GOOS.</summary>
    public string? Os { get; set; }

    /// <summary>Operating system version.</summary>
    [JsonPropertyName("os.version")]
    public string? OsVersion { get; set; }

    /// <summary>Operating system features.</summary>
    [JsonPropertyName("os.features")]
    public List<string>? OsFeatures { get; set; }

    /// <summary>Processor variant: <c>v7</c>, <c>v8</c>.</summary>
    public string? Variant { get; set; }
}

/// <summary>The <c>oci-layout</c> file (image-spec image-layout.md).</summary>
public sealed record ImageLayout
{
    /// <summary>Always <c>1.0.0</c>.</summary>
    public string? ImageLayoutVersion { get; set; }
}
