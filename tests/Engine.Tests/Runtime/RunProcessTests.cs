namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>The first process of a container is what config.json's process says.</summary>
public sealed class RunProcessTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(125)]
    [InlineData(255)]
    public void ExitCodeIsTheProgramsOwn(int code)
    {
        using var container = new TestContainer();
        Assert.Equal(code, container.Shell($"exit {code}").ExitCode);
    }

    [Fact]
    public void SignalIs128AndItsNumber()
    {
        // PID 1 gets no deadly signal from inside its namespace: from outside, by the runtime.
        using var container = new TestContainer("sleep", "60");
        using var run = RuncsProgram.Start(RuncsProgram.Path, ["--root", container.StateRoot, "run", "--bundle", container.WriteSpec(), container.Id]);
        while (!File.Exists(Path.Combine(container.StateRoot, container.Id, "state.json"))) Assert.False(run.WaitForExit(5));
        Assert.Equal(0, container.Runcs("kill", container.Id, "KILL").ExitCode);
        Assert.True(run.WaitForExit(60_000));
        Assert.Equal(137, run.ExitCode);
    }

    [Theory]
    [InlineData("no-such-program", "executable file not found in $PATH")]
    [InlineData("/bin/no-such-program", "no such file or directory")]
    [InlineData("/etc", "permission denied")]
    [InlineData("/etc/text", "permission denied")]
    [InlineData("/etc/garbage", "#! line")]
    [InlineData("/bin/sh/x", "no such file or directory")]
    public void ProgramThatCannotRunIsNamedInWordsThatEnginesKnow(string program, string words)
    {
        using var container = new TestContainer(program);
        File.WriteAllText(Path.Combine(container.Rootfs, "etc/text"), "not executable");
        File.WriteAllText(Path.Combine(container.Rootfs, "etc/garbage"), "no known format");
        File.SetUnixFileMode(Path.Combine(container.Rootfs, "etc/garbage"), (UnixFileMode)0x1ED);
        var result = container.Run();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"'{program}'", result.Errors);
        Assert.Contains(words, result.Errors);
        Assert.Empty(container.CgroupDirectories());
        Assert.False(Directory.Exists(Path.Combine(container.StateRoot, container.Id)));
    }

    [Fact]
    public void CapabilitiesAndFilterAreThoseAsked()
    {
        using var container = new TestContainer();
        var status = Status(container);
        Assert.Equal("0000000000000000", status["CapInh"]);
        Assert.Equal("00000000a80425fb", status["CapPrm"]);
        Assert.Equal("00000000a80425fb", status["CapEff"]);
        Assert.Equal("00000000a80425fb", status["CapBnd"]);
        Assert.Equal("0000000000000000", status["CapAmb"]);
        Assert.Equal("0", status["NoNewPrivs"]);
        Assert.Equal("2", status["Seccomp"]);
    }

    [Fact]
    public void OrdinaryUserHasNoCapabilitiesButThoseMadeAmbient()
    {
        using var container = new TestContainer();
        container.Spec.Process!.User = new() { Uid = 1000, Gid = 1000 };
        container.Spec.Process.NoNewPrivileges = true;
        var status = Status(container);
        Assert.Equal("0000000000000000", status["CapEff"]);
        Assert.Equal("0000000000000000", status["CapPrm"]);
        Assert.Equal("1", status["NoNewPrivs"]);
        Assert.Equal("2", status["Seccomp"]);

        using var second = new TestContainer();
        second.Spec.Process!.User = new() { Uid = 1000, Gid = 1000 };
        second.Spec.Process.Capabilities = new()
        {
            Bounding = ["CAP_NET_RAW", "CAP_KILL"], Permitted = ["CAP_NET_RAW"], Effective = ["CAP_NET_RAW"], Inheritable = ["CAP_NET_RAW"], Ambient = ["CAP_NET_RAW", "CAP_KILL"],
        };
        status = Status(second);
        Assert.Equal("0000000000002000", status["CapEff"]);
        Assert.Equal("0000000000002000", status["CapAmb"]);
        Assert.Equal("0000000000002020", status["CapBnd"]);
    }

    [Fact]
    public void CapabilityTheCallerLacksIsLeftOutWithAWarning()
    {
        var bounding = Convert.ToUInt64(File.ReadLines("/proc/self/status").First(l => l.StartsWith("CapBnd", StringComparison.Ordinal)).Split('\t')[1], 16);
        using var container = new TestContainer();
        container.Spec.Process!.Capabilities = new() { Bounding = ["CAP_SYS_RESOURCE", "CAP_CHOWN"], Permitted = ["CAP_SYS_RESOURCE", "CAP_CHOWN"], Effective = ["CAP_CHOWN"] };
        container.Spec.Process.Args = ["cat", "/proc/self/status"];
        var result = container.Runcs("--debug", "run", "--bundle", container.WriteSpec(), container.Id);
        Assert.Equal(0, result.ExitCode);
        var has = (bounding & (1UL << 24)) != 0;
        Assert.Contains(has ? "CapBnd:\t0000000001000001" : "CapBnd:\t0000000000000001", result.Output);
        Assert.Equal(!has, result.Errors.Contains("CAP_SYS_RESOURCE", StringComparison.Ordinal));
    }

    [Fact]
    public void UserGroupsUmaskAndLimitsAreThoseAsked()
    {
        using var container = new TestContainer();
        container.Spec.Process!.User = new() { Uid = 12, Gid = 34, AdditionalGids = [56, 78], Umask = 0x3F };
        container.Spec.Process.Rlimits = [new() { Type = "RLIMIT_NOFILE", Soft = 100, Hard = 200 }, new() { Type = "RLIMIT_CORE", Soft = 0, Hard = 0 }];
        var result = container.Shell("id; umask; ulimit -Sn; ulimit -Hn; ulimit -c; cat /proc/self/oom_score_adj");
        Assert.Equal(["uid=12 gid=34 groups=56,78", "0077", "100", "200", "0"], result.Lines[..5]);
    }

    [Fact]
    public void NoSupplementaryGroupsOfTheCallerStay()
    {
        using var container = new TestContainer();
        Assert.Equal(["Groups:\t "], container.Shell("grep Groups /proc/self/status").Lines);
    }

    [Fact]
    public void OomScoreIsWritten()
    {
        using var container = new TestContainer();
        container.Spec.Process!.OomScoreAdj = 321;
        Assert.Equal("321\n", container.Shell("cat /proc/self/oom_score_adj").Output);
    }

    [Fact]
    public void ArgumentsEnvironmentInputAndDirectoryArriveUnchanged()
    {
        using var container = new TestContainer("sh", "-c", "pwd; for a in \"$@\"; do echo \"<$a>\"; done", "name", "ä b", "", "*");
        container.Spec.Process!.Cwd = "/made/for it";
        container.Spec.Process.Env = ["PATH=/bin", "Ω=α β", "EMPTY="];
        var result = container.Run();
        Assert.Equal("/made/for it", result.Lines[0]);
        Assert.Equal(["<ä b>", "<>", "<*>"], result.Lines[^3..]);
        container.Spec.Process.Args = ["env"];
        Assert.Equal(["PATH=/bin", "Ω=α β", "EMPTY="], container.Run().Lines);

        using var echo = new TestContainer("cat");
        Assert.Equal("through\n", RuncsProgram.Run(RuncsProgram.Path, ["--root", echo.StateRoot, "run", "--bundle", echo.WriteSpec(), echo.Id], "through\n").Output);
    }

    [Fact]
    public void NothingIsInheritedButStandardDescriptorsAndSignalsAreDefault()
    {
        using var container = new TestContainer();
        Assert.Equal(["0", "1", "2", "3"], container.Shell("ls /proc/self/fd").Lines);
        container.Spec.Process!.Args = ["grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"];
        Assert.Equal(["SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000"], container.Run().Lines);
        container.Spec.Process!.Args = ["sh", "-c", "readlink /proc/self/fd/9 || echo closed; cat <&8"];
        container.WriteSpec();
        var passed = RuncsProgram.Run("/bin/bash", ["-c", $"exec 3<<<three 8<<<eight 9</etc/hostname; exec '{RuncsProgram.Path}' --root '{container.StateRoot}' run --preserve-fds 6 --bundle '{container.Bundle}' {container.Id}"]);
        Assert.Equal(["closed", "eight"], passed.Lines);
    }

    private static Dictionary<string, string> Status(TestContainer container)
    {
        var result = container.Shell("cat /proc/self/status");
        Assert.True(result.ExitCode == 0, result.Errors);
        return result.Lines.Select(l => l.Split(":\t")).Where(p => p.Length == 2).ToDictionary(p => p[0], p => p[1]);
    }
}
