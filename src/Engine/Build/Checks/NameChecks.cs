namespace ContainerPS.Engine.Build;

/// <summary>Checks of names and of how they are written.</summary>
internal static class NameChecks
{
    /// <summary>Runs them.</summary>
    internal static void Run(Dockerfile dockerfile, CheckReport report)
    {
        CheckStages(dockerfile, report);
        CheckKeywords(dockerfile, report);
    }

    private static void CheckStages(Dockerfile dockerfile, CheckReport report)
    {
        var names = new HashSet<string>();
        foreach (var stage in dockerfile.Stages)
        {
            var from = stage.From;
            if (from.Name is null)
                continue;
            if (from.Name != from.WrittenName)
                report.Add(CheckRules.StageNameCasing, from, $"The stage's name '{from.WrittenName}' is not in lower case.");
            if (CasingOf(from.WrittenKeyword) is { } casing && CasingOf(from.WrittenAs!) != casing)
                report.Add(CheckRules.FromAsCasing, from, $"'{from.WrittenAs}' is not written as '{from.WrittenKeyword}' is.");
            if (from.Name is "scratch" or "context")
                report.Add(CheckRules.ReservedStageName, from, $"The stage's name '{from.Name}' has a meaning of its own.");
            if (!names.Add(from.Name))
                report.Add(CheckRules.DuplicateStageName, from, $"There is a stage '{from.Name}' before.");
        }
    }

    private static void CheckKeywords(Dockerfile dockerfile, CheckReport report)
    {
        var majority = 0;
        foreach (var instruction in All(dockerfile))
            majority += CasingOf(instruction.WrittenKeyword) switch { Casing.Lower => 1, Casing.Upper => -1, _ => 0 };
        var expected = majority > 0 ? Casing.Lower : Casing.Upper;
        foreach (var instruction in All(dockerfile))
        {
            if (CasingOf(instruction.WrittenKeyword) != expected)
                report.Add(CheckRules.ConsistentInstructionCasing, instruction, $"'{instruction.WrittenKeyword}' is not in {(expected == Casing.Lower ? "small" : "capital")} letters as most are.");
        }

        foreach (var instruction in All(dockerfile))
        {
            if (instruction is MaintainerInstruction)
                report.Add(CheckRules.MaintainerDeprecated, instruction, "MAINTAINER has been replaced by a label.");
        }
    }

    private static IEnumerable<Instruction> All(Dockerfile dockerfile)
    {
        foreach (var stage in dockerfile.Stages)
        {
            yield return stage.From;
            foreach (var instruction in stage.Instructions)
                yield return instruction;
        }
    }

    private static Casing? CasingOf(string word) =>
        word == word.ToLowerInvariant() ? Casing.Lower : word == word.ToUpperInvariant() ? Casing.Upper : null;

    private enum Casing
    {
        Lower,
        Upper,
    }
}
