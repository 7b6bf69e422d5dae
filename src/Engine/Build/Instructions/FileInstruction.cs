namespace ContainerPS.Engine.Build;

/// <summary>What ADD and COPY have in common.</summary>
internal abstract record FileInstruction : Instruction
{
    /// <summary>Makes one of what is written.</summary>
    private protected FileInstruction(RawInstruction source)
        : base(source)
    {
    }

    /// <summary>Paths, globs, addresses; without here-documents.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Here-documents that are files to be copied, in the order of their delimiters.</summary>
    public IReadOnlyList<Heredoc> Files { get; init; } = [];

    /// <summary>Where they go.</summary>
    public string Destination { get; init; } = "";

    /// <summary>Value of <c>--chown</c>, or null.</summary>
    public string? Owner { get; init; }

    /// <summary>Value of <c>--chmod</c>, or null: octal or symbolic.</summary>
    public string? Mode { get; init; }

    /// <summary>True with <c>--link</c>.</summary>
    public bool Link { get; init; }

    /// <summary>Values of <c>--exclude</c>; Docker replaces no variables in them.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];
}
