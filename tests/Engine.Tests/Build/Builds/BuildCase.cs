namespace ContainerPS.Engine.Tests.Build;

/// <summary>A small Dockerfile of data/builds/corpus.txt, and what is said about it there.</summary>
internal sealed record BuildCase(string Name)
{
    internal List<string> Dockerfile { get; } = [];

    internal Dictionary<string, string> Arguments { get; } = [];

    internal List<string> Ignored { get; } = [];

    internal List<(string Path, string Reason)> Differences { get; } = [];

    internal HashSet<string> ConfigDifferences { get; } = [];

    internal List<string> Expected { get; } = [];

    internal List<string> Unexpected { get; } = [];

    internal string? Target { get; private set; }

    /// <summary>Why buildah cannot build it; null when it can.</summary>
    internal string? Alone { get; private set; }

    /// <summary>What the error says; null when there is none.</summary>
    internal string? Failure { get; private set; }

    internal static IReadOnlyList<BuildCase> ReadAll()
    {
        var cases = new List<BuildCase>();
        foreach (var line in File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "data/builds/corpus.txt")))
        {
            if (line.StartsWith("==== ", StringComparison.Ordinal)) cases.Add(new BuildCase(line[5..]));
            else if (cases.Count > 0) cases[^1].Add(line);
        }

        return cases;
    }

    private void Add(string line)
    {
        if (!line.StartsWith('@'))
        {
            Dockerfile.Add(line);
            return;
        }

        var space = line.IndexOf(' ');
        var (option, value) = space < 0 ? (line, "") : (line[..space], line[(space + 1)..]);
        switch (option)
        {
            case "@arg": Arguments[value[..value.IndexOf('=')]] = value[(value.IndexOf('=') + 1)..]; break;
            case "@target": Target = value; break;
            case "@ignore": Ignored.Add(value); break;
            case "@differs": Differences.Add((value.Split(' ')[0], value.Split(' ')[1])); break;
            case "@config": ConfigDifferences.Add(value.Split(' ')[0]); break;
            case "@alone": Alone = value; break;
            case "@has": Expected.Add(value); break;
            case "@hasnot": Unexpected.Add(value); break;
            case "@fails": Failure = value; break;
            default: throw new InvalidDataException(line);
        }
    }

    /// <summary>True when the two may differ at a path.</summary>
    internal bool MayDiffer(string path) => Differences.Exists(difference =>
        difference.Path.EndsWith('*') ? path.StartsWith(difference.Path[..^1], StringComparison.Ordinal) : path == difference.Path);
}
