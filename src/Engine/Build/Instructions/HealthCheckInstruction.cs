namespace ContainerPS.Engine.Build;

/// <summary><c>HEALTHCHECK [flags] CMD COMMAND</c> or <c>HEALTHCHECK NONE</c>.</summary>
internal sealed record HealthCheckInstruction : Instruction
{
    /// <summary>Makes one of what is written.</summary>
    internal HealthCheckInstruction(RawInstruction source)
        : base(source)
    {
    }

    /// <summary>The command, or null for NONE.</summary>
    public CommandLine? Command { get; init; }

    /// <summary>Time between checks; zero when not said.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>Longest time of a check; zero when not said.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>Time after the start in which failures do not count; zero when not said.</summary>
    public TimeSpan StartPeriod { get; init; }

    /// <summary>Time between checks in that period; zero when not said.</summary>
    public TimeSpan StartInterval { get; init; }

    /// <summary>Failures in a row that make it unhealthy; 0 when not said.</summary>
    public int Retries { get; init; }

    /// <summary>The test as the image's configuration has it: <c>NONE</c>, <c>CMD-SHELL line</c> or <c>CMD words</c>.</summary>
    public IReadOnlyList<string> Test => Command is null ? ["NONE"] : [Command.IsShell ? "CMD-SHELL" : "CMD", .. Command.Words];
}
