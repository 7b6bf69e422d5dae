namespace ContainerPS.Engine.Build;

/// <summary><c>ENTRYPOINT COMMAND</c>: what containers run, before the command they are given. An empty one takes away the base image's.</summary>
internal sealed record EntrypointInstruction : Instruction
{
    /// <summary>Makes one of what is written.</summary>
    internal EntrypointInstruction(RawInstruction source)
        : base(source)
    {
    }

    /// <summary>The command.</summary>
    public required CommandLine Command { get; init; }
}
