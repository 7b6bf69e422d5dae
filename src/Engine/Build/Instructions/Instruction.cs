namespace ContainerPS.Engine.Build;

/// <summary>
/// One instruction of a Dockerfile, its values as they are written: <c>Expander</c> puts in what variables stand for, in those fields in
/// which Docker does.
/// </summary>
internal abstract record Instruction
{
    /// <summary>Takes over what all instructions have.</summary>
    private protected Instruction(RawInstruction source)
    {
        Location = source.Location;
        Keyword = source.Name;
        WrittenKeyword = source.Keyword;
        Text = source.Text;
        Comments = source.Comments;
    }

    /// <summary>Where it is, here-documents included.</summary>
    public SourceLocation Location { get; init; }

    /// <summary>Its name in capital letters.</summary>
    public string Keyword { get; }

    /// <summary>Its name as it is written.</summary>
    public string WrittenKeyword { get; }

    /// <summary>The whole of it on one line: continued lines joined, comments between them left out, here-documents without their content.</summary>
    public string Text { get; init; }

    /// <summary>The comments on the lines right above it, without <c>#</c>.</summary>
    public IReadOnlyList<string> Comments { get; }

    /// <inheritdoc/>
    public sealed override string ToString() => Text;
}
