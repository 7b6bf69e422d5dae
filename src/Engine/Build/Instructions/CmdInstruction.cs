namespace ContainerPS.Engine.Build;

/// <summary><c>CMD COMMAND</c>: what containers run by default.</summary>
internal sealed record CmdInstruction : Instruction
{
    /// <summary>Makes one of what is written.</summary>
    internal CmdInstruction(RawInstruction source)
        : base(source)
    {
    }

    /// <summary>The command.</summary>
    public required CommandLine Command { get; init; }
}
