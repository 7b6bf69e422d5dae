using System.Text.Json.Serialization;

namespace ContainerPS.Engine.Oci;

/// <summary>An image's config (image-spec config.md). Its digest is the image's id.</summary>
public sealed record ImageConfig
{
    /// <summary>When the image was made.</summary>
    public DateTimeOffset? Created { get; set; }

    /// <summary>Who made it.</summary>
    public string? Author { get; set; }

    /// <summary>Processor, as GOARCH.</summary>
    public string? Architecture { get; set; }

    /// <summary>Processor variant.</summary>
    public string? Variant { get; set; }

    /// <summary>Operating system, as GOOS.</summary>
    public string? Os { get; set; }

    /// <summary>Operating system version.</summary>
    [JsonPropertyName("os.version")]
    public string? OsVersion { get; set; }

    /// <summary>Operating system features.</summary>
    [JsonPropertyName("os.features")]
    public List<string>? OsFeatures { get; set; }

    /// <summary>Defaults for containers.</summary>
    public ContainerConfig? Config { get; set; }

    /// <summary>Layers' diff ids.</summary>
    public RootFs? Rootfs { get; set; }

    /// <summary>Steps that made the image, first to last.</summary>
    public List<History>? History { get; set; }
}

/// <summary>Defaults for containers of an image (image-spec config.md#properties; Docker's additions besides).</summary>
public sealed record ContainerConfig
{
    /// <summary>User, as <c>user[:group]</c>, names or numbers.</summary>
    [JsonPropertyName("User")]
    public string? User { get; set; }

    /// <summary>Ports, as <c>80/tcp</c>; the values are empty objects.</summary>
    [JsonPropertyName("ExposedPorts")]
    public Dictionary<string, EmptyObject>? ExposedPorts { get; set; }

    /// <summary>Environment, as <c>NAME=value</c>.</summary>
    [JsonPropertyName("Env")]
    public List<string>? Env { get; set; }

    /// <summary>First words of the command line, not replaced by a given command.</summary>
    [JsonPropertyName("Entrypoint")]
    public List<string>? Entrypoint { get; set; }

    /// <summary>Default command or arguments.</summary>
    [JsonPropertyName("Cmd")]
    public List<string>? Cmd { get; set; }

    /// <summary>Paths that get an anonymous volume; the values are empty objects.</summary>
    [JsonPropertyName("Volumes")]
    public Dictionary<string, EmptyObject>? Volumes { get; set; }

    /// <summary>Working directory.</summary>
    [JsonPropertyName("WorkingDir")]
    public string? WorkingDir { get; set; }

    /// <summary>Metadata.</summary>
    [JsonPropertyName("Labels")]
    public Dictionary<string, string>? Labels { get; set; }

    /// <summary>Signal that asks the program to stop.</summary>
    [JsonPropertyName("StopSignal")]
    public string? StopSignal { get; set; }

    /// <summary>Docker: seconds to wait after the stop signal.</summary>
    [JsonPropertyName("StopTimeout")]
    public int? StopTimeout { get; set; }

    /// <summary>Docker: how to tell whether the program is well.</summary>
    [JsonPropertyName("Healthcheck")]
    public HealthConfig? Healthcheck { get; set; }

    /// <summary>Docker: instructions for builds on top of this image.</summary>
    [JsonPropertyName("OnBuild")]
    public List<string>? OnBuild { get; set; }

    /// <summary>Docker: shell of the shell form.</summary>
    [JsonPropertyName("Shell")]
    public List<string>? Shell { get; set; }

    /// <summary>Docker: true when Entrypoint or Cmd were written in shell form on Windows; kept for round trips.</summary>
    [JsonPropertyName("ArgsEscaped")]
    public bool? ArgsEscaped { get; set; }
}

/// <summary>Docker's health check; durations in nanoseconds.</summary>
public sealed record HealthConfig
{
    /// <summary><c>NONE</c>, <c>CMD</c> or <c>CMD-SHELL</c> and its words.</summary>
    [JsonPropertyName("Test")]
    public List<string>? Test { get; set; }

    /// <summary>Time between checks.</summary>
    [JsonPropertyName("Interval")]
    public long? Interval { get; set; }

    /// <summary>Longest time of one check.</summary>
    [JsonPropertyName("Timeout")]
    public long? Timeout { get; set; }

    /// <summary>Time in which failures do not count.</summary>
    [JsonPropertyName("StartPeriod")]
    public long? StartPeriod { get; set; }

    /// <summary>Time between checks while starting.</summary>
    [JsonPropertyName("StartInterval")]
    public long? StartInterval { get; set; }

    /// <summary>Failures in a row until unhealthy.</summary>
    [JsonPropertyName("Retries")]
    public int? Retries { get; set; }
}

/// <summary>An image's layers.</summary>
public sealed record RootFs
{
    /// <summary>Always <c>layers</c>.</summary>
    public string? Type { get; set; }

    /// <summary>Digests of the uncompressed layers, lowest first.</summary>
    [JsonPropertyName("diff_ids")]
    public List<string>? DiffIds { get; set; }
}

/// <summary>One step of an image's history.</summary>
public sealed record History
{
    /// <summary>When.</summary>
    public DateTimeOffset? Created { get; set; }

    /// <summary>By what command.</summary>
    [JsonPropertyName("created_by")]
    public string? CreatedBy { get; set; }

    /// <summary>By whom.</summary>
    public string? Author { get; set; }

    /// <summary>Why.</summary>
    public string? Comment { get; set; }

    /// <summary>True when the step made no layer.</summary>
    [JsonPropertyName("empty_layer")]
    public bool? EmptyLayer { get; set; }
}

/// <summary>The value of set-like JSON objects: <c>{}</c>.</summary>
public sealed record EmptyObject;
