namespace ContainerPS.Peers.Tests.Podman;

/// <summary><c>podman exec</c>.</summary>
[Collection(PodmanCollection.Name)]
public sealed class ExecTests(PodmanEngine podman)
{
    [Fact]
    public void OutputErrorsInputAndExitCodeAreTheProgramsAlone()
    {
        using var container = podman.StartWaiting();
        var result = podman.Sandbox.Run(podman.Command("exec", "-i", container.Id, "sh", "-c", "cat; echo err >&2; exit 7"), "in");
        Assert.Equal((7, "in", "err\n"), (result.ExitCode, result.Output, result.Errors));
        Assert.Equal(["ready"], container.Run("logs").Lines);
    }

    [Fact]
    public void UserEnvironmentDirectoryAndPrivilegesAreThoseAsked()
    {
        using var container = podman.StartWaiting("--env", "OWN=1");
        var user = container.Exec(["--user", "user"], "id").Text;
        Assert.StartsWith("uid=1000(user) gid=1000(user)", user);
        Assert.EndsWith("2000(extra)", user);
        Assert.Equal("uid=1234 gid=55", container.Exec(["--user", "1234:55"], "id").Text);
        Assert.Equal("/tmp 1 b", container.Exec(["--workdir", "/tmp", "--env", "A=b"], "sh", "-c", "echo $PWD $OWN $A").Text);
        var usual = container.Exec([], "grep", "CapEff", "/proc/self/status").Text;
        var privileged = container.Exec(["--privileged"], "grep", "CapEff", "/proc/self/status").Text;
        Assert.True(string.CompareOrdinal(privileged, usual) > 0, $"{privileged} is more than {usual}");
        Assert.Equal("CapEff:\t0000000000000000", container.Exec(["--user", "user"], "grep", "CapEff", "/proc/self/status").Text);
    }

    [Fact]
    public void TerminalIsATerminal()
    {
        using var container = podman.StartWaiting();
        var result = podman.AtTerminal("tty; read line; echo got $line; exit 5\nhello\n", "exec", "-it", container.Id, "sh");
        Assert.Equal(5, result.ExitCode);
        Assert.Contains("/dev/pts/0", result.Output);
        Assert.Contains("got hello", result.Lines);
    }

    [Fact]
    public void DetachedRunsOn()
    {
        using var container = podman.StartWaiting();
        _ = container.Exec([], "mkfifo", "/tmp/pipe").Text;
        _ = container.Exec(["-d"], "sh", "-c", "echo done > /tmp/pipe").Text;
        Assert.Equal("done", container.Exec([], "cat", "/tmp/pipe").Text);
    }

    [Theory]
    [InlineData("nosuch", 127)]
    [InlineData("/no/such", 127)]
    [InlineData("/etc/passwd", 126)]
    public void ProgramThatCannotRunIsNamed(string program, int exitCode)
    {
        using var container = podman.StartWaiting();
        var result = container.Exec([], program);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains($"'{program}'", result.Errors);
    }

    [Fact]
    public void PreservedDescriptorsReachTheProgram()
    {
        using var container = podman.StartWaiting();
        var command = string.Join(' ', podman.Command("exec", "--preserve-fds", "1", container.Id).Select(word => $"'{word}'"));
        Assert.Equal("three", podman.Sandbox.Shell($"echo three > /run/tmp/e3; {command} sh -c 'cat <&3' 3< /run/tmp/e3").Text);
    }
}
