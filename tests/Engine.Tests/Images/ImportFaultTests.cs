using System.Diagnostics;
using ContainerPS.Engine.Images;
using static ContainerPS.Engine.Tests.Images.TestArchives;

namespace ContainerPS.Engine.Tests.Images;

/// <summary>Full disks, several at once, and processes that die.</summary>
public sealed class ImportFaultTests
{
    [Theory]
    [InlineData("root")]
    [InlineData("docker")]
    [InlineData("piped docker")]
    public void A_full_disk_leaves_nothing_and_what_was_there(string form)
    {
        using var store = new TestStore(tmpfsSize: "8m");
        store.Import(RootFileSystem(), "small");
        var free = new DriveInfo(store.Paths.Root).AvailableFreeSpace;
        var big = Tar(("etc/", []), ("etc/big", Noise(6 << 20)), ("etc/bigger", Noise(6 << 20)));
        var archive = form == "root" ? big : Docker(["big:1"], Layer("a"), big);
        var error = Assert.Throws<NoSpaceException>(() => form == "piped docker" ? store.Import(archive) : store.Import(store.File(archive), form == "root" ? "big" : null));
        Assert.Contains("No space", error.Message);
        store.AssertClean();
        Assert.Equal(["small:latest"], store.Images.List().Select(image => image.Name));
        // A process that another test is just starting holds copies of this one's descriptors until it executes its program.
        Assert.True(SpinWait.SpinUntil(() => new DriveInfo(store.Paths.Root).AvailableFreeSpace == free, TimeSpan.FromSeconds(60)), "space is still taken");
        Assert.Single(store.Images.Resolve("small").LayerPaths);
    }

    [Fact]
    public void Many_imports_of_the_same_and_of_others_at_once()
    {
        using var store = new TestStore();
        byte[][] layers = [Layer("a"), Layer("b"), Layer("c")];
        var archives = Enumerable.Range(0, 12).Select(i => store.File(Docker([$"app{i % 4}:{i}"], [.. layers.Take(1 + (i % 3))]), $"{i}.tar")).ToArray();
        Parallel.ForEach(archives, new ParallelOptions { MaxDegreeOfParallelism = 12 }, path =>
            new ImageStore(store.Paths).Import(new ImportRequest { Path = path }, null, CancellationToken.None));
        Assert.Equal(12, store.Images.List().Count);
        Assert.Equal(3, store.Images.List().Select(image => image.ImageId).Distinct().Count());
        Assert.Equal(3, store.Layers().Length);
        Assert.All(store.Images.List(), image => Assert.Equal(image.Layers.Count, store.Images.Resolve(image.Name).LayerPaths.Count(Directory.Exists)));
        store.AssertClean();
    }

    [Fact]
    public async Task Imports_and_removals_at_once_never_show_half_an_image()
    {
        using var store = new TestStore();
        var archive = store.File(Docker(["app:1"], Layer("a"), Layer("b")));
        var work = Enumerable.Range(0, 6).Select(thread => Task.Factory.StartNew(
            () =>
            {
                var images = new ImageStore(store.Paths);
                for (var i = 0; i < 20; i++)
                {
                    try
                    {
                        if (thread < 3) images.Import(new ImportRequest { Path = archive }, null, CancellationToken.None);
                        else if (thread < 5) images.Remove("app:1", [], force: false);
                        else Assert.All(images.Resolve("app:1").LayerPaths, path => Assert.True(Path.IsPathFullyQualified(path)));
                    }
                    catch (ImageNotFoundException) when (thread >= 3)
                    {
                    }
                }
            },
            TaskCreationOptions.LongRunning));
        await Task.WhenAll(work);

        store.Import(archive);
        Assert.All(store.Images.Resolve("app:1").LayerPaths, path => Assert.NotEmpty(Directory.GetFiles(path)));
        store.Images.Remove("app:1", [], force: false);
        store.AssertEmpty();
    }

    [Fact]
    public void A_killed_import_leaves_what_the_next_one_sweeps()
    {
        using var store = new TestStore();
        var tar = Tar(("etc/", []), ("etc/big", Noise(4 << 20)), ("etc/last", Text("end")));
        var pipe = Path.Combine(store.Folder, "pipe");
        TestStore.Run("mkfifo", pipe);
        using (var child = Process.Start("dotnet", [typeof(ImportFaultTests).Assembly.Location, "import", store.Paths.Root, store.Paths.Run, pipe, "killed"]))
        {
            // The pipe holds 64 KiB: when 3 MiB have gone into it, the import is in the middle, and as long as it is open waits for more.
            using var writer = new FileStream(pipe, FileMode.Open, FileAccess.Write, FileShare.Read, bufferSize: 0);
            writer.Write(tar, 0, 3 << 20);
            child.Kill();
            child.WaitForExit();
        }

        Assert.NotEmpty(Directory.EnumerateDirectories(Path.Combine(store.Paths.Images, "ingest")));
        Assert.Empty(store.Images.List());
        store.Import(store.File(tar), "next");
        Assert.Equal(["next:latest"], store.Images.List().Select(image => image.Name));
        store.AssertClean();
    }

    [Fact]
    public void What_a_living_import_has_staged_is_not_swept()
    {
        using var store = new TestStore();
        var seen = false;
        var request = new ImportRequest { Path = store.File(RootFileSystem("first")), Name = "first" };
        store.Images.Import(request, new DuringImport(() =>
        {
            if (seen) return;
            seen = true;
            new ImageStore(store.Paths).Import(new ImportRequest { Source = new MemoryStream(RootFileSystem("second")), Name = "second" }, null, CancellationToken.None);
        }), CancellationToken.None);
        Assert.True(seen);
        Assert.Equal(2, store.Images.List().Count);
        store.AssertClean();
    }

    [Fact]
    public void Waiting_for_another_import_of_the_same_layers_can_be_given_up()
    {
        using var store = new TestStore();
        var archive = store.File(Docker(["app:1"], Layer("a")));
        using var cancellation = new CancellationTokenSource();
        var seen = false;
        store.Images.Import(new ImportRequest { Path = archive }, new DuringImport(() =>
        {
            if (seen) return;
            seen = true;
            cancellation.CancelAfter(100);
            Assert.ThrowsAny<OperationCanceledException>(() => new ImageStore(store.Paths).Import(new ImportRequest { Path = archive }, null, cancellation.Token));
        }), CancellationToken.None);
        Assert.True(seen);
        Assert.Single(store.Images.List());
        store.AssertClean();
    }

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private sealed class DuringImport(Action action) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => action();
    }
}
