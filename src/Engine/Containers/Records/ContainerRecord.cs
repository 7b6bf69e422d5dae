using System.Text.Json;
using System.Text.Json.Serialization;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// What is kept of a container in <c>containers/&lt;id&gt;/container.json</c>: what was asked, what the image said then, how the last run ended.
/// Whether it runs is not in here: that is asked of the kernel.
/// </summary>
internal sealed record ContainerRecord
{
    public required string Id { get; set; }

    public required string Name { get; set; }

    public DateTimeOffset Created { get; set; }

    public required ContainerSettings Settings { get; set; }

    public required string ImageId { get; set; }

    public required string Platform { get; set; }

    /// <summary>The image's defaults, so that the container does not change when a tag moves.</summary>
    public required ContainerConfig ImageConfig { get; set; }

    /// <summary>Directories of the image's layers, uppermost first.</summary>
    public required List<string> LayerPaths { get; set; }

    /// <summary>Volumes, bind mounts and tmpfs as they were settled when the container was created; null when there are none.</summary>
    public List<MountRecord>? Mounts { get; set; }

    /// <summary>How the last run began and ended; null before the first.</summary>
    public RunRecord? LastRun { get; set; }

    /// <summary>True when somebody stopped the last run.</summary>
    public bool IsStopped { get; set; }

    /// <summary>How often the restart policy has started it since it was started by somebody.</summary>
    public int RestartCount { get; set; }
}

/// <summary>One run of a container.</summary>
internal sealed record RunRecord
{
    public DateTimeOffset StartedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    public int? ExitCode { get; set; }

    public bool OomKilled { get; set; }

    /// <summary>What kept it from starting, or null.</summary>
    public string? Error { get; set; }
}

[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ContainerRecord))]
[JsonSerializable(typeof(HealthRecord))]
[JsonSerializable(typeof(StartFailure))]
internal sealed partial class RecordJson : JsonSerializerContext
{
    /// <summary>One that is not shared, and whose knowledge of the documents is garbage when it is: for processes that stay for long after reading one.</summary>
    internal static RecordJson Fresh() => new(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull });
}
