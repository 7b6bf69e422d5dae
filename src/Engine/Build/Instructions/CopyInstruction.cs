namespace ContainerPS.Engine.Build;

/// <summary><c>COPY SOURCE … DESTINATION</c>.</summary>
internal sealed record CopyInstruction : FileInstruction
{
    /// <summary>Makes one of what is written.</summary>
    internal CopyInstruction(RawInstruction source)
        : base(source)
    {
    }

    /// <summary>Value of <c>--from</c>: a stage's name or number, a context or an image; null for the build context. It has no variables.</summary>
    public string? From { get; init; }

    /// <summary>True with <c>--parents</c>.</summary>
    public bool Parents { get; init; }
}
