namespace ContainerPS.Engine.Build;

/// <summary><c>ONBUILD INSTRUCTION</c>: to be carried out in builds on top of this image.</summary>
internal sealed record OnBuildInstruction : Instruction
{
    /// <summary>Makes one of what is written.</summary>
    internal OnBuildInstruction(RawInstruction source)
        : base(source)
    {
    }

    /// <summary>The instruction's text as it is stored in the image, with here-documents' content.</summary>
    public required string Trigger { get; init; }

    /// <summary>The instruction.</summary>
    public required Instruction Inner { get; init; }
}
