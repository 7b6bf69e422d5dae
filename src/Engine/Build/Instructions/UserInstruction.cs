namespace ContainerPS.Engine.Build;

/// <summary><c>USER USER[:GROUP]</c>.</summary>
internal sealed record UserInstruction : Instruction
{
    /// <summary>Makes one of what is written.</summary>
    internal UserInstruction(RawInstruction source)
        : base(source)
    {
    }

    /// <summary>The user, by name or number.</summary>
    public required string User { get; init; }
}
