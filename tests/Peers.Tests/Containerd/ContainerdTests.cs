namespace ContainerPS.Peers.Tests.Containerd;

/// <summary>containerd's runc shim with runcs as its runtime.</summary>
public sealed class ContainerdTests(ContainerdEngine containerd) : IClassFixture<ContainerdEngine>
{
    [Fact]
    public void OutputAndExitCodeAreTheProgramsAlone()
    {
        var result = containerd.Run(containerd.Box("output", ["--rm"], "sh", "-c", "echo out; echo err >&2; exit 7"));
        Assert.Equal((7, "out\n"), (result.ExitCode, result.Output));
        Assert.Contains("err", result.Errors);
    }

    [Fact]
    public void ProgramThatIsNotThereIsNamed()
    {
        var result = containerd.Run(containerd.Box("missing", ["--rm"], "nosuch"));
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("'nosuch' cannot be executed: executable file not found in $PATH", result.Errors);
    }

    [Fact]
    public void TerminalIsATerminal()
    {
        var command = string.Join(' ', containerd.Command(containerd.Box("terminal", ["--rm", "--tty"], "tty")));
        Assert.Contains("/dev/pts/0", containerd.Sandbox.Run(["script", "--quiet", "--return", "--command", command, "/dev/null"]).Output);
    }

    [Fact]
    public void ExecPauseMetricsKillAndDelete()
    {
        using var task = new ContainerdTask(containerd, "everyday", "--memory-limit", "67108864");
        Assert.Equal("RUNNING", task.Status);
        Assert.Equal("67108864", containerd.Sandbox.Shell("cat /sys/fs/cgroup/memory/$1/memory.limit_in_bytes 2>/dev/null || cat /sys/fs/cgroup/$1/memory.max", $"{containerd.Sandbox.CgroupName}/{task.Id}").Text);
        Assert.Equal(9, task.Exec("two", "sh", "-c", "exit 9").ExitCode);

        _ = containerd.Run("tasks", "pause", task.Id).Text;
        Assert.Equal("PAUSED", task.Status);
        _ = containerd.Run("tasks", "resume", task.Id).Text;
        Assert.Equal("RUNNING", task.Status);

        Assert.Contains("memory", containerd.Run("tasks", "metrics", task.Id).Text);
        Assert.NotEmpty(containerd.Run("tasks", "ps", task.Id).Lines.Skip(1));

        _ = containerd.Run("tasks", "kill", "--signal", "SIGTERM", task.Id).Text;
        Waiting.Until(() => task.Status == "STOPPED", "it has ended");
        Assert.Contains("exit code 3", containerd.Run("tasks", "delete", task.Id).Errors);
        _ = containerd.Run("containers", "delete", task.Id).Text;
    }

    [Fact]
    public void UserNamespaceHasItsIds()
    {
        var result = containerd.Run(containerd.Box("mapped", ["--rm", "--uidmap", "0:100000:65536", "--gidmap", "0:100000:65536"], "cat", "/proc/self/uid_map"));
        Assert.Equal(["0", "100000", "65536"], result.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void ContainersOutliveTheDaemon()
    {
        using var task = new ContainerdTask(containerd, "outliving");
        containerd.Restart();
        Assert.Equal("RUNNING", task.Status);
        Assert.Equal("alive", task.Exec("one", "echo", "alive").Text);
        _ = containerd.Run("tasks", "kill", "--signal", "SIGKILL", task.Id).Text;
        Waiting.Until(() => task.Status == "STOPPED", "it has ended");
        Assert.Contains("exit code 137", containerd.Run("tasks", "delete", task.Id).Errors);
    }
}
