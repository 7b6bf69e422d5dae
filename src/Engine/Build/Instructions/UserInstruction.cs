namespace ContainerPS.Engine.Build;

/// <summary><c>USER USER[:GROUP]</c>.</summary>
internal sealed record UserInstruction : Instruction
{
    /// <summary>The user, by name or number.</summary>
    public required string User { get; init; }
}
