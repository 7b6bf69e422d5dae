namespace ContainerPS.Engine.Build;

/// <summary><c>ENTRYPOINT COMMAND</c>: what containers run, before the command they are given. An empty one takes away the base image's.</summary>
internal sealed record EntrypointInstruction : Instruction
{
    /// <summary>The command.</summary>
    public required CommandLine Command { get; init; }
}
