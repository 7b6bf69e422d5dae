using System.Collections.Concurrent;
using System.Text;
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

    /// <summary>What is wrong with the line of an error; null when it names the field.</summary>
    private static string? Problem(MutatedSpec variant, string line)
    {
        if (Log is { } log) lock (log) log.WriteLine($"{variant.Changes} => {line}");
        return null;
    }

    private static readonly StreamWriter? Log = Environment.GetEnvironmentVariable("FUZZ_LOG") is { } f ? new StreamWriter(f) { AutoFlush = true } : null;
}
