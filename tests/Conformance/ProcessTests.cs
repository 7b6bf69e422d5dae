namespace ContainerPS.Conformance;

/// <summary>process: user, arguments, environment, working directory, limits, names, sysctls.</summary>
public sealed class ProcessTests
{
    [Property]
    [DiffersIn("runc", "group ids end at 2147483647")]
    public void TheUserIsSet()
    {
        using var container = new Container("""{ "process": { "user": { "uid": 33, "gid": 44, "additionalGids": [ 5, 6, 4294967294 ], "umask": 31 } } }""");
        var ids = container.Ask("ids")["ids"];
        Assert.Equal((33, 33, 33), (ids["uid"].Number, ids["euid"].Number, ids["suid"].Number));
        Assert.Equal((44, 44, 44), (ids["gid"].Number, ids["egid"].Number, ids["sgid"].Number));
        Assert.Equal([5, 6, 4294967294], ids["groups"].Numbers.Order());
        Assert.Equal(31, ids["umask"].Number);
    }

    [Property]
    public void WithoutAdditionalGroupsThereAreNone()
    {
        using var container = new Container();
        Assert.Empty(container.Ask("ids")["ids"]["groups"].Numbers);
    }

    [Property]
    public void WithoutAUmaskItIs022()
    {
        using var container = new Container();
        Assert.Equal(18, container.Ask("ids")["ids"]["umask"].Number);
    }

    [Property]
    public void ArgumentsArriveAsTheyAre()
    {
        using var container = new Container();
        string[] arguments = ["args", "--", "two words", "", "\"quoted\"", "$HOME `x` \\", "ünï çödé 日本 🐋", "tab\there", "new\nline"];
        Assert.Equal(["/probe", .. arguments], container.Ask(arguments)["args"].Texts);
    }

    [Property]
    public void TheEnvironmentIsTheGivenOne()
    {
        using var container = new Container("""{ "process": { "env": [ "PATH=/", "EMPTY=", "SPACED=a b=c", "ÜNÏ=日本", "HOME=/here" ] } }""");
        Assert.Equal(["EMPTY=", "HOME=/here", "PATH=/", "SPACED=a b=c", "ÜNÏ=日本"], container.Ask("env")["env"].Texts.Order(StringComparer.Ordinal));
    }

    [Property]
    public void TheProgramIsFoundByPath()
    {
        using var container = new Container("""{ "process": { "env": [ "PATH=/none:/bin2" ] } }""");
        container.MakeFolder("rootfs/bin2");
        File.Copy(Programs.Probe, Path.Combine(container.Rootfs, "bin2/asked"));
        container.Write("args");
        container.Config["process"]!["args"]![0] = "asked";
        container.WriteConfig();
        Assert.Equal(["asked", "args"], Answer.Parse(container.Runtime("run", "--bundle", container.Bundle, container.Id).Succeeded().Output)["args"].Texts);
    }

    [Properties]
    [InlineData("/tmp")]
    [InlineData("/made/when/missing")]
    public void TheWorkingDirectoryIsSet(string path)
    {
        using var container = new Container($$"""{ "process": { "cwd": "{{path}}" } }""");
        Assert.Equal(path, container.Ask("cwd")["cwd"].Text);
    }

    [Property]
    [DiffersIn("crun", "takes it as below the root")]
    public void ARelativeWorkingDirectoryIsRefused()
    {
        using var container = new Container("""{ "process": { "cwd": "tmp" } }""");
        container.Run([]).Refused();
    }

    [Property]
    public void AWorkingDirectoryThatLeavesTheRootIsRefused()
    {
        using var container = new Container("""{ "process": { "cwd": "/proc/self/fd/7" } }""");
        container.Run([]).Refused();
    }

    [Property]
    [DiffersIn("runc", "1.1 follows specification 1.0, which has no domainname, and leaves it out")]
    public void HostnameAndDomainnameAreSet()
    {
        using var container = new Container("""{ "hostname": "inside", "domainname": "example.org" }""");
        var names = container.Ask("names")["names"];
        Assert.Equal("inside", names["hostname"].Text);
        Assert.Equal("example.org", names["domainname"].Text);
    }

    [Property]
    public void AHostnameIsSet()
    {
        using var container = new Container("""{ "hostname": "inside" }""");
        Assert.Equal("inside", container.Ask("names")["names"]["hostname"].Text);
        Assert.NotEqual("inside", File.ReadAllText("/proc/sys/kernel/hostname").Trim());
    }

    [Property]
    public void AHostnameWithoutANamespaceIsRefused()
    {
        using var container = new Container("""{ "hostname": "inside" }""").WithoutNamespace("uts");
        container.Run([]).Refused();
        Assert.NotEqual("inside", File.ReadAllText("/proc/sys/kernel/hostname").Trim());
    }

    [Property]
    public void SysctlsAreSetInTheContainersNamespaces()
    {
        var before = File.ReadAllText("/proc/sys/net/ipv4/ip_default_ttl");
        using var container = new Container("""{ "linux": { "sysctl": { "net.ipv4.ip_default_ttl": "77", "kernel.msgmax": "7777", "fs.mqueue.msg_max": "17" } } }""");
        var seen = container.Ask("read:/proc/sys/net/ipv4/ip_default_ttl", "read:/proc/sys/kernel/msgmax", "read:/proc/sys/fs/mqueue/msg_max");
        Assert.Equal(["77\n", "7777\n", "17\n"], seen.Names.Select(n => seen[n].Text));
        Assert.Equal(before, File.ReadAllText("/proc/sys/net/ipv4/ip_default_ttl"));
    }

