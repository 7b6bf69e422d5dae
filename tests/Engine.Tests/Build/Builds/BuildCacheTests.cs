using System.Diagnostics;
using ContainerPS.Engine.Images;
using ContainerPS.Engine.Tests.Containers;
using ContainerPS.Engine.Tests.Runtime;

namespace ContainerPS.Engine.Tests.Build;

/// <summary>What of a build is taken from earlier ones.</summary>
public sealed class BuildCacheTests(BuildStore store) : IClassFixture<BuildStore>
{
    private const string Unique = "cat /proc/sys/kernel/random/uuid";

    [Fact]
    public void Times_do_not_count_but_contents_modes_and_names_do()
    {
        var context = store.NewContext("FROM busybox\nCOPY d /d\n", "mkdir d; echo 1 > d/1");
        Assert.Equal(0, store.Build(context).CacheHits);
        Assert.Equal(1, store.Build(context).CacheHits);
        foreach (var (change, hits) in ((string, int)[])
        [
            ("touch -d '2001-01-01' d/1 d", 1), ("chown 5:6 d/1", 1), ("chmod 600 d/1", 0), ("chmod 644 d/1", 1), ("echo 2 > d/1", 0), ("mv d/1 d/2", 0), ("mkdir d/e", 0),
            ("ln -s 2 d/l", 0), ("rm d/l; ln -s 3 d/l", 0), ("setfattr -n user.a -v b d/2", 0), ("cp -a d x; rm -r d; mv x d", 1),
        ])
        {
            BuildStore.Bash($"cd '{context}'; {change}");
            Assert.True(hits == store.Build(context).CacheHits, change);
        }
    }

    [Fact]
    public void Only_what_is_matched_counts()
    {
        var context = store.NewContext("FROM busybox\nCOPY *.txt /d/\n", "echo 1 > a.txt; echo 2 > other");
        store.Build(context);
        BuildStore.Bash($"echo 3 > '{context}/other'");
        Assert.Equal(1, store.Build(context).CacheHits);
        BuildStore.Bash($"echo 3 > '{context}/b.txt'");
        Assert.Equal(0, store.Build(context).CacheHits);
    }

    [Theory]
    [InlineData("ARG V=1\nRUN echo x", "ARG V=2\nRUN echo x", false)]
    [InlineData("ENV V=1\nRUN echo x", "ENV V=2\nRUN echo x", false)]
    [InlineData("WORKDIR /a\nWORKDIR /\nRUN echo x", "WORKDIR /a\nRUN echo x", false)]
    [InlineData("USER 1\nRUN echo x", "USER 2\nRUN echo x", false)]
    [InlineData("SHELL [\"/bin/sh\",\"-c\"]\nRUN echo x", "SHELL [\"/bin/sh\",\"-ec\"]\nRUN echo x", false)]
    [InlineData("RUN echo x", "RUN echo  x", false)]
    [InlineData("RUN --network=none echo x", "RUN echo x", false)]
    [InlineData("LABEL a=1\nRUN echo x", "LABEL a=2\nRUN echo x", true)]
    [InlineData("EXPOSE 80\nHEALTHCHECK CMD true\nCMD [\"a\"]\nRUN echo x", "RUN echo x", true)]
    [InlineData("RUN echo x # comment", "RUN echo x", false)]
    [InlineData("RUN --mount=type=cache,target=/c echo x", "RUN --mount=type=cache,target=/d echo x", false)]
    [InlineData("RUN <<A\necho x\nA", "RUN <<B\necho x\nB", true)]
    public void A_command_counts_with_all_that_it_sees(string one, string other, bool isSame)
    {
        var mark = $"\nRUN echo {Guid.NewGuid()} > /mark\n";
        store.BuildText($"FROM busybox{mark}{one}\n");
        var step = store.BuildText($"FROM busybox{mark}{other}\n").Steps[^1];
        Assert.Equal(isSame, step.IsCached);
    }

