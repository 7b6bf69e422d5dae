namespace ContainerPS;

/// <summary>How one health check went.</summary>
public sealed record HealthCheckResult
{
    /// <summary>When it began.</summary>
    public DateTimeOffset Start { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset End { get; init; }

    /// <summary>Its exit code: 0 is healthy; -1 when it took too long or could not be run.</summary>
    public int ExitCode { get; init; }

    /// <summary>What it wrote, at most 4096 bytes.</summary>
    public string Output { get; init; } = "";

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{ExitCode}: {Output.TrimEnd()}");
}
