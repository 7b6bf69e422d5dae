namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>Paused containers: <c>pause</c>, <c>resume</c>, and what the other commands do with one.</summary>
public sealed class PauseTests
{
    [Fact]
    public void PausedContainerStandsStillUntilItIsResumed()
    {
        using var container = Counting();
        Assert.Equal(0, container.Runcs("pause", container.Id).ExitCode);
        Assert.Equal("paused", container.State().Status);
        var size = Count(container);
        Assert.Contains("paused", container.Runcs("list").Output);
        Assert.NotEqual(0, container.Runcs("pause", container.Id).ExitCode);
        Assert.Equal(size, Count(container));
        Assert.Equal(0, container.Runcs("resume", container.Id).ExitCode);
        Assert.Equal("running", container.State().Status);
        while (Count(container) == size);
        var again = container.Runcs("resume", container.Id);
        Assert.NotEqual(0, again.ExitCode);
        Assert.Contains("not paused", again.Errors);
    }

    [Fact]
    public void ExecIntoAPausedContainerIsRefused()
    {
        using var container = Counting();
        Assert.Equal(0, container.Runcs("pause", container.Id).ExitCode);
        var result = container.Exec("true");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("paused", result.Errors);
        using var waiting = RuncsProgram.Start(RuncsProgram.Path, ["--root", container.StateRoot, "exec", "--ignore-paused", container.Id, "echo", "went on"]);
        Assert.Equal(0, container.Runcs("resume", container.Id).ExitCode);
        Assert.Equal("went on", waiting.StandardOutput.ReadLine());
        Assert.True(waiting.WaitForExit(60_000));
    }

    [Fact]
    public void PausedContainerIsKilled()
    {
        using var container = Counting();
        Assert.Equal(0, container.Runcs("pause", container.Id).ExitCode);
        Assert.Equal(0, container.Runcs("kill", container.Id, "KILL").ExitCode);
        while (container.State().Status != "stopped");
        Assert.Equal(0, container.Runcs("delete", container.Id).ExitCode);
        Assert.Empty(container.CgroupDirectories());
    }

    [Fact]
    public void PausedContainerIsDeletedByForce()
    {
        using var container = Counting();
        Assert.Equal(0, container.Runcs("pause", container.Id).ExitCode);
        Assert.NotEqual(0, container.Runcs("delete", container.Id).ExitCode);
        Assert.Equal(0, container.Runcs("delete", "--force", container.Id).ExitCode);
        Assert.Empty(container.CgroupDirectories());
    }

    [Fact]
    public void CreatedContainerIsPausedAndNotStarted()
    {
        using var container = new TestContainer("sleep", "60");
        container.Create();
        Assert.Equal(0, container.Runcs("pause", container.Id).ExitCode);
        Assert.Equal("paused", container.State().Status);
        Assert.NotEqual(0, container.Runcs("start", container.Id).ExitCode);
        Assert.Equal(0, container.Runcs("resume", container.Id).ExitCode);
        Assert.Equal("created", container.State().Status);
        Assert.Equal(0, container.Runcs("start", container.Id).ExitCode);
    }

    [Fact]
    public void StoppedContainerIsNotPaused()
    {
        using var container = new TestContainer("true");
        container.RunDetached();
        while (container.State().Status != "stopped");
        var result = container.Runcs("pause", container.Id);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("not running", result.Errors);
    }

    private static TestContainer Counting()
    {
        var container = new TestContainer("sh", "-c", "while :; do echo >>/tmp/count; done");
        container.RunDetached();
        while (Count(container) == 0);
        return container;
    }

    private static long Count(TestContainer container) => new FileInfo(Path.Combine(container.Rootfs, "tmp/count")) is { Exists: true } file ? file.Length : 0;
}
