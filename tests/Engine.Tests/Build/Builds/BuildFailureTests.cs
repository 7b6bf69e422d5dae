using ContainerPS.Engine.Tests.Containers;
using ContainerPS.Engine.Tests.Images;
using ContainerPS.Engine.Tests.Runtime;

namespace ContainerPS.Engine.Tests.Build;

/// <summary>Builds that come to nothing: they say why, and leave nothing but what is cached.</summary>
public sealed class BuildFailureTests(BuildStore store) : IClassFixture<BuildStore>
{
    [Fact]
    public void A_command_that_fails_shows_step_place_exit_code_and_output()
    {
        var context = store.NewContext("FROM busybox AS base\n\nFROM base\nRUN echo one && \\\n    for i in $(seq 300); do echo line $i; done; \\\n    echo bad >&2; exit 7\nRUN true\n");
        var error = Assert.IsType<BuildStepException>(store.Refused(context));
        Assert.Equal(7, error.ExitCode);
        Assert.Equal(("Dockerfile", 4), (error.Step.File, error.Step.Line));
        Assert.Contains("bad", error.Output);
        Assert.Contains("line 300", error.Output);
        Assert.Contains("exit code 7", error.Message, StringComparison.Ordinal);
        Assert.Contains("line 299", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("line 200\n", error.Message, StringComparison.Ordinal);
        store.AssertClean();
    }

    [Theory]
    [InlineData("RUN [\"/none\"]", "/none")]
    [InlineData("USER none\nRUN true", "none")]
    [InlineData("RUN sh -c 'kill -9 $$'; exit $?", "137")]
    [InlineData("COPY none /x", "none")]
    [InlineData("COPY --from=none/none:none /x /x", "none/none")]
    [InlineData("COPY --chown=none none /x", "none")]
    [InlineData("COPY f /bin/sh/x", "/bin/sh")]
    [InlineData("WORKDIR /bin/sh", "/bin/sh")]
    [InlineData("ADD --checksum=sha256:0 f /x", "checksum")]
    [InlineData("RUN --mount=type=bind,source=none,target=/m true", "none")]
    [InlineData("RUN --mount=type=cache,target=/bin/sh/c true", "/bin/sh")]
    [InlineData("STOPSIGNAL SIGNONE", "SIGNONE")]
    [InlineData("ENV A=\"${B:?is missing}\"\nRUN true", "is missing")]
    public void It_says_what_is_wrong(string instructions, string part)
    {
        Assert.Contains(part, store.Refused(store.NewContext($"FROM busybox\n{instructions}\n", "echo f > f")).Message, StringComparison.Ordinal);
        store.AssertClean();
    }

    [Fact]
    public void A_command_that_takes_too_much_memory_says_so()
    {
        var error = Assert.IsType<BuildStepException>(store.Refused(store.NewContext("FROM busybox\nRUN head -c 200m /dev/zero | tail > /dev/null\n"), settings => settings with { Memory = 24 << 20 }));
        Assert.Contains("out of memory", error.Message, StringComparison.Ordinal);
        store.AssertClean();
    }

    [Fact]
    public void Cancelled_it_ends_commands_and_all_that_they_have_started()
    {
        var id = Guid.NewGuid();
        var context = store.NewContext($"FROM busybox AS a\nRUN echo begun; (sleep 1000 {id} & sleep 1000 {id}); true {id}\nFROM busybox\nRUN echo begun; trap '' TERM INT HUP; sleep 1000 {id}; true\nCOPY --from=a / /\n".Replace($"sleep 1000 {id}", $"sh -c 'sleep 1000; true' waiting-{id}", StringComparison.Ordinal));
        using var cancellation = new CancellationTokenSource();
        var begun = 0;
        var progress = new Told(news =>
        {
            if (news is { Event: BuildEvent.Output, Line: "begun" } && Interlocked.Increment(ref begun) == 2) cancellation.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => store.Build(context, "cancelled", null, progress, cancellation.Token));
        // What is killed is gone a moment later.
        TestEngine.Eventually(() => BuildStore.Bash($"pgrep -f '[w]aiting-{id}' || true").Length == 0, "its processes have ended");
        TestEngine.Eventually(() => BuildStore.Bash($"find /sys/fs/cgroup -type d -path '*/containerps/build-{Environment.ProcessId}-*' 2>/dev/null || true").Length == 0, "its cgroups are gone");
        Assert.DoesNotContain(store.Engine.Images.List(), static image => image.Name.StartsWith("cancelled", StringComparison.Ordinal));
        store.AssertClean();
    }

    [Fact]
    public void One_stage_that_fails_ends_the_others()
    {
        var context = store.NewContext("FROM busybox AS a\nRUN sleep 1000\nFROM busybox AS b\nRUN exit 3\nFROM busybox\nCOPY --from=a / /a/\nCOPY --from=b / /b/\n");
        Assert.Equal(3, Assert.IsType<BuildStepException>(store.Refused(context)).ExitCode);
        store.AssertClean();
    }

    [Fact]
    public void What_a_command_leaves_running_is_ended()
    {
        var id = Guid.NewGuid();
        store.BuildText($"FROM busybox\nRUN sh -c 'sleep 1000; true' waiting-{id} & echo {id} > /x\n", "left-running");
        // What is killed is gone a moment later.
        TestEngine.Eventually(() => BuildStore.Bash($"pgrep -f '[w]aiting-{id}' || true").Length == 0, "its processes have ended");
        Assert.Equal($"{id}\n", store.FilesOf("left-running").Text("/x"));
        store.AssertClean();
    }

    [Fact]
    public void More_layers_than_a_container_can_have_are_refused()
    {
        var error = store.Refused(store.NewContext("FROM scratch\n" + string.Concat(Enumerable.Range(0, 520).Select(static i => $"COPY f /{i}\n")), "echo f > f"));
        Assert.Contains("499 layers", error.Message, StringComparison.Ordinal);
        store.AssertClean();
    }

    [Fact]
    public void Without_room_it_says_so_and_leaves_nothing()
    {
        var disk = store.NewFolder();
        BuildStore.Bash($"mount -t tmpfs -o size=24m containerps-test '{disk}'");
        try
        {
            var paths = new StorePaths(Path.Combine(disk, "root"), Path.Combine(store.Folder, "small-run"), Path.Combine(store.Folder, "engine.json"));
            var small = LocalEngine.Open(paths, RuncsProgram.Path);
            var context = store.NewContext("FROM scratch\nCOPY f /f\n", "head -c 40000000 /dev/urandom > f");
            Assert.IsType<NoSpaceException>(Assert.ThrowsAny<ContainerEngineException>(() => small.Build(new BuildSettings { Path = context, Names = ["small"] }, null, CancellationToken.None)));
            Assert.Empty(small.Images.List());
            Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(paths.Layers, "ingest")));
            Assert.Equal("", BuildStore.Bash($"find '{disk}' -size +1M"));

            // Files that fit, and a blob that does not.
            BuildStore.Bash($"head -c 15000000 /dev/urandom > '{context}/f'");
            Assert.IsType<NoSpaceException>(Assert.ThrowsAny<ContainerEngineException>(() => small.Build(new BuildSettings { Path = context, Names = ["small"] }, null, CancellationToken.None)));
            Assert.Equal("", BuildStore.Bash($"find '{disk}' -size +1M"));
            BuildStore.Bash($"echo fits > '{context}/f'");
            Assert.NotNull(small.Build(new BuildSettings { Path = context, Names = ["small"] }, null, CancellationToken.None).Image);
        }
        finally
        {
            BuildStore.Bash($"umount '{disk}'");
        }
    }

