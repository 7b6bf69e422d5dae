using ContainerPS.Engine.Images;

namespace ContainerPS.Engine.Build;

/// <summary>Checks of FROM and its variables.</summary>
internal static class FromChecks
{
    /// <summary>Runs them.</summary>
    /// <returns>The stages' FROM instructions with variables put in.</returns>
    /// <exception cref="DockerfileException">A build would fail.</exception>
    internal static IReadOnlyList<FromInstruction> Run(Dockerfile dockerfile, CheckContext context, CheckReport report)
    {
        var escape = dockerfile.Directives.Escape;
        var platform = PlatformOf(dockerfile, context);
        CheckDefaults(dockerfile, platform, report);
        var global = BuildArguments.Global(dockerfile, platform, context.Arguments);
        var known = new HashSet<string>(global.Names);
        foreach (var instruction in dockerfile.MetaArguments)
        {
            foreach (var argument in instruction.Arguments)
                known.Add(argument.Name);
        }

        var expanded = new List<FromInstruction>(dockerfile.Stages.Count);
        foreach (var stage in dockerfile.Stages)
        {
            var from = stage.From;
            var (value, _, undefined) = Expander.Expand(from, global, escape);
            foreach (var name in undefined)
            {
                if (!known.Contains(name))
                    report.Add(CheckRules.UndefinedArgInFrom, from, $"No ARG before the first FROM declares '{name}'.{Suggestion.Sentence(name, known)}");
            }

            if (value.Image.Length == 0)
                throw new DockerfileException(from.Location, $"FROM has no image once variables are put into '{from.Image}'. Give the build the argument, or the ARG a default.");
            if (from.Platform is not null)
                CheckPlatform(from, value.Platform!, global, escape, report);
            expanded.Add(value);
        }

        return expanded;
    }

    /// <summary>The variables of the platform.</summary>
    internal static VariableTable PlatformOf(Dockerfile dockerfile, CheckContext context) =>
        BuildArguments.Platform(context.BuildPlatform, context.TargetPlatform ?? context.BuildPlatform, dockerfile.Stages[^1].Name, context.Arguments);

    // What would be built when no arguments were given.
    private static void CheckDefaults(Dockerfile dockerfile, VariableTable platform, CheckReport report)
    {
        try
        {
            var defaults = BuildArguments.Global(dockerfile, platform, new Dictionary<string, string>());
            foreach (var stage in dockerfile.Stages)
            {
                var image = Expander.Expand(stage.From.Image, defaults, dockerfile.Directives.Escape, stage.Location).Value;
                if (ImageReference.TryParse(image) is null)
                    report.Add(CheckRules.InvalidDefaultArgInFrom, stage.From, $"'{stage.From.Image}' is {(image.Length == 0 ? "empty" : $"'{image}', which is no image's name,")} when no build arguments are given.");
            }
        }
        catch (DockerfileException)
        {
            // A variable that must be given is no default's fault; what else is wrong shows with the arguments that are given.
        }
    }

    private static void CheckPlatform(FromInstruction from, string platform, VariableTable global, char escape, CheckReport report)
    {
        if (platform.Length == 0)
            throw new DockerfileException(from.Location, $"'--platform={from.Platform}' of FROM is empty once variables are put in.");
        var (_, used, undefined) = Expander.Expand(from.Platform!, global, escape, from.Location);
        if (used is ["TARGETPLATFORM"] && undefined.Count == 0 && platform == global.Find("TARGETPLATFORM"))
            report.Add(CheckRules.RedundantTargetPlatform, from, $"'--platform={from.Platform}' says what is so anyway.");
        if (used.Count > 0 || undefined.Count > 0)
            return;

        // A stage that is called after its system means it.
        foreach (var part in platform.Split('/'))
        {
            if (from.Name?.Contains(part, StringComparison.Ordinal) == true)
                return;
        }

        report.Add(CheckRules.FromPlatformFlagConstDisallowed, from, $"'--platform={platform}' is the same for whatever is built.");
    }
}