    [Fact]
    public void A_step_that_changes_nothing_changes_nothing_for_those_after_it()
    {
        var id = Guid.NewGuid();
        store.BuildText($"FROM busybox\nRUN echo {id} > /x\nRUN echo one\nRUN echo after\n");
        Assert.True(store.BuildText($"FROM busybox\nRUN echo {id} > /x\nRUN echo two\nRUN echo after\n").Steps[^1].IsCached);
    }

    [Fact]
    public void What_is_mounted_to_be_read_counts()
    {
        var context = store.NewContext("FROM busybox AS a\nCOPY f /f\nFROM busybox\nRUN --mount=type=bind,source=g,target=/g cat /g > /x\nRUN --mount=type=bind,from=a,target=/a cat /a/f\n", "echo 1 > f; echo 1 > g");
        store.Build(context);
        Assert.Equal(3, store.Build(context).CacheHits);
        BuildStore.Bash($"echo 2 > '{context}/g'");
        Assert.Equal([true, true, true, false, false], store.Build(context).Steps.Select(static step => step.IsCached || step.Text.StartsWith("FROM", StringComparison.Ordinal)));
        BuildStore.Bash($"echo 2 > '{context}/f'");
        Assert.False(store.Build(context).Steps[^1].IsCached);
    }

    [Fact]
    public void Images_that_were_pulled_or_imported_are_no_cache()
    {
        var dockerfile = $"FROM busybox\nRUN echo {Guid.NewGuid()} > /x\n";
        var image = store.BuildText(dockerfile, "cache-import").Image!;
        var archive = Path.Combine(store.NewFolder(), "image.tar");
        store.Engine.Images.Save(new SaveRequest { Images = ["cache-import"], Path = archive }, null, CancellationToken.None);
        using var other = new BuildStore();
        other.Engine.Images.Import(new ImportRequest { Path = archive, Name = "cache-import" }, null, CancellationToken.None);
        Assert.Equal(image.Layers, other.Engine.Images.Get("cache-import").Layers);
        Assert.Equal(0, other.BuildText(dockerfile).CacheHits);
    }

    [Fact]
    public void Steps_before_a_failure_are_kept()
    {
        var id = Guid.NewGuid();
        store.Refused(store.NewContext($"FROM busybox\nRUN echo {id}\nRUN exit 1\n"));
        Assert.Equal(1, store.BuildText($"FROM busybox\nRUN echo {id}\nRUN true\n").CacheHits);
        store.AssertClean();
    }

    [Fact]
    public void Of_builds_that_come_to_the_same_step_one_does_it()
    {
        // The folder tells how often it was done.
        var id = Guid.NewGuid();
        var context = store.NewContext($"FROM busybox\nRUN --mount=type=cache,id={id},target=/c echo {id} >> /c/done; sleep 0.5; {Unique} > /x\nRUN --mount=type=cache,id={id},target=/c wc -l < /c/done > /count\n");
        var images = new Image[4];
        Parallel.For(0, images.Length, i => images[i] = LocalEngine.Open(store.Paths, RuncsProgram.Path).Build(new BuildSettings { Path = context, Names = [$"same:{i}"] }, null, CancellationToken.None).Image!);
        Assert.Equal("1\n", store.FilesOf("same:0").Text("/count"));
        Assert.Single(images.Select(static image => image.ImageId).Distinct());
    }

