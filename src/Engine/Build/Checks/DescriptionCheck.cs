namespace ContainerPS.Engine.Build;

/// <summary>Checks comments that describe arguments and stages.</summary>
internal static class DescriptionCheck
{
    /// <summary>Runs it.</summary>
    internal static void Run(Dockerfile dockerfile, CheckReport report)
    {
        foreach (var arguments in dockerfile.MetaArguments)
            Check(arguments, report);
        foreach (var stage in dockerfile.Stages)
        {
            if (stage.Name is not null)
                Check(stage.From, [stage.Name], report);
            foreach (var instruction in stage.Instructions)
            {
                if (instruction is ArgInstruction arguments)
                    Check(arguments, report);
            }
        }
    }

    private static void Check(ArgInstruction instruction, CheckReport report) =>
        Check(instruction, [.. instruction.Arguments.Select(argument => argument.Name)], report);

    private static void Check(Instruction instruction, IReadOnlyList<string> names, CheckReport report)
    {
        if (instruction.Comments is not [.., var last] || CheckReport.OptionsOf(last, instruction.Location) is not null || names.Contains(last.Split(' ')[0]))
            return;
        report.Add(CheckRules.InvalidDefinitionDescription, instruction, $"The comment above {instruction.Keyword} does not begin with '{(names.Count == 1 ? names[0] : string.Join("' or '", names))}'.");
    }
}
