using System.Diagnostics;

namespace ContainerPS.Peers.Tests.Docker;

/// <summary>Docker's everyday commands, with runcs behind containerd's shim.</summary>
public sealed class DockerTests(DockerEngine docker) : IClassFixture<DockerEngine>
{
    [Fact]
    public void OutputErrorsInputAndExitCodeAreTheProgramsAlone()
    {
        var result = docker.Sandbox.Run([.. docker.Program, "run", "--rm", "-i", "box", "sh", "-c", "cat; echo err >&2; exit 7"], "in");
        Assert.Equal((7, "in", "err\n"), (result.ExitCode, result.Output, result.Errors));
    }

    [Theory]
    [InlineData("nosuch", 127)]
    [InlineData("/no/such", 127)]
    [InlineData("/etc/passwd", 126)]
    [InlineData("/etc", 126)]
    public void ProgramThatCannotRunIsNamed(string program, int exitCode)
    {
        var result = docker.Run("run", "--rm", "box", program);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains($"'{program}'", result.Errors);
    }

    [Fact]
    public void TerminalIsATerminal()
    {
        var command = string.Join(' ', docker.Program) + " run --rm -it box sh";
        var result = docker.Sandbox.Run(["script", "--quiet", "--return", "--command", command, "/dev/null"], "tty; read line; echo got $line; exit 5\nhello\n");
        Assert.Equal(5, result.ExitCode);
        Assert.Contains("/dev/pts/0", result.Output);
        Assert.Contains("got hello", result.Lines);
    }

    [Fact]
    public void ExecHasItsOwnUserDirectoryAndEnvironment()
    {
        using var container = docker.StartWaiting();
        Assert.Equal("runcs", container.Inspect("{{.HostConfig.Runtime}}"));
        Assert.StartsWith("uid=1000(user) gid=1000(user)", container.Exec(["--user", "user"], "id").Text);
        Assert.Equal("/tmp b", container.Exec(["--workdir", "/tmp", "--env", "A=b"], "sh", "-c", "echo $PWD $A").Text);
        Assert.Equal(9, container.Shell("exit 9").ExitCode);
        Assert.NotEqual(0, container.Exec([], "nosuch").ExitCode);
        var terminal = docker.Sandbox.Run(["script", "--quiet", "--return", "--command", string.Join(' ', docker.Program) + $" exec -it {container.Id} tty", "/dev/null"]);
        Assert.Contains("/dev/pts/0", terminal.Output);
        _ = container.Shell("mkfifo /tmp/pipe").Text;
        _ = container.Exec(["--detach"], "sh", "-c", "echo done > /tmp/pipe").Text;
        Assert.Equal("done", container.Exec([], "cat", "/tmp/pipe").Text);
    }

    [Fact]
    public void StopKillAndRestart()
    {
        using var container = docker.StartWaiting();
        _ = container.Run("kill", "--signal", "USR1").Text;
        container.WaitForLog("hello");
        _ = container.Run("stop").Text;
        Assert.Equal("3", container.Inspect("{{.State.ExitCode}}"));
        _ = container.Run("start").Text;
        _ = container.Run("kill").Text;
        Assert.Equal("137", container.Run("wait").Text);

        using var deaf = docker.Start([], "sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done");
        deaf.WaitForLog("ready");
        var watch = Stopwatch.StartNew();
        _ = deaf.Run("stop", "--time", "1").Text;
        Assert.InRange(watch.Elapsed.TotalSeconds, 1, 60);
        Assert.Equal("137", deaf.Inspect("{{.State.ExitCode}}"));

        using var restarting = docker.Start(["--restart", "on-failure:2"], "sh", "-c", "echo started; exit 1");
        Waiting.Until(() => restarting.Run("logs").Lines.Length == 3 && restarting.Status == "exited", "it was started three times");
    }

    [Fact]
    public void PausedContainerStandsStillUntilItIsResumed()
    {
        using var container = docker.Start([], "sh", "-c", "while :; do echo tick; sleep 0.02; done");
        container.WaitForLog("tick");
        _ = container.Run("pause").Text;
        Assert.Equal("paused", container.Status);
        var before = container.Run("logs").Output.Length;
        Thread.Sleep(200);
        Assert.Equal(before, container.Run("logs").Output.Length);
        _ = container.Run("unpause").Text;
        Waiting.Until(() => container.Run("logs").Output.Length > before, "it goes on");
    }