    [Properties]
    [InlineData("kernel.core_pattern", "core")]
    [InlineData("vm.swappiness", "60")]
    [InlineData("kernel.pid_max", "40000")]
    public void ASysctlOfTheHostIsRefused(string name, string value)
    {
        using var container = new Container($$"""{ "linux": { "sysctl": { "{{name}}": "{{value}}" } } }""");
        Assert.Contains(name, container.Run([]).Refused().Errors, StringComparison.Ordinal);
    }

    [Property]
    public void ASysctlOfAnAbsentNamespaceIsRefused()
    {
        using var container = new Container("""{ "linux": { "sysctl": { "net.ipv4.ip_default_ttl": "64" } } }""").WithoutNamespace("network");
        container.Run([]).Refused();
    }

    [Properties]
    [InlineData("RLIMIT_CPU", 1000, 2000)]
    [InlineData("RLIMIT_FSIZE", 1048576, 2097152)]
    [InlineData("RLIMIT_DATA", 104857600, 209715200)]
    [InlineData("RLIMIT_STACK", 4194304, 8388608)]
    [InlineData("RLIMIT_CORE", 0, 0)]
    [InlineData("RLIMIT_RSS", 104857600, 209715200)]
    [InlineData("RLIMIT_NPROC", 500, 600)]
    [InlineData("RLIMIT_NOFILE", 300, 400)]
    [InlineData("RLIMIT_MEMLOCK", 4096, 8192)]
    [InlineData("RLIMIT_AS", 2147483648, 4294967296)]
    [InlineData("RLIMIT_LOCKS", 10, 20)]
    [InlineData("RLIMIT_SIGPENDING", 100, 200)]
    [InlineData("RLIMIT_MSGQUEUE", 4096, 8192)]
    [InlineData("RLIMIT_NICE", 0, 0)]
    [InlineData("RLIMIT_RTPRIO", 0, 0)]
    [InlineData("RLIMIT_RTTIME", 1000000, 2000000)]
    public void ALimitIsSet(string type, long soft, long hard)
    {
        using var container = new Container($$"""{ "process": { "rlimits": [ { "type": "{{type}}", "soft": {{soft}}, "hard": {{hard}} } ] } }""");
        var limit = container.Ask("rlimits")["rlimits"][type];
        Assert.Equal((soft, hard), (limit["soft"].Number, limit["hard"].Number));
    }

    [Property]
    public void TheSameLimitTwiceIsRefused()
    {
        using var container = new Container("""
            { "process": { "rlimits": [ { "type": "RLIMIT_NOFILE", "soft": 100, "hard": 100 }, { "type": "RLIMIT_NOFILE", "soft": 200, "hard": 200 } ] } }
            """);
        container.Run([]).Refused();
    }

    [Property]
    public void AnUnknownLimitIsRefused()
    {
        using var container = new Container("""{ "process": { "rlimits": [ { "type": "RLIMIT_DREAMS", "soft": 1, "hard": 1 } ] } }""");
        Assert.Contains("RLIMIT_DREAMS", container.Run([]).Refused().Errors, StringComparison.Ordinal);
    }

    [Property]
    public void TheOomScoreIsAdjusted()
    {
        using var container = new Container("""{ "process": { "oomScoreAdj": 500 } }""");
        Assert.Equal("500\n", container.Ask("read:/proc/self/oom_score_adj")["read:/proc/self/oom_score_adj"].Text);
    }

    [Property]
    [DiffersIn("crun", "fails where CAP_SYS_RESOURCE is missing", MayPass = true)]
    [DiffersIn("runc", "fails where CAP_SYS_RESOURCE is missing", MayPass = true)]
    public void ALowerOomScoreThanMayBeSetIsNoFailure()
    {
        using var container = new Container("""{ "process": { "oomScoreAdj": -500 } }""");
        var expected = Capability.IsOurs("CAP_SYS_RESOURCE") ? "-500\n" : File.ReadAllText("/proc/self/oom_score_adj");
        Assert.Equal(expected, container.Ask("read:/proc/self/oom_score_adj")["read:/proc/self/oom_score_adj"].Text);
    }

    [Properties]
    [InlineData("true", "1")]
    [InlineData("false", "0")]
    public void NoNewPrivilegesIsAsSaid(string value, string seen)
    {
        using var container = new Container($$"""{ "process": { "noNewPrivileges": {{value}} } }""");
        Assert.Equal(seen, container.Ask("status")["status"]["NoNewPrivs"].Text);
    }

    [Property]
    public void OnlyTheStandardStreamsAreOpen()
    {
        using var container = new Container();
        Assert.Equal(["0", "1", "2"], container.Ask("fds")["fds"].Names.Order(StringComparer.Ordinal));
    }

    [Property]
    public void StandardInputIsPassedOn()
    {
        using var container = new Container();
        Assert.Equal("from outside", Answer.Parse(container.RunWith(["input"], [], "from outside").Succeeded().Output)["input"].Text);
    }

    [Property]
    public void SignalsAreNeitherBlockedNorIgnored()
    {
        using var container = new Container();
        var status = container.Ask("status")["status"];
        Assert.Equal("0000000000000000", status["SigBlk"].Text);
        Assert.Equal("0000000000000000", status["SigIgn"].Text);
    }

    [Property]
    public void TheProcessLeadsItsOwnSession()
    {
        using var container = new Container();
        Assert.Equal(1, container.Ask("ids")["ids"]["sid"].Number);
    }

    [Property]
    public void AMissingProgramIsRefusedAndNamed()
    {
        using var container = new Container();
        container.Write();
        container.Config["process"]!["args"]![0] = "/no/such/program";
        container.WriteConfig();
        Assert.Contains("/no/such/program", container.Runtime("run", "--bundle", container.Bundle, container.Id).Refused().Errors, StringComparison.Ordinal);
        Assert.Empty(Cgroups.Left(container.Id));
    }
}
