namespace ContainerPS.Engine.Build;

/// <summary><c>ARG NAME[=VALUE] …</c>: variables that a build can be given.</summary>
internal sealed record ArgInstruction : Instruction
{
    /// <summary>Makes one of what is written.</summary>
    internal ArgInstruction(RawInstruction source)
        : base(source)
    {
    }

    /// <summary>The variables, in the order they are written.</summary>
    public required IReadOnlyList<BuildArgument> Arguments { get; init; }
}
