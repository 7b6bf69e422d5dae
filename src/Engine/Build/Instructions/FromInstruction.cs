namespace ContainerPS.Engine.Build;

/// <summary><c>FROM [--platform=P] IMAGE [AS NAME]</c>: begins a stage.</summary>
internal sealed record FromInstruction : Instruction
{
    /// <summary>Makes one of what is written.</summary>
    internal FromInstruction(RawInstruction source)
        : base(source)
    {
    }

    /// <summary>An image, an earlier stage or <c>scratch</c>.</summary>
    public required string Image { get; init; }

    /// <summary>Value of <c>--platform</c>, or null.</summary>
    public string? Platform { get; init; }

    /// <summary>The stage's name in lower case, or null.</summary>
    public string? Name { get; init; }

    /// <summary>The stage's name as it is written, or null.</summary>
    public string? WrittenName { get; init; }

    /// <summary>The word before the name as it is written, such as <c>AS</c>, or null.</summary>
    public string? WrittenAs { get; init; }
}
