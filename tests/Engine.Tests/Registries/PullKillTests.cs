using ContainerPS.Engine.Images;
using ContainerPS.Engine.Tests.Images;
using static ContainerPS.Engine.Tests.Images.TestArchives;

namespace ContainerPS.Engine.Tests.Registries;

/// <summary>
/// Pulls that are killed at forty points: strace kills them as a thread of theirs is about to make its N-th change of the file system. Afterwards the store is
/// well, and the next pull completes and asks for nothing that had come.
/// </summary>
public sealed class PullKillTests : IDisposable
{
    // Which calls are counted, and how many of them are passed over from one point to the next. strace counts those of each thread for itself.
    private static readonly (string Calls, int Points, int Step)[] s_phases =
    [
        ("mkdir,flock,ftruncate,fchmod", 10, 4), // beginning
        ("pwrite64,link,linkat", 18, 1), // layers come
        ("rename,renameat2,unlink,unlinkat,fsync,syncfs", 12, 2), // all becomes visible
    ];

    private readonly TestStore _store = new();
    private readonly TestRegistry _registry = new();

    public void Dispose()
    {
        _registry.Dispose();
        _store.Dispose();
    }

    [Fact]
    public void A_killed_pull_is_gone_on_with()
    {
        var image = _registry.Add("1", Layer("a"), TestTransfers.Big(400_000), Layer("b"), TestTransfers.Big(800_000, 2), Layer("c"));
        var (killed, kept, resumed) = (0, 0, 0);
        var points = s_phases.SelectMany(phase => Enumerable.Range(0, phase.Points).Select(i => (phase.Calls, Number: 1 + (i * phase.Step)))).ToList();
        Assert.Equal(40, points.Count);
        foreach (var (calls, number) in points)
        {
            // One thread that does it all has more points, several meet in others.
            _store.Configure($$"""{"maxConcurrentDownloads":{{(number % 2 == 0 ? 3 : 1)}}}""");
            if (PullAndKill(calls, number)) killed++;
            Check();
            foreach (var found in _store.Images.List()) AssertWhole(found.Name);
            var here = WhatHasCome();
            var before = _registry.Server.Requests.Count;
            Assert.Equal(Sha(image.Manifest), _store.Pull(_registry.NameOf()).Digest);
            var asked = _registry.Server.Requests.Skip(before).ToList();
            // The first is the config, a document that is read to make the plan.
            foreach (var layer in image.Blobs.Skip(1))
            {
                var requests = asked.Where(request => request.Path.EndsWith(Sha(layer), StringComparison.Ordinal)).ToList();
                var length = here.Whole.Contains(Sha(layer)) ? layer.Length : here.Partial.GetValueOrDefault(Sha(layer));
                if (length == layer.Length) Assert.Empty(requests);
                else Assert.Equal(length == 0 ? null : length, Assert.Single(requests).RangeStart);
                if (length == layer.Length) kept++;
                else if (length > 0) resumed++;
            }

            AssertWhole(_registry.NameOf());
            Assert.Empty(_store.Partials());
            _store.AssertClean();
            Check();
            _store.Images.Remove(_registry.NameOf(), [], force: false);
            _store.AssertEmpty();
        }

        Assert.True(killed >= 30 && kept >= 20 && resumed >= 1, $"of 40 pulls {killed} were killed; {kept} layers had come, and {resumed} in part");
    }

    private bool PullAndKill(string calls, int number)
    {
        string[] strace = ["--follow-forks", "--quiet=all", "--output=/dev/null", $"--trace={calls}", $"--inject={calls}:signal=KILL:when={number}", "--env=DOTNET_EnableDiagnostics=0"];
        var (exitCode, output) = TestStore.TryRun("strace", [.. strace, "dotnet", typeof(PullKillTests).Assembly.Location, "pull", _store.Paths.Root, _store.Paths.Run, _store.Paths.ConfigFile, _registry.NameOf()]);
        Assert.True(exitCode is 0 or 137, $"{calls} {number}: exit code {exitCode}\n{output}");
        return exitCode == 137;
    }

    // Wherever it lies: a file with the content of a blob is that blob.
    private (HashSet<string> Whole, Dictionary<string, long> Partial) WhatHasCome()
    {
        if (!Directory.Exists(_store.Paths.Images)) return ([], []);
        var whole = Directory.EnumerateFiles(_store.Paths.Images, "*", SearchOption.AllDirectories).Select(path => Sha(File.ReadAllBytes(path))).ToHashSet();
        var partial = _store.Partials().ToDictionary(name => "sha256:" + name, name => new FileInfo(Path.Combine(_store.Paths.Images, "partial", name)).Length);
        return (whole, partial);
    }

    private void AssertWhole(string name)
    {
        var paths = _store.Images.Resolve(name).LayerPaths;
        Assert.Equal(5, paths.Count);
        Assert.All(paths, path => Assert.NotEmpty(Directory.GetFileSystemEntries(path)));
    }

    private void Check() =>
        Assert.DoesNotContain(new ImageStore(_store.Paths).Check(repair: false, () => [], null, CancellationToken.None), problem => !problem.IsHarmless);
}
