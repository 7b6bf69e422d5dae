namespace ContainerPS.Engine.Build;

/// <summary>Which checks are done, as <c># check=skip=RuleA,RuleB;error=true</c> says (Dockerfile reference, "check").</summary>
internal sealed record CheckOptions
{
    /// <summary>True when no check is done.</summary>
    public bool SkipAll { get; init; }

    /// <summary>Names of checks that are not done.</summary>
    public IReadOnlyList<string> Skip { get; init; } = [];

    /// <summary>True when checks on trial are done, too.</summary>
    public bool ExperimentalAll { get; init; }

    /// <summary>Names of checks on trial that are done.</summary>
    public IReadOnlyList<string> Experimental { get; init; } = [];

    /// <summary>True when a build fails if there is a warning.</summary>
    public bool Error { get; init; }

    /// <summary>Reads options.</summary>
    /// <exception cref="DockerfileException">One of them is none.</exception>
    internal static CheckOptions Parse(string text, SourceLocation location)
    {
        var options = new CheckOptions();
        foreach (var part in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=');
            var value = equals < 0 ? "" : part[(equals + 1)..].Trim();
            var names = value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            options = (equals < 0 ? part : part[..equals].Trim()) switch
            {
                "skip" when equals > 0 => value == "all" ? options with { SkipAll = true } : options with { Skip = names },
                "experimental" when equals > 0 => value == "all" ? options with { ExperimentalAll = true } : options with { Experimental = names },
                "error" when GoBoolean.TryParse(value) is { } isError => options with { Error = isError },
                _ => throw new DockerfileException(location, $"'{part}' says nothing about checks. The form is skip=RuleA,RuleB;error=true, or skip=all."),
            };
        }

        return options;
    }

    /// <summary>These options and others, of a comment above an instruction.</summary>
    internal CheckOptions With(CheckOptions other) => this with
    {
        SkipAll = SkipAll || other.SkipAll,
        Skip = [.. Skip, .. other.Skip],
        ExperimentalAll = ExperimentalAll || other.ExperimentalAll,
        Experimental = [.. Experimental, .. other.Experimental],
    };

    /// <summary>True when a check is done.</summary>
    internal bool Wants(CheckRule rule) => rule.IsExperimental
        ? ExperimentalAll || Experimental.Contains(rule.Name)
        : !SkipAll && !Skip.Contains(rule.Name);
}
