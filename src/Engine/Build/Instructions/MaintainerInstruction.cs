namespace ContainerPS.Engine.Build;

/// <summary><c>MAINTAINER NAME</c>: the image's author.</summary>
internal sealed record MaintainerInstruction : Instruction
{
    /// <summary>Makes one of what is written.</summary>
    internal MaintainerInstruction(RawInstruction source)
        : base(source)
    {
    }

    /// <summary>The author.</summary>
    public required string Name { get; init; }
}
