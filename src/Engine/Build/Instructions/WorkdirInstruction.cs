namespace ContainerPS.Engine.Build;

/// <summary><c>WORKDIR PATH</c>.</summary>
internal sealed record WorkdirInstruction : Instruction
{
    /// <summary>The path, which may be relative to the one before.</summary>
    public required string Path { get; init; }
}
