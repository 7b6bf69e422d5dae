using System.Text.Json.Serialization;

namespace ContainerPS.Engine.Build;

/// <summary>Source-generated JSON of builds.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CacheFolderRecord))]
[JsonSerializable(typeof(SharedSteps))]
[JsonSerializable(typeof(StepDocument))]
[JsonSerializable(typeof(StepReport))]
internal sealed partial class BuildJson : JsonSerializerContext;
