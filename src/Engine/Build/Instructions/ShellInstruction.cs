namespace ContainerPS.Engine.Build;

/// <summary><c>SHELL ["PROGRAM", "OPTION"]</c>: what runs commands in the shell's notation from here on.</summary>
internal sealed record ShellInstruction : Instruction
{
    /// <summary>Makes one of what is written.</summary>
    internal ShellInstruction(RawInstruction source)
        : base(source)
    {
    }

    /// <summary>The shell and its options.</summary>
    public required IReadOnlyList<string> Shell { get; init; }
}
