using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Tests.Runtime.Fuzzing;

/// <summary>10,000 malformed variants of what podman, docker, containerd, crun and runc write: each runs, or is refused with a line that names the field.</summary>
public sealed partial class SpecFuzzTests
{
    private const int Count = 10_000;
    private const int Seed = 20261124;

    /// <summary>The documents, by the names of their files.</summary>
    public static TheoryData<string> Originals => [.. Directory.GetFiles(Folder).Select(path => Path.GetFileNameWithoutExtension(path)).Order()];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "data/runtime-specs");

    [Theory]
    [MemberData(nameof(Originals))]
    public void OriginalsRun(string name)
    {
        using var bundle = new FuzzBundle(9);
        var result = bundle.Run(File.ReadAllBytes(Path.Combine(Folder, name + ".json")), 0);
        Assert.NotNull(result);
        Assert.True(result.ExitCode == 0, result.Errors);
        Assert.Empty(bundle.Leftovers());
    }

    [Fact]
    public void VariantsAreReadOrRefusedByField()
    {
        var mutator = NewMutator();
        for (var i = 0; i < Count; i++)
        {
            var variant = mutator.Next();
            try
            {
                SpecValidator.Check(RuntimeSpecReader.Read(variant.Document), hasOverlay: false);
            }
            catch (InvalidSpecException e)
            {
                Assert.True(Problem(variant, $"runcs: {e.Message}") is null, $"{i} ({variant.Changes}): {e.Message}");
            }
        }
    }

    [Fact]
    public async Task VariantsRunOrAreRefusedAndLeaveNothing()
    {
        var mutator = NewMutator();
        var failures = new ConcurrentQueue<string>();
        var (taken, tried) = (0, 0);
        var workers = Enumerable.Range(0, Math.Clamp(Environment.ProcessorCount, 2, 8)).Select(number => Task.Factory.StartNew(() => Work(number), TaskCreationOptions.LongRunning)).ToArray();
        await Task.WhenAll(workers);
        Assert.Empty(failures);
        Assert.InRange(tried, Count * 9 / 10, Count);

        void Work(int worker)
        {
            using var bundle = new FuzzBundle(worker);
            while (true)
            {
                MutatedSpec variant;
                int number;
                lock (mutator)
                {
                    if (taken == Count || failures.Count > 20) return;
                    number = taken++;
                    variant = mutator.Next();
                }

                if (TryRead(variant.Document) is { } spec && !bundle.IsHarmless(spec)) continue;
                Interlocked.Increment(ref tried);
                if (ProblemOfRun(variant, bundle.Run(variant.Document, number)) is { } problem) failures.Enqueue($"{number} ({variant.Changes}): {problem}");
                if (number % 100 >= 99 && bundle.Leftovers().FirstOrDefault() is { } rest) failures.Enqueue($"after {number}: {rest}");
            }
        }
    }

    private static SpecMutator NewMutator() => new([.. Directory.GetFiles(Folder).Order(StringComparer.Ordinal).Select(File.ReadAllText)], Seed);

    private static RuntimeSpec? TryRead(byte[] document)
    {
        try
        {
            return RuntimeSpecReader.Read(document);
        }
        catch (InvalidSpecException)
        {
            return null;
        }
    }

    private static string? ProblemOfRun(MutatedSpec variant, RunResult? result)
    {
        if (result is null) return "did not end";
        var lines = result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.StartsWith("runcs: warning: ", StringComparison.Ordinal)).ToArray();
        if (lines.Length == 0) return result.ExitCode is 0 or > 128 ? null : $"exit code {result.ExitCode} without a word";
        if (lines.Length > 1) return "more than a line: " + result.Errors;
        return result.ExitCode is 1 or 126 or 127 ? Problem(variant, lines[0]) : $"exit code {result.ExitCode} and: {lines[0]}";
    }

    /// <summary>What is wrong with the line of an error; null when it names the field, and the one that was changed.</summary>
    private static string? Problem(MutatedSpec variant, string line)
    {
        var place = variant.Place;
        if (Program().IsMatch(line)) return place is null || s_ofProgram.Any(p => place.StartsWith(p, StringComparison.Ordinal)) ? null : "blames the program: " + line;
        var field = FieldOf(line);
        if (field.Length == 0) return "names no field: " + line;
        if (field == "the document") return place is null || line.Contains("is not JSON", StringComparison.Ordinal) ? null : "names no field: " + line;
        return place is null || IsNear(place, field) || line.Contains(ParentOf(place), StringComparison.Ordinal) || s_needs.Any(n => field.StartsWith(n.Field, StringComparison.Ordinal) && place.StartsWith(n.Place, StringComparison.Ordinal))
            ? null
            : "names another field: " + line;
    }

    private static string FieldOf(string line)
    {
        foreach (var form in (Regex[])[Field(), Step(), Setting()])
            if (form.Match(line) is { Success: true } match) return match.Groups["field"].Value;
        return Hook().Match(line) is { Success: true } hook ? $"hooks.{hook.Groups["kind"]}" : "";
    }

    /// <summary>True when one is part of the other, or both are of one object.</summary>
    private static bool IsNear(string place, string field) =>
        place.StartsWith(field, StringComparison.Ordinal) || field.StartsWith(place, StringComparison.Ordinal) || ParentOf(place) == ParentOf(field);

    private static string ParentOf(string path) => path.StartsWith("linux.sysctl", StringComparison.Ordinal) ? "linux.sysctl" : path.LastIndexOfAny(['.', '[']) is > 0 and var end ? path[..end] : path;

    [GeneratedRegex(@"^runcs: config\.json: (?<field>the document|[a-z][A-Za-z]*([.\[][^ ]*)?)[ ,:]", RegexOptions.ExplicitCapture)]
    private static partial Regex Field();

    [GeneratedRegex(@"^runcs: [a-z ]+ '.*' \((?<field>[a-z][A-Za-z]*([.\[][^ ]*)?)\): [A-Z0-9]+, |^runcs: [a-z ]+ '(?<field>(process|linux|root|hostname|domainname|mounts|hooks)[^ ]*)': [A-Z0-9]+, ", RegexOptions.ExplicitCapture)]
    private static partial Regex Step();

    [GeneratedRegex(@"^runcs: set (?<field>linux\.[^ ]+) ", RegexOptions.ExplicitCapture)]
    private static partial Regex Setting();

    [GeneratedRegex("^runcs: (?<kind>[a-zA-Z]+) hook [0-9]+ '", RegexOptions.ExplicitCapture)]
    private static partial Regex Hook();

    [GeneratedRegex("^runcs: The program '.*' cannot be executed: ", RegexOptions.Singleline)]
    private static partial Regex Program();

    // What makes a program be found or not.
    private static readonly string[] s_ofProgram = ["process.args", "process.env", "root.path", "mounts", "linux.seccomp"];

    // What is refused because of another field.
    private static readonly (string Field, string Place)[] s_needs =
    [
        ("hostname", "linux.namespaces"), ("linux.sysctl", "linux.namespaces"), ("linux.uidMappings", "linux.namespaces"), ("linux.", "linux.namespaces"),
        ("process.terminal", "mounts"), ("linux.devices", "mounts"), ("mounts", "mounts"), ("process.user", "linux.uidMappings"), ("process.user", "linux.gidMappings"),
    ];
}
