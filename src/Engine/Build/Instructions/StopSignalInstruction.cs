namespace ContainerPS.Engine.Build;

/// <summary><c>STOPSIGNAL SIGNAL</c>.</summary>
internal sealed record StopSignalInstruction : Instruction
{
    /// <summary>Makes one of what is written.</summary>
    internal StopSignalInstruction(RawInstruction source)
        : base(source)
    {
    }

    /// <summary>The signal, by name or number.</summary>
    public required string Signal { get; init; }
}
