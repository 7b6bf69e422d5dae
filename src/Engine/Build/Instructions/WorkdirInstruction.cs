namespace ContainerPS.Engine.Build;

/// <summary><c>WORKDIR PATH</c>.</summary>
internal sealed record WorkdirInstruction : Instruction
{
    /// <summary>Makes one of what is written.</summary>
    internal WorkdirInstruction(RawInstruction source)
        : base(source)
    {
    }

    /// <summary>The path, which may be relative to the one before.</summary>
    public required string Path { get; init; }
}
