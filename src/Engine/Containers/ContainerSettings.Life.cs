namespace ContainerPS;

/// <content>How it is looked after while it runs.</content>
public sealed partial record ContainerSettings
{
    /// <summary>True for a small first process that passes signals on and reaps orphans.</summary>
    public bool Init { get; set; }

    /// <summary>What happens when the program ends; null for "it stays so".</summary>
    public RestartPolicy? Restart { get; set; }

    /// <summary>
    /// Program that tells whether the container is well: null for the image's, <c>CMD-SHELL</c> and a line of the shell, or <c>CMD</c> and words.
    /// </summary>
    public IReadOnlyList<string>? HealthCommand { get; set; }

    /// <summary>Time between checks; null for the image's, else 30 s.</summary>
    public TimeSpan? HealthInterval { get; set; }

    /// <summary>Longest time of a check; null for the image's, else 30 s.</summary>
    public TimeSpan? HealthTimeout { get; set; }

    /// <summary>Time after the start in which failures do not count; null for the image's, else none.</summary>
    public TimeSpan? HealthStartPeriod { get; set; }

    /// <summary>Time between checks in that period; null for the image's, else 5 s.</summary>
    public TimeSpan? HealthStartInterval { get; set; }

    /// <summary>Failures in a row that make it unhealthy; null for the image's, else 3.</summary>
    public int? HealthRetries { get; set; }

    /// <summary>True to leave the image's health check out.</summary>
    public bool NoHealthCheck { get; set; }

    /// <summary>What is done when it becomes unhealthy.</summary>
    public UnhealthyAction OnUnhealthy { get; set; }

    /// <summary>Where its output is kept: <c>json-file</c>, <c>none</c> or <c>journald</c>; null for the engine's default.</summary>
    public string? LogDriver { get; set; }

    /// <summary>That driver's options, such as <c>max-size</c>.</summary>
    public IReadOnlyDictionary<string, string> LogOptions { get; set; } = new Dictionary<string, string>();
}
