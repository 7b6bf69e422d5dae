namespace ContainerPS.Engine.Build;

/// <summary>Docker's build checks (docs.docker.com, "Build checks"): what is allowed, and most likely not meant.</summary>
internal static class DockerfileCheck
{
    /// <summary>Checks a Dockerfile, all of its stages.</summary>
    internal static CheckResult Run(Dockerfile dockerfile, CheckContext context)
    {
        var options = dockerfile.Directives.Check is { } own ? own.With(context.Options) : context.Options;
        var report = new CheckReport(options);
        DockerfileException? error = null;
        foreach (var location in dockerfile.EmptyContinuations)
            report.Add(CheckRules.NoEmptyContinuation, location, "There is an empty line in an instruction that goes on.");
        NameChecks.Run(dockerfile, report);
        DescriptionCheck.Run(dockerfile, report);
        try
        {
            var bases = FromChecks.Run(dockerfile, context, report);
            StageChecks.Run(dockerfile, context, bases, report);
        }
        catch (DockerfileException e)
        {
            error = e;
        }

        var warnings = report.Warnings;
        return new(warnings, error, (dockerfile.Directives.Check?.Error == true || context.Options.Error) && warnings.Count > 0);
    }
}
