namespace ContainerPS.Peers.Tests.Podman;

/// <summary><c>podman run</c>: streams, exit codes, terminal, what the program finds itself in.</summary>
[Collection(PodmanCollection.Name)]
public sealed class RunTests(PodmanEngine podman)
{
    [Fact]
    public void OutputErrorsAndExitCodeAreTheProgramsAlone()
    {
        var result = podman.Shell([], "echo out; echo err >&2; exit 7");
        Assert.Equal((7, "out\n", "err\n"), (result.ExitCode, result.Output, result.Errors));
    }

    [Fact]
    public void StandardInputReachesTheProgram()
    {
        var result = podman.Sandbox.Run(podman.Command("run", "--rm", "-i", "--network", "none", "box", "wc", "-c"), new string('x', 300_000));
        Assert.Equal("300000", result.Text);
    }

    [Theory]
    [InlineData("nosuch", 127, "executable file not found in $PATH")]
    [InlineData("/no/such", 127, "no such file or directory")]
    [InlineData("/etc/passwd", 126, "permission denied")]
    [InlineData("/etc", 126, "permission denied")]
    public void ProgramThatCannotRunIsNamed(string program, int exitCode, string words)
    {
        var result = podman.RunBox([], program);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains($"'{program}'", result.Errors);
        Assert.Contains(words, result.Errors);
    }

    [Fact]
    public void SignalThatEndsTheProgramIsIn128() => Assert.Equal(128 + 9, podman.Shell([], "sleep 60 & kill -9 $!; wait $!").ExitCode);

    [Fact]
    public void TerminalIsATerminalOfTheCallersSize()
    {
        var result = podman.AtTerminal("stty size; tty; read line; echo got $line; exit 5\nhello\n", "run", "--rm", "-it", "--network", "none", "box", "sh");
        Assert.Equal(5, result.ExitCode);
        Assert.Contains("/dev/pts/0", result.Output);
        Assert.Contains("got hello", result.Lines);
    }

    [Fact]
    public void DetachedTerminalIsLogged()
    {
        using var container = podman.Start(["-t"], "sh", "-c", "tty; ls -l /dev/console; test -t 0 && test -t 1 && test -t 2 && echo all");
        Assert.Equal("0", container.Run("wait").Text);
        var log = container.Run("logs").Lines;
        Assert.Equal("/dev/pts/0", log[0]);
        Assert.StartsWith("crw", log[1]);
        Assert.Equal("all", log[2]);
    }

    [Fact]
    public void UserDirectoryEnvironmentAndNamesAreThoseAsked()
    {
        var result = podman.Shell(
            ["--user", "user", "--workdir", "/tmp", "--env", "A=b c", "--hostname", "name.example", "--uts", "private", "--umask", "027"],
            "id -u; id -G | tr ' ' '\\n' | tail -n 1; pwd; echo \"$A\"; hostname; echo $HOSTNAME; umask");
        Assert.Equal(["1000", "2000", "/tmp", "b c", "name.example", "name.example", "0027"], Text(result));
    }

    [Fact]
    public void InitReapsAndPassesSignalsOn()
    {
        var result = podman.RunBox(["--init", "--init-path", "/usr/bin/tini-static"], "sh", "-c", "cut -d '' -f 1 /proc/1/cmdline | head -c 16; echo; echo $$");
        Assert.Equal(["/run/podman-init", "2"], Text(result));
    }

    [Fact]
    public void PreservedDescriptorsReachTheProgram()
    {
        var command = string.Join(' ', podman.Command("run", "--rm", "--network", "none", "--preserve-fds", "2", "box").Select(word => $"'{word}'"));
        var result = podman.Sandbox.Shell($"echo three > /run/tmp/3; echo four > /run/tmp/4; {command} sh -c 'cat <&3; cat <&4; ls /proc/self/fd' 3< /run/tmp/3 4< /run/tmp/4");
        Assert.Equal(["three", "four", "0", "1", "2", "3", "4", "5"], Text(result));
    }

    [Fact]
    public void FailedStartLeavesNothingOfTheRuntime()
    {
        _ = podman.RunBox([], "nosuch");
        _ = podman.RunBox(["--sysctl", "net.no.such=1"], "true");
        Assert.Empty(podman.Run("ps", "--all", "--quiet", "--filter", "status=created").Text);
        var state = podman.Sandbox.Run([Programs.Runcs, "list", "--quiet"]).Lines;
        var known = podman.Run("ps", "--all", "--quiet", "--no-trunc").Lines;
        Assert.Empty(state.Except(known));
    }

    [Fact]
    public void ErrorsArriveByTheJsonLogToo()
    {
        // Podman gives --log-format json to runtimes that its configuration names.
        File.WriteAllText(podman.Sandbox.Outside("/run/json.conf"), $"[engine]\nruntime_supports_json = [\"{Path.GetFileName(Programs.Runcs)}\"]\n");
        string[] command = ["env", "CONTAINERS_CONF=/run/json.conf", .. podman.Command("run", "--rm", "--network", "none", "box")];
        var missing = podman.Sandbox.Run([.. command, "nosuch"]);
        Assert.Equal(127, missing.ExitCode);
        Assert.Contains("'nosuch'", missing.Errors);
        Assert.Equal("fine", podman.Sandbox.Run([.. command, "echo", "fine"]).Text);
    }

    private static string[] Text(RunResult result) => result.Text.Split('\n');
}
