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

/// <summary>A variable of ARG.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Default">Its value when the build is given none, or null.</param>
internal readonly record struct BuildArgument(string Name, string? Default);
