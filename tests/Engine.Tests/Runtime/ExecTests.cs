namespace ContainerPS.Engine.Tests.Runtime;

/// <summary><c>exec</c> runs a process inside a running container as its document says.</summary>
public sealed class ExecTests
{
    [Fact]
    public void ProcessIsInsideAllNamespacesAndTheCgroup()
    {
        using var container = new TestContainer("sleep", "60");
        container.Spec.Linux!.Resources!.Pids = new() { Limit = 20 };
        container.RunDetached();
        var lines = container.Exec("sh", "-c", "hostname; for n in mnt pid uts ipc net cgroup; do test $(readlink /proc/self/ns/$n) = $(readlink /proc/1/ns/$n) && echo $n; done; diff /proc/self/cgroup /proc/1/cgroup || cat /proc/self/cgroup").Lines;
        Assert.Equal(["inside", "mnt", "pid", "uts", "ipc", "net", "cgroup"], lines[..7]);
        Assert.All(lines[7..], line => Assert.DoesNotContain("..", line));
        var status = container.Exec("cat", "/proc/self/status").Output;
        Assert.Contains("CapEff:\t00000000a80425fb", status);
        Assert.Contains("CapInh:\t0000000000000000", status);
        Assert.Contains("Seccomp:\t2", status);
        Assert.Equal(["0", "1", "2", "3"], container.Exec("ls", "/proc/self/fd").Lines);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(255)]
    public void ExitCodeIsTheProgramsOwn(int code)
    {
        using var container = new TestContainer("sleep", "60");
        container.RunDetached();
        Assert.Equal(code, container.Exec("sh", "-c", $"exit {code}").ExitCode);
        Assert.Equal(137, container.Exec("sh", "-c", "kill -9 $$").ExitCode);
        Assert.Equal(255, container.Exec("nothing").ExitCode);
        Assert.Equal(255, container.Exec("/etc").ExitCode);
    }

    [Fact]
    public void OptionsChangeTheProcess()
    {
        using var container = new TestContainer("sleep", "60");
        Directory.CreateDirectory(Path.Combine(container.Rootfs, "work"));
        container.RunDetached();
        Assert.Equal(["uid=7 gid=8", "/work", "a b"], container.Exec("--user", "7:8", "--cwd", "/work", "--env", "V=a b", "sh", "-c", "id; pwd; echo $V").Lines);
    }

    [Theory]
    [InlineData("1000:")]
    [InlineData(":5")]
    [InlineData("0x0")]
    [InlineData("-1")]
    [InlineData("4294967296")]
    [InlineData("4294967295")]
    [InlineData("+0")]
    [InlineData("root")]
    [InlineData("")]
    public void OddUsersAreRefused(string user)
    {
        using var container = new TestContainer("sleep", "60");
        container.RunDetached();
        var result = container.Exec("--user", user, "id");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void DocumentAndStatusDescriptorAreUsed()
    {
        using var container = new TestContainer("sleep", "60");
        container.RunDetached();
        var file = Path.Combine(container.Folder, "process.json");
        string Status(string process)
        {
            File.WriteAllText(file, process);
            var result = RuncsProgram.Run("/bin/bash", ["-c", $"'{RuncsProgram.Path}' --root '{container.StateRoot}' exec --process '{file}' --status-fd 5 {container.Id} 5>'{container.Folder}/status'; echo $?"]);
            return result.Output + File.ReadAllText(container.Folder + "/status");
        }

        Assert.Matches("^uid=3 gid=4 groups=5\n0\nstarted [0-9]+\n$", Status("""{"args":["id"],"cwd":"/","env":["PATH=/bin"],"user":{"uid":3,"gid":4,"additionalGids":[5]}}"""));
        Assert.Matches("^127\n{\"errorId\":\"ProgramNotFound\",\"message\":\".*nothing.*\",\"exitCode\":127}\n$", Status("""{"args":["nothing"],"cwd":"/"}"""));
        Assert.Matches("^1\n{\"errorId\":\"InvalidSpec\",\"message\":\"process: args\\[0\\] must be text", Status("""{"args":[1],"cwd":"/"}"""));
    }

    [Fact]
    public void SignalsArePassedOnAndDeathOfTheCallerKills()
    {
        using var container = new TestContainer("sleep", "60");
        container.RunDetached();
        using var exec = RuncsProgram.Start(RuncsProgram.Path, ["--root", container.StateRoot, "exec", container.Id, "sh", "-c", "trap 'echo got; exit 5' TERM; echo ready; while :; do sleep 0.01; done"]);
        Assert.Equal("ready", exec.StandardOutput.ReadLine());

        // The handler is registered when the program runs already; before that the signal ends the caller, and so the process.
        do _ = RuncsProgram.Run("/bin/kill", ["-TERM", exec.Id.ToString()]);
        while (!exec.WaitForExit(200));
        Assert.True(exec.ExitCode is 5 or 143);

        using var doomed = RuncsProgram.Start(RuncsProgram.Path, ["--root", container.StateRoot, "exec", container.Id, "sh", "-c", "echo ready; exec sleep 1000"]);
        Assert.Equal("ready", doomed.StandardOutput.ReadLine());
        doomed.Kill();
        Assert.Null(doomed.StandardOutput.ReadLine()); // end of file: nobody holds the pipe any more
        Assert.DoesNotContain("sleep 1000", container.Exec("ps").Output);
    }

    [Fact]
    public void StoppedContainerIsRefused()
    {
        using var container = new TestContainer("true");
        container.RunDetached();
        while (container.State().Status != "stopped");
        var result = container.Exec("true");
        Assert.Equal(255, result.ExitCode);
        Assert.Contains("stopped", result.Errors);
    }
}
