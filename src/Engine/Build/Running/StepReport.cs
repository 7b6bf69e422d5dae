namespace ContainerPS.Engine.Build;

/// <summary>What <c>runcs step</c> reports.</summary>
internal sealed record StepReport
{
    /// <summary>Exit code of the program.</summary>
    public int ExitCode { get; init; }

    /// <summary>True when it ran out of the memory that it may use.</summary>
    public bool OutOfMemory { get; init; }

    /// <summary>What kept it from being started; null when it ran.</summary>
    public string? Error { get; init; }

    /// <summary>Identifier of that error.</summary>
    public string? ErrorId { get; init; }
}
