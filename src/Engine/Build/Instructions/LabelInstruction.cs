namespace ContainerPS.Engine.Build;

/// <summary><c>LABEL KEY=VALUE …</c>.</summary>
internal sealed record LabelInstruction : Instruction
{
    /// <summary>The labels, in the order they are written.</summary>
    public required IReadOnlyList<KeyValue> Labels { get; init; }
}
