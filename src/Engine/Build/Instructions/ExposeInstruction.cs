namespace ContainerPS.Engine.Build;

/// <summary><c>EXPOSE PORT[/PROTOCOL] …</c>.</summary>
internal sealed record ExposeInstruction : Instruction
{
    /// <summary>Makes one of what is written.</summary>
    internal ExposeInstruction(RawInstruction source)
        : base(source)
    {
    }

    /// <summary>The ports as they are written, sorted as Docker does: a number or a range, perhaps a protocol.</summary>
    public required IReadOnlyList<string> Ports { get; init; }
}
