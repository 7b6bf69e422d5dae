using System.Text.Json;
using System.Text.Json.Serialization;

namespace ContainerPS.Engine.Oci;

/// <summary>Source-generated JSON for all documents in this folder: camelCase, nulls left out, unknown members ignored.</summary>
/// <remarks>Metadata alone: code that writes without it would keep each member's name in a monitor's memory, for as long as that lives.</remarks>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RuntimeSpec))]
[JsonSerializable(typeof(Process))]
[JsonSerializable(typeof(LinuxResources))]
[JsonSerializable(typeof(LinuxSeccomp))]
[JsonSerializable(typeof(RuntimeState))]
[JsonSerializable(typeof(Descriptor))]
[JsonSerializable(typeof(ImageIndex))]
[JsonSerializable(typeof(ImageManifest))]
[JsonSerializable(typeof(ImageConfig))]
[JsonSerializable(typeof(ImageLayout))]
public sealed partial class OciJson : JsonSerializerContext;
