using System.Text.Json.Serialization;

namespace ContainerPS.Engine.Volumes;

/// <summary>What is kept of a volume in <c>volumes/&lt;name&gt;/volume.json</c>, beside its content in <c>data/</c>.</summary>
internal sealed record VolumeRecord
{
    public required string Name { get; init; }

    public string Driver { get; init; } = VolumeDriver.Local;

    public DateTimeOffset Created { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsAnonymous { get; init; }

    public Dictionary<string, string>? Labels { get; init; }

    /// <summary>Options of the driver; null for a plain folder.</summary>
    public Dictionary<string, string>? Options { get; init; }

    /// <summary>True when something has to be mounted for it to have its content.</summary>
    [JsonIgnore]
    internal bool IsDriven => Options is { Count: > 0 };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(VolumeRecord))]
internal sealed partial class VolumeJson : JsonSerializerContext;
