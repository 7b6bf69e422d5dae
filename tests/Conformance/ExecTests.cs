namespace ContainerPS.Conformance;

/// <summary><c>exec</c> and its flags.</summary>
public sealed class ExecTests
{
    [Property]
    public void ASecondProcessIsInAllNamespacesAndTheCgroup()
    {
        using var container = new Container().Namespace("cgroup");
        var first = container.Start("namespaces", "read:/proc/self/cgroup").Answers;
        var second = container.AskExec([], "namespaces", "read:/proc/self/cgroup", "ids", "list:/");
        Assert.Equal(first["namespaces"].ToString(), second["namespaces"].ToString());
        Assert.Equal(first["read:/proc/self/cgroup"].Text, second["read:/proc/self/cgroup"].Text);
        Assert.NotEqual(1, second["ids"]["pid"].Number);
        Assert.Contains("probe", second["list:/"].Texts);
    }

    [Property]
    [DiffersIn("crun", "starts in the root unless --cwd is given")]
    public void WithoutFlagsItIsAsTheFirst()
    {
        using var container = new Container("""
            { "process": { "cwd": "/tmp", "env": [ "PATH=/", "A=b" ], "user": { "uid": 33, "gid": 44, "additionalGids": [ 5 ] }, "noNewPrivileges": true,
              "rlimits": [ { "type": "RLIMIT_FSIZE", "soft": 77000, "hard": 88000 } ], "oomScoreAdj": 300 } }
            """);
        container.Start();
        var seen = container.AskExec([], "cwd", "env", "ids", "rlimits", "status", "read:/proc/self/oom_score_adj", "fds");
        Assert.Equal("/tmp", seen["cwd"].Text);
        Assert.Contains("A=b", seen["env"].Texts);
        Assert.Equal((33, 44), (seen["ids"]["uid"].Number, seen["ids"]["gid"].Number));
        Assert.Equal(77000, seen["rlimits"]["RLIMIT_FSIZE"]["soft"].Number);
        Assert.Equal("1", seen["status"]["NoNewPrivs"].Text);
        Assert.Equal("300\n", seen["read:/proc/self/oom_score_adj"].Text);
        Assert.Equal(["0", "1", "2"], seen["fds"].Names.Order(StringComparer.Ordinal));
    }

    [Property]
    public void CwdEnvAndUserAreSet()
    {
        using var container = Started();
        var seen = container.AskExec(["--cwd", "/tmp", "--env", "A=b c", "--env", "C=d", "--user", "33:44"], "cwd", "env", "ids");
        Assert.Equal("/tmp", seen["cwd"].Text);
        Assert.Superset(new HashSet<string>(["A=b c", "C=d"]), seen["env"].Texts.ToHashSet());
        Assert.Equal((33, 44), (seen["ids"]["uid"].Number, seen["ids"]["gid"].Number));
    }

    [Property]
    [DiffersIn("crun", "1.8 has no --additional-gids")]
    public void AdditionalGroupsAreSet()
    {
        using var container = Started();
        var seen = container.AskExec(["--user", "33:44", "--additional-gids", "5", "--additional-gids", "6"], "ids");
        Assert.Equal([5, 6], seen["ids"]["groups"].Numbers.Order());
    }

    [Property]
    public void CapabilitiesAreAdded()
    {
        using var container = Started();
        Assert.Contains("CapEff", container.AskExec(["--cap", "CAP_SYS_PTRACE"], "status")["status"].Names);
        var mask = Convert.ToUInt64(container.AskExec(["--cap", "CAP_SYS_PTRACE"], "status")["status"]["CapEff"].Text, 16);
        Assert.Equal(1UL, mask >> 19 & 1);
    }

    [Property]
    public void NoNewPrivilegesIsSet()
    {
        using var container = Started();
        Assert.Equal("0", container.AskExec([], "status")["status"]["NoNewPrivs"].Text);
        Assert.Equal("1", container.AskExec(["--no-new-privs"], "status")["status"]["NoNewPrivs"].Text);
    }

