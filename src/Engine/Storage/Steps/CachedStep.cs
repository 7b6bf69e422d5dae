using System.Text.Json.Serialization;

namespace ContainerPS.Engine.Storage;

/// <summary>A step that a build has done, as it is kept in <c>build-cache/steps/&lt;key&gt;.json</c>: the layer that came of it. When it was last used is the file's time.</summary>
internal sealed record CachedStep
{
    /// <summary>Diff id of the layer.</summary>
    public required string DiffId { get; init; }

    /// <summary>Chain id of the layer and those below.</summary>
    public required string Chain { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The instruction, for people.</summary>
    public required string Text { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CachedStep))]
internal sealed partial class StepJson : JsonSerializerContext;
