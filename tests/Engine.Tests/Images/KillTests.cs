using ContainerPS.Engine.Images;
using static ContainerPS.Engine.Tests.Images.TestArchives;

namespace ContainerPS.Engine.Tests.Images;

/// <summary>
/// Processes that are killed at forty points of a removal, an import and a save: strace kills them as they are about to make their N-th change of the file
/// system. Afterwards the store is well, and the same again completes.
/// </summary>
public sealed class KillTests : IDisposable
{
    private const string Changes = "mkdir,rename,renameat2,unlink,unlinkat,rmdir,flock,fsync,syncfs,ftruncate,fchmod";

    private readonly TestStore _store = new();
    private readonly byte[] _archive = Docker(["app:1"], Layer("a", "b", "c", "d"), Layer("e", "f", "g"), Layer("h", "i", "j"));

    public KillTests() => Assert.True(File.Exists("/usr/bin/strace"), "These tests need strace: apt-get install -y strace");

    public void Dispose() => _store.Dispose();

    [Fact]
    public void A_killed_removal_leaves_the_image_whole_or_gone()
    {
        _store.Import(Docker(["other:1"], Layer("a", "b", "c", "d"), Layer("other")));
        var kept = (_store.Blobs(), _store.Layers());
        AtFortyPoints(
            () => _store.Import(_archive),
            "remove", ["app:1"],
            () =>
            {
                if (_store.Images.List().Any(image => image.Name == "app:1"))
                {
                    Assert.Equal(3, _store.Images.Resolve("app:1").LayerPaths.Count(path => Directory.GetFiles(path).Length > 0));
                    _store.Images.Remove("app:1", [], force: false);
                }

                Check(repair: true);
                Assert.Equal(kept, (_store.Blobs(), _store.Layers()), Same);
                Assert.Equal(2, _store.Images.Resolve("other:1").LayerPaths.Count(path => Directory.GetFiles(path).Length > 0));
            });
    }

    [Fact]
    public void A_killed_import_leaves_the_image_whole_or_not_there()
    {
        var archive = _store.File(_archive);
        AtFortyPoints(
            () => { },
            "import", [archive, "app:1"],
            () =>
            {
                Assert.Equal("app:1", Assert.Single(_store.Import(archive)).Name);
                Assert.Equal(3, _store.Images.Resolve("app:1").LayerPaths.Count(path => Directory.GetFiles(path).Length > 0));
                _store.AssertClean();
                Check();
                Assert.Equal((5, 3), (_store.Blobs().Length, _store.Layers().Length));
                _store.Images.Remove("app:1", [], force: false);
            });
    }

    [Fact]
    public void A_killed_save_leaves_a_whole_archive_or_the_old_one()
    {
        _store.Import(_archive);
        var path = Path.Combine(_store.Folder, "saved.tar");
        _store.Images.Save(new SaveRequest { Images = ["app:1"], Path = path }, null, CancellationToken.None);
        var whole = File.ReadAllBytes(path);
        AtFortyPoints(
            () => File.WriteAllText(path, "old"),
            "save", ["app:1", path],
            () =>
            {
                var bytes = File.ReadAllBytes(path);
                Assert.True(bytes.AsSpan().SequenceEqual(whole) || bytes.AsSpan().SequenceEqual("old"u8), $"the archive has {bytes.Length} bytes");
                Check();
            },
            atLeast: 1);
    }

    private void AtFortyPoints(Action prepare, string verb, string[] arguments, Action afterwards, int atLeast = 20)
    {
        var killed = 0;
        for (var point = 1; point <= 40; point++)
        {
            prepare();
            string[] strace = ["--follow-forks", "--quiet=all", "--output=/dev/null", $"--trace={Changes}", $"--inject={Changes}:signal=KILL:when={point}"];
            string[] child = ["--env=DOTNET_EnableDiagnostics=0", "dotnet", typeof(KillTests).Assembly.Location, verb, _store.Paths.Root, _store.Paths.Run, .. arguments];
            var (exitCode, output) = TestStore.TryRun("strace", [.. strace, .. child]);
            Assert.True(exitCode is 0 or 137, $"point {point}: exit code {exitCode}\n{output}");
            if (exitCode == 137) killed++;
            Check();
            afterwards();
        }

        Assert.True(killed >= atLeast, $"only {killed} of 40 were killed");
    }

    private void Check(bool repair = false)
    {
        var problems = new ImageStore(_store.Paths).Check(repair, () => [], null, CancellationToken.None);
        Assert.DoesNotContain(problems, problem => !problem.IsHarmless);
    }

    private static bool Same((string[] Blobs, string[] Layers) a, (string[] Blobs, string[] Layers) b) => a.Blobs.SequenceEqual(b.Blobs) && a.Layers.SequenceEqual(b.Layers);
}
