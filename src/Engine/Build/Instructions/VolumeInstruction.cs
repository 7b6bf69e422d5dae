namespace ContainerPS.Engine.Build;

/// <summary><c>VOLUME PATH …</c>.</summary>
internal sealed record VolumeInstruction : Instruction
{
    /// <summary>The paths.</summary>
    public required IReadOnlyList<string> Paths { get; init; }
}
