namespace ContainerPS.Engine.Build;

/// <summary>A stage of a Dockerfile: a FROM and what follows it.</summary>
/// <param name="From">Its beginning.</param>
/// <param name="Index">Its number, from 0.</param>
/// <param name="Instructions">What follows, in order.</param>
internal sealed record Stage(FromInstruction From, int Index, IReadOnlyList<Instruction> Instructions)
{
    /// <summary>Its name in lower case, or null.</summary>
    public string? Name => From.Name;

    /// <summary>Where its FROM is.</summary>
    public SourceLocation Location => From.Location;
}
