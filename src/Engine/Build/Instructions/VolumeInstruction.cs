namespace ContainerPS.Engine.Build;

/// <summary><c>VOLUME PATH …</c>.</summary>
internal sealed record VolumeInstruction : Instruction
{
    /// <summary>Makes one of what is written.</summary>
    internal VolumeInstruction(RawInstruction source)
        : base(source)
    {
    }

    /// <summary>The paths.</summary>
    public required IReadOnlyList<string> Paths { get; init; }
}