    // strace kills the shell, runcs or the command, whichever makes its N-th of these calls first.
    [Theory]
    [InlineData("mkdir,mkdirat,flock,fchmod", 9, 3)]
    [InlineData("pwrite64,link,linkat,symlinkat", 6, 2)]
    [InlineData("rename,renameat,renameat2,unlink,unlinkat,rmdir,fsync,syncfs", 9, 3)]
    [InlineData("fsconfig,fsmount,move_mount,open_tree,mount,clone,clone3,execve,pidfd_open,pivot_root", 9, 3)]
    public void Killed_at_any_moment_it_leaves_a_store_in_which_the_same_build_succeeds(string calls, int points, int step)
    {
        var context = store.NewContext($"FROM busybox AS a\nRUN echo {Guid.NewGuid()} > /x\nFROM busybox\nCOPY f /f\nCOPY --from=a /x /x\nRUN --mount=type=cache,target=/c cp /x /c/x\nRUN --mount=type=tmpfs,target=/t ln /x /y\n", "echo f > f");
        var killed = 0;
        for (var point = 0; point < points; point++)
        {
            // Each time all is done anew.
            var (content, number) = ($"{calls}{point}{Guid.NewGuid()}", 1 + (point * step));
            File.WriteAllText(Path.Combine(context, "f"), content);
            string[] strace = ["--follow-forks", "--quiet=all", "--output=/dev/null", $"--trace={calls}", $"--inject={calls}:signal=KILL:when={number}", "--env=DOTNET_EnableDiagnostics=0"];
            var (exitCode, _) = TestStore.TryRun("strace", [.. strace, "dotnet", typeof(BuildStore).Assembly.Location, "build", store.Paths.Root, store.Paths.Run, RuncsProgram.Path, context, "killed"]);
            if (exitCode != 0) killed++;
            store.Build(context, "after-kill");
            Assert.Equal(content, store.FilesOf("after-kill").Text("/f"));
            Assert.True(store.FilesOf("after-kill").All.ContainsKey("/y"));
            store.AssertClean();
        }

        Assert.Empty(store.Engine.Store.Check(repair: false, null, CancellationToken.None));
        Assert.True(killed > points / 2, $"{killed} of {points} were killed");
    }

    private sealed class Told(Action<BuildProgress> action) : IProgress<BuildProgress>
    {
        public void Report(BuildProgress value) => action(value);
    }
}
