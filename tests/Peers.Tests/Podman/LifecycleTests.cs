using System.Diagnostics;
using System.Globalization;

namespace ContainerPS.Peers.Tests.Podman;

/// <summary>From <c>create</c> to <c>rm</c>.</summary>
[Collection(PodmanCollection.Name)]
public sealed class LifecycleTests(PodmanEngine podman)
{
    [Fact]
    public void CreatedContainerStartsAndStartsAgain()
    {
        using var container = new PodmanContainer(podman, ["create", "--network", "none"], ["sh", "-c", "echo once more; exit 4"]);
        Assert.Equal("created", container.Status);
        for (var i = 0; i < 2; i++)
        {
            var result = container.Run("start", "--attach");
            Assert.Equal((4, "once more\n"), (result.ExitCode, result.Output));
            Assert.Equal("4", container.Run("wait").Text);
        }

        Assert.Equal(Programs.Runcs, container.Inspect("{{.OCIRuntime}}"));
    }

    [Fact]
    public void StopIsGracefulAndByForceWhenTheTimeIsOver()
    {
        using var graceful = podman.StartWaiting();
        _ = graceful.Run("stop").Text;
        Assert.Equal("3", graceful.Inspect("{{.State.ExitCode}}"));

        using var deaf = podman.Start([], "sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done");
        deaf.WaitForLog("ready");
        var watch = Stopwatch.StartNew();
        _ = deaf.Run("stop", "--time", "1").Text;
        Assert.InRange(watch.Elapsed.TotalSeconds, 1, 60);
        Assert.Equal(("exited", "137"), (deaf.Status, deaf.Inspect("{{.State.ExitCode}}")));
    }

    [Fact]
    public void SignalsArrive()
    {
        using var container = podman.StartWaiting();
        _ = container.Run("kill", "--signal", "USR1").Text;
        container.WaitForLog("hello");
        _ = container.Run("kill", "--signal", "15").Text;
        Assert.Equal("3", container.Run("wait").Text);
        Assert.NotEqual(0, container.Run("kill").ExitCode);
    }

    [Fact]
    public void PausedContainerStandsStillUntilItIsResumed()
    {
        using var container = podman.Start([], "sh", "-c", "while :; do echo tick; sleep 0.02; done");
        container.WaitForLog("tick");
        _ = container.Run("pause").Text;
        Assert.Equal("paused", container.Status);
        var before = container.Run("logs").Output.Length;
        Thread.Sleep(200);
        Assert.Equal(before, container.Run("logs").Output.Length);
        Assert.NotEqual(0, container.Shell("true").ExitCode);
        _ = container.Run("unpause").Text;
        Assert.Equal("running", container.Status);
        Waiting.Until(() => container.Run("logs").Output.Length > before, "it goes on");
    }

    [Fact]
    public void RunningAndPausedContainersAreRemovedByForce()
    {
        using var running = podman.StartWaiting();
        using var paused = podman.StartWaiting();
        _ = paused.Run("pause").Text;
        foreach (var container in (PodmanContainer[])[running, paused])
        {
            Assert.NotEqual(0, container.Run("rm").ExitCode);
            _ = container.Run("rm", "--force", "--time", "0").Text;
            Assert.NotEqual(0, container.Run("container", "exists").ExitCode);
            Assert.NotEqual(0, podman.Sandbox.Run([Programs.Runcs, "state", container.Id]).ExitCode);
        }
    }

    [Fact]
    public void RestartPolicyStartsItAgain()
    {
        using var container = podman.Start(["--restart", "on-failure:2"], "sh", "-c", "echo started; exit 1");
        Waiting.Until(() => container.Run("logs").Lines.Length == 3 && container.Status == "exited", "it was started three times");
        Assert.Equal("2", container.Inspect("{{.RestartCount}}"));
        using var other = podman.StartWaiting();
        _ = other.Run("restart", "--time", "1").Text;
        Waiting.Until(() => other.Run("logs").Lines.Length == 2, "it was started twice");
    }

    [Fact]
    public void StatisticsAndProcessesAreSeen()
    {
        using var container = podman.StartWaiting("--memory", "64m");
        var values = container.Run("stats", "--no-stream", "--format", "{{.PIDs}} {{.MemUsage}}").Text;
        Assert.InRange(int.Parse(values.Split(' ')[0], CultureInfo.InvariantCulture), 1, 3);
        Assert.EndsWith("/ 67.11MB", values);
        var top = podman.Run("top", container.Id, "pid", "user", "comm").Lines;
        Assert.Contains(top, line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["1", "root", "sh"]);
    }

    [Fact]
    public void LimitsOfARunningContainerChange()
    {
        using var container = podman.StartWaiting("--memory", "64m");
        _ = podman.Run("update", "--memory", "96m", "--memory-swap", "96m", "--cpu-shares", "512", container.Id).Text;
        Assert.Equal("100663296", container.Shell(CgroupFiles.Memory).Text);
        Assert.NotEqual(0, podman.Run("update", "--cpus", "0.00001", container.Id).ExitCode);
    }

    [Fact]
    public void HealthIsChecked()
    {
        using var container = podman.StartWaiting("--health-cmd", "test -e /tmp/well", "--health-interval", "disable", "--health-retries", "1");
        var ill = container.Run("healthcheck", "run");
        Assert.True(ill.ExitCode == 1, $"{ill.ExitCode}: {ill.Errors}");
        _ = container.Shell("touch /tmp/well").Text;
        Assert.Equal(0, container.Run("healthcheck", "run").ExitCode);
        Assert.Equal("healthy", container.Inspect("{{.State.Health.Status}}"));
    }

    [Fact]
    public void FilesAreCopiedInAndOut()
    {
        using var container = podman.StartWaiting("--tmpfs", "/t");
        File.WriteAllText(podman.Sandbox.Outside("/run/tmp/in"), "text");
        _ = podman.Run("cp", "/run/tmp/in", container.Id + ":/t/file").Text;
        Assert.Equal("text", container.Shell("cat /t/file").Text);
        _ = podman.Run("cp", container.Id + ":/t/file", "/run/tmp/out").Text;
        Assert.Equal("text", File.ReadAllText(podman.Sandbox.Outside("/run/tmp/out")));
    }
}
