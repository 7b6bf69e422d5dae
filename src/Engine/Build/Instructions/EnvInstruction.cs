namespace ContainerPS.Engine.Build;

/// <summary><c>ENV NAME=VALUE …</c>: environment of what runs later, in the build and in containers.</summary>
internal sealed record EnvInstruction : Instruction
{
    /// <summary>Makes one of what is written.</summary>
    internal EnvInstruction(RawInstruction source)
        : base(source)
    {
    }

    /// <summary>The variables, in the order they are written.</summary>
    public required IReadOnlyList<KeyValue> Variables { get; init; }
}
