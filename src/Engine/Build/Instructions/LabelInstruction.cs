namespace ContainerPS.Engine.Build;

/// <summary><c>LABEL KEY=VALUE …</c>.</summary>
internal sealed record LabelInstruction : Instruction
{
    /// <summary>Makes one of what is written.</summary>
    internal LabelInstruction(RawInstruction source)
        : base(source)
    {
    }

    /// <summary>The labels, in the order they are written.</summary>
    public required IReadOnlyList<KeyValue> Labels { get; init; }
}