    [Property]
    [DiffersIn("runc", "1.1 leaves the umask of the document out")]
    public void AProcessDocumentSaysAll()
    {
        using var container = Started();
        var file = container.WriteFile("process.json", """
            { "args": [ "/probe", "args", "cwd", "env", "ids", "rlimits", "status", "--", "a b" ], "cwd": "/tmp", "env": [ "A=b" ], "user": { "uid": 33, "gid": 44, "additionalGids": [ 5 ], "umask": 7 },
              "rlimits": [ { "type": "RLIMIT_FSIZE", "soft": 66000, "hard": 77000 } ], "noNewPrivileges": true, "capabilities": { "bounding": [ "CAP_KILL" ] } }
            """);
        var seen = Answer.Parse(container.Runtime("exec", "--process", file, container.Id).Succeeded().Output);
        Assert.Equal("a b", seen["args"].Texts[^1]);
        Assert.Equal("/tmp", seen["cwd"].Text);
        Assert.Contains("A=b", seen["env"].Texts);
        Assert.Equal((33, 44, 7), (seen["ids"]["uid"].Number, seen["ids"]["gid"].Number, seen["ids"]["umask"].Number));
        Assert.Equal([5], seen["ids"]["groups"].Numbers);
        Assert.Equal(66000, seen["rlimits"]["RLIMIT_FSIZE"]["soft"].Number);
        Assert.Equal("1", seen["status"]["NoNewPrivs"].Text);
        Assert.Equal(Capability.Mask("CAP_KILL"), seen["status"]["CapBnd"].Text);
    }

    [Properties]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(255)]
    public void ItEndsAsTheProcessDoes(int status)
    {
        using var container = Started();
        Assert.Equal(status, container.Exec([], $"exit:{status}").ExitCode);
    }

    [Property]
    public void ItEndsWith128AndTheSignal()
    {
        using var container = Started();
        Assert.Equal(128 + 15, container.Exec([], "raise:15").ExitCode);
    }

    [Property]
    public void AMissingProgramIsRefused()
    {
        using var container = Started();
        Assert.Contains("/no/such", container.Runtime("exec", container.Id, "/no/such").Refused().Errors, StringComparison.Ordinal);
    }

    [Property]
    public void StandardInputIsPassedOn()
    {
        using var container = Started();
        Assert.Equal("from outside", Answer.Parse(container.RuntimeWith("from outside", "exec", container.Id, "/probe", "input").Succeeded().Output)["input"].Text);
    }

    [Property]
    public void ADetachedProcessGoesOnAndIsInThePidFile()
    {
        using var container = Started();
        var file = Path.Combine(container.Folder, "pid");
        var command = container.CommandLine("exec", "--detach", "--pid-file", file, container.Id, "/probe", "wait");
        using var process = Programs.Start(command[0], command.Skip(1));
        Assert.Equal("""{"wait":null}""", Programs.ReadLine(process.StandardOutput));
        Assert.Equal(0, Programs.Wait(process));
        Assert.Contains("NSpid", File.ReadAllText($"/proc/{File.ReadAllText(file).Trim()}/status"), StringComparison.Ordinal);
    }

    [Property]
    public void PreservedDescriptorsArePassedOn()
    {
        using var container = Started();
        container.WriteFile("passed");
        var seen = Programs.Run("sh", ["-c", "exec \"$@\" 3<" + container.Folder + "/passed", "sh", .. container.CommandLine("exec", "--preserve-fds", "1", container.Id, "/probe", "fds")]);
        Assert.Equal(["0", "1", "2", "3"], Answer.Parse(seen.Succeeded().Output)["fds"].Names.Order(StringComparer.Ordinal));
    }

    [Property]
    public void ATerminalIsSentToTheSocket()
    {
        using var container = Started();
        var path = Path.Combine(container.Folder, "console");
        using var console = Programs.Start(Programs.Probe, ["console", path]);
        Assert.Equal("listening", Programs.ReadLine(console.StandardError));
        container.Runtime("exec", "--tty", "--detach", "--console-socket", path, container.Id, "/probe", "terminal").Succeeded();
        var seen = Answer.Parse(console.StandardOutput.ReadToEnd())["terminal"];
        Assert.StartsWith("/dev/pts/", seen["tty0"].Text, StringComparison.Ordinal);
        Assert.True(seen["controlling"].Yes);
        Assert.True(seen["leader"].Yes);
    }

    [Property]
    [DiffersIn("crun", "takes a path for all hierarchies, not runc's CONTROLLER:PATH, and leaves that out")]
    public void ACgroupBelowTheContainersIsEntered()
    {
        using var container = Started();
        var folder = Cgroups.Of("pids", container.State()["pid"].Number) + "/below";
        Directory.CreateDirectory(folder);
        var options = Cgroups.IsV2("pids") ? (string[])["--cgroup", "below"] : ["--cgroup", "pids:below"];
        Assert.Contains("/below\n", container.AskExec(options, "read:/proc/self/cgroup")["read:/proc/self/cgroup"].Text, StringComparison.Ordinal);
    }

    private static Container Started()
    {
        var container = new Container();
        container.Start();
        return container;
    }
}