    [Fact]
    public void It_outlives_a_shell_that_is_killed_while_it_builds()
    {
        var id = Guid.NewGuid();
        var context = store.NewContext($"FROM busybox\nRUN {Unique} > /{id}\nRUN touch /waiting-{id}; sh -c 'sleep 1000; true' waiting-{id}\n");
        using var shell = Process.Start(new ProcessStartInfo("dotnet", [typeof(BuildStore).Assembly.Location, "build", store.Paths.Root, store.Paths.Run, RuncsProgram.Path, context, "killed"]))!;
        TestEngine.Eventually(() => Find(store.Paths.Layers, $"waiting-{id}"), "the second step runs");
        var sleeping = Sleeping(id);
        shell.Kill();
        shell.WaitForExit();
        TestEngine.Eventually(() => Sleeping(id) is null, "its command has gone with it");
        Assert.NotNull(sleeping);
        var result = store.BuildText($"FROM busybox\nRUN {Unique} > /{id}\nRUN true\n", "after-kill");
        Assert.Equal(1, result.CacheHits);
        store.AssertClean();
        Assert.Empty(BuildStore.Bash("find /sys/fs/cgroup -type d -path '*/containerps/build-" + shell.Id + "-*' 2>/dev/null || true"));
    }

    [Fact]
    public void What_a_shell_leaves_that_is_killed_with_its_command_goes_with_the_next_build()
    {
        var id = Guid.NewGuid();
        var context = store.NewContext($"FROM busybox\nRUN touch /waiting-{id}; sh -c 'sleep 1000; true' waiting-{id}\n");
        using var shell = Process.Start(new ProcessStartInfo("dotnet", [typeof(BuildStore).Assembly.Location, "build", store.Paths.Root, store.Paths.Run, RuncsProgram.Path, context, "killed"]))!;
        TestEngine.Eventually(() => Find(store.Paths.Layers, $"waiting-{id}"), "the step runs");
        BuildStore.Bash($"kill -STOP {shell.Id}; kill -KILL $(pgrep -P {shell.Id} -f 'runcs step'); kill -KILL {shell.Id}");
        shell.WaitForExit();
        TestEngine.Eventually(() => Sleeping(id) is null, "its command has gone with it");
        var cgroups = $"find /sys/fs/cgroup -type d -path '*/containerps/build-{shell.Id}-*' 2>/dev/null || true";
        Assert.NotEmpty(BuildStore.Bash(cgroups));
        store.BuildText("FROM busybox\nRUN echo after\n");
        Assert.Empty(BuildStore.Bash(cgroups));
        store.AssertClean();
    }

    [Fact]
    public void Clearing_takes_away_what_only_the_cache_has()
    {
        using var own = new BuildStore();
        own.BuildText("FROM busybox\nRUN echo kept > /kept\n", "kept");
        own.BuildText("FROM busybox\nRUN --mount=type=cache,target=/c echo gone > /c/gone; echo gone > /gone\n", "gone");
        own.Engine.Images.Remove("gone", [], force: false);
        Assert.True(own.Engine.Store.Measure().Single(static usage => usage.Type == StoreItemType.BuildCache).Size >= 5);
        var unused = own.Engine.Store.FindUnused(new Engine.Containers.StoreSelection { Types = [StoreItemType.BuildCache] });
        Assert.Equal(3, Assert.Single(own.Engine.Store.Clear(unused, CancellationToken.None)).Name.Count(char.IsAsciiDigit) + 1);
        Assert.Equal("kept\n", own.FilesOf("kept").Text("/kept"));
        Assert.Equal(2, Directory.GetDirectories(own.Paths.Layers).Count(static folder => Path.GetFileName(folder) != "ingest"));
        Assert.Equal(0, own.BuildText("FROM busybox\nRUN echo kept > /kept\n").CacheHits);
    }

    private static bool Find(string folder, string name)
    {
        try
        {
            return Directory.EnumerateFiles(folder, name, SearchOption.AllDirectories).Any();
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string? Sleeping(Guid id) => Directory.GetDirectories("/proc").FirstOrDefault(folder =>
    {
        try
        {
            return Path.GetFileName(folder).All(char.IsAsciiDigit) && File.ReadAllText(folder + "/cmdline").Contains($"waiting-{id}", StringComparison.Ordinal) && !File.ReadAllText(folder + "/cmdline").StartsWith("dotnet", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });
}