    [Fact]
    public void StatisticsAndProcessesAreSeenAndLimitsChange()
    {
        using var container = docker.StartWaiting("--memory", "64m", "--pids-limit", "33", "--cpus", "0.5");
        Assert.Equal("67108864 33 50000", container.Shell($"echo $({CgroupFiles.Memory}) $({CgroupFiles.Pids}) $({CgroupFiles.Quota})").Text);
        Assert.EndsWith("/ 64MiB", container.Run("stats", "--no-stream", "--format", "{{.MemUsage}}").Text);
        Assert.Contains(docker.Run("top", container.Id).Lines, line => line.Contains("sh -c trap", StringComparison.Ordinal));
        _ = docker.Run("update", "--memory", "96m", "--memory-swap", "96m", "--cpus", "0.25", container.Id).Text;
        Assert.Equal("100663296 25000", container.Shell($"echo $({CgroupFiles.Memory}) $({CgroupFiles.Quota})").Text);
    }

    [Fact]
    public void HealthIsCheckedInTheBackground()
    {
        using var container = docker.StartWaiting("--health-cmd", "test -e /tmp/well", "--health-interval", "100ms", "--health-retries", "2");
        Waiting.Until(() => container.Inspect("{{.State.Health.Status}}") == "unhealthy", "it is unhealthy");
        _ = container.Shell("touch /tmp/well").Text;
        Waiting.Until(() => container.Inspect("{{.State.Health.Status}}") == "healthy", "it is healthy");
    }

    [Fact]
    public void OptionsOfIsolationAreObeyed()
    {
        Assert.Equal("/sbin/docker-in", docker.Shell(["--init"], "head -c 15 /proc/1/cmdline").Text);
        Assert.NotEqual(0, docker.Shell(["--read-only"], "touch /tmp/a").ExitCode);
        Assert.Contains("CapEff:\t0000000000000001", docker.Shell(["--cap-drop", "all", "--cap-add", "chown"], "cat /proc/self/status").Text);
        Assert.Contains("NoNewPrivs:\t1", docker.Shell(["--security-opt", "no-new-privileges"], "cat /proc/self/status").Text);
        Assert.Contains("Seccomp:\t0", docker.Shell(["--security-opt", "seccomp=unconfined"], "cat /proc/self/status").Text);
        Assert.Contains("Seccomp:\t2", docker.Shell([], "cat /proc/self/status").Text);
        Assert.Equal("100 200", docker.Shell(["--ulimit", "nofile=100:200"], "echo $(ulimit -Sn) $(ulimit -Hn)").Text);
        Assert.Equal("1024", docker.Shell(["--tmpfs", "/t:size=1m"], "df -k /t | tail -n 1 | tr -s ' ' | cut -d ' ' -f 2").Text);
        Assert.Equal("text", docker.Shell(["--volume", "named:/v"], "echo text > /v/file; cat /v/file").Text);
        Assert.Equal("text", docker.Shell(["--volume", "named:/v:ro"], "cat /v/file; ! touch /v/new 2>/dev/null").Text);
        Assert.Equal(docker.Sandbox.Shell("readlink /proc/self/ns/pid").Text, docker.Shell(["--pid", "host"], "readlink /proc/self/ns/pid").Text);
        Assert.Equal("0", docker.Shell(["--privileged"], "mount -t tmpfs none /tmp; echo $?").Text);
    }

    [Fact]
    public void ContainersShareTheNamespacesOfAnother()
    {
        using var other = docker.StartWaiting("--ipc", "shareable");
        const string Script = "for name in pid ipc net; do readlink /proc/self/ns/$name; done";
        var name = "container:" + other.Id;
        Assert.Equal(other.Shell(Script).Text, docker.Shell(["--pid", name, "--ipc", name, "--network", name], Script).Text);
    }

    [Fact]
    public void ImageIsBuilt()
    {
        Directory.CreateDirectory(docker.Sandbox.Outside("/run/build"));
        File.WriteAllText(docker.Sandbox.Outside("/run/build/Dockerfile"), "FROM box\nENV A=1\nRUN echo built $A > /made\nUSER user\nRUN id -u > /tmp/who\nCMD [\"cat\", \"/made\", \"/tmp/who\"]\n");
        _ = docker.Run("build", "--network", "none", "--tag", "built", "/run/build").Text;
        Assert.Equal("built 1\n1000", docker.Run("run", "--rm", "built").Text);
    }
}
