namespace ContainerPS.Engine.Build;

/// <summary>Collects warnings of those checks that are wanted.</summary>
internal sealed class CheckReport(CheckOptions options)
{
    private readonly List<DockerfileWarning> _warnings = [];

    /// <summary>The warnings by line; those of a line in the order in which they were found.</summary>
    internal IReadOnlyList<DockerfileWarning> Warnings => [.. _warnings.OrderBy(warning => warning.Line)];

    /// <summary>Adds a warning about an instruction, unless the Dockerfile or a comment above the instruction says that the check is to be skipped.</summary>
    internal void Add(CheckRule rule, Instruction instruction, string message, string? hint = null)
    {
        if (OptionsFor(instruction).Wants(rule))
            Add(rule, instruction.Location, message, instruction.Text, hint);
    }

    /// <summary>Adds a warning about a place in the Dockerfile.</summary>
    internal void Add(CheckRule rule, SourceLocation location, string message)
    {
        if (options.Wants(rule))
            Add(rule, location, message, "", null);
    }

    /// <summary>The options that a comment says, or null.</summary>
    internal static CheckOptions? OptionsOf(string comment, SourceLocation location)
    {
        if (!DirectiveReader.TrySplit("#" + comment, out var name, out var value) || name != "check")
            return null;
        try
        {
            return CheckOptions.Parse(value, location);
        }
        catch (DockerfileException)
        {
            // Above an instruction it may be a comment as any other.
            return null;
        }
    }

    private CheckOptions OptionsFor(Instruction instruction)
    {
        foreach (var comment in instruction.Comments)
        {
            if (OptionsOf(comment, instruction.Location) is { } more)
                return options.With(more);
        }

        return options;
    }

    private void Add(CheckRule rule, SourceLocation location, string message, string text, string? hint) => _warnings.Add(new()
    {
        Rule = rule.Name,
        Description = rule.Description,
        Message = message,
        Hint = hint ?? rule.Hint,
        File = location.File,
        Line = location.FirstLine,
        LastLine = location.LastLine,
        Text = text,
    });
}
