namespace ContainerPS.Conformance;

/// <summary>linux.seccomp. Calls are named by their x86-64 numbers: getpgid 121, getpgrp 111, getsid 124; the runtimes themselves make other calls when the filter is there.</summary>
public sealed class SeccompTests
{
    [Properties]
    [InlineData("SCMP_ACT_ALLOW", "value", 1)]
    [InlineData("SCMP_ACT_LOG", "value", 1)]
    [InlineData("SCMP_ACT_ERRNO", "errno", 1)]
    [InlineData("SCMP_ACT_KILL", "signal", 31)]
    [InlineData("SCMP_ACT_KILL_THREAD", "signal", 31)]
    [InlineData("SCMP_ACT_KILL_PROCESS", "signal", 31)]
    [InlineData("SCMP_ACT_TRAP", "signal", 31)]
    [InlineData("SCMP_ACT_TRACE", "errno", 38)]
    public void AnActionIsTaken(string action, string field, int value)
    {
        var seen = Ask("syscall:111", "{ \"names\": [ \"getpgrp\" ], \"action\": \"" + action + "\" }");
        Assert.Equal(value, seen["syscall:111"][field].Number);
    }

    [Property]
    public void WithoutSeccompThereIsNoFilterAndWithItOne()
    {
        using var without = new Container();
        Assert.Equal("0", without.Ask("status")["status"]["Seccomp"].Text);
        Assert.Equal("2", Ask("status", """{ "names": [ "getpgrp" ], "action": "SCMP_ACT_ERRNO" }""")["status"]["Seccomp"].Text);
    }

    [Property]
    public void AnErrnoIsReturned()
    {
        Assert.Equal("EXDEV", Ask("syscall:111", """{ "names": [ "getpgrp" ], "action": "SCMP_ACT_ERRNO", "errnoRet": 18 }""")["syscall:111"].Error);
    }

    [Property]
    public void ADefaultActionIsForAllOthers()
    {
        using var container = Default("SCMP_ACT_ERRNO");
        var seen = container.Ask("syscall:111", "syscall:39", "syscall:124");
        Assert.Equal("EPERM", seen["syscall:111"].Error);
        Assert.Equal("EPERM", seen["syscall:124"].Error);
        Assert.True(seen["syscall:39"]["value"].Exists);
    }

    [Property]
    public void ADefaultErrnoIsReturned()
    {
        using var container = Default("SCMP_ACT_ERRNO");
        container.Config["linux"]!["seccomp"]!["defaultErrnoRet"] = 18;
        Assert.Equal("EXDEV", container.Ask("syscall:111")["syscall:111"].Error);
    }

    [Property]
    [DiffersIn("crun", "has the default action for calls that are newer than the profile, so that programs do not fall back to older calls")]
    public void ACallNewerThanTheProfileIsNotThere()
    {
        using var container = Default("SCMP_ACT_ERRNO");
        Assert.Equal("ENOSYS", container.Ask("syscall:500")["syscall:500"].Error);
    }

    [Properties]
    [InlineData("SCMP_CMP_EQ", "10")]
    [InlineData("SCMP_CMP_NE", "9 11 4294967306")]
    [InlineData("SCMP_CMP_LT", "9")]
    [InlineData("SCMP_CMP_LE", "9 10")]
    [InlineData("SCMP_CMP_GT", "11 4294967306")]
    [InlineData("SCMP_CMP_GE", "10 11 4294967306")]
    public void AnArgumentIsCompared(string op, string refused)
    {
        long[] values = [9, 10, 11, 4294967306];
        var seen = Ask([.. values.Select(v => $"syscall:121,{v}")], $$"""
            { "names": [ "getpgid" ], "action": "SCMP_ACT_ERRNO", "errnoRet": 18, "args": [ { "index": 0, "value": 10, "op": "{{op}}" } ] }
            """);
        Assert.Equal(refused, string.Join(' ', values.Where(v => seen[$"syscall:121,{v}"].Error == "EXDEV")));
    }

    [Property]
    public void AMaskedArgumentIsCompared()
    {
        long[] values = [0x10, 0x13, 0x20, 0x30, 0x110];
        var seen = Ask([.. values.Select(v => $"syscall:121,{v}")], """
            { "names": [ "getpgid" ], "action": "SCMP_ACT_ERRNO", "errnoRet": 18, "args": [ { "index": 0, "value": 240, "valueTwo": 16, "op": "SCMP_CMP_MASKED_EQ" } ] }
            """);
        Assert.Equal([0x10, 0x13, 0x110], values.Where(v => seen[$"syscall:121,{v}"].Error == "EXDEV"));
    }

    [Property]
    public void SeveralArgumentsHaveAllToFit()
    {
        string[] calls = ["syscall:140,7,1", "syscall:140,7,2", "syscall:140,8,1"];
        var seen = Ask(calls, """
            { "names": [ "getpriority" ], "action": "SCMP_ACT_ERRNO", "errnoRet": 18,
              "args": [ { "index": 0, "value": 7, "op": "SCMP_CMP_EQ" }, { "index": 1, "value": 1, "op": "SCMP_CMP_EQ" } ] }
            """);
        Assert.Equal(["EXDEV", "EINVAL", "EINVAL"], calls.Select(c => seen[c].Error));
    }

    [Property]
    public void SeveralEntriesForACallAreAlternatives()
    {
        string[] calls = ["syscall:121,7", "syscall:121,8", "syscall:121,9"];
        var seen = Ask(calls, """
            { "names": [ "getpgid" ], "action": "SCMP_ACT_ERRNO", "errnoRet": 18, "args": [ { "index": 0, "value": 7, "op": "SCMP_CMP_EQ" } ] },
            { "names": [ "getpgid" ], "action": "SCMP_ACT_ERRNO", "errnoRet": 18, "args": [ { "index": 0, "value": 8, "op": "SCMP_CMP_EQ" } ] }
            """);
        Assert.Equal(["EXDEV", "EXDEV", "ESRCH"], calls.Select(c => seen[c].Error));
    }

    [Property]
    public void UnknownNamesAreLeftOut()
    {
        Assert.Equal("EXDEV", Ask("syscall:111", """{ "names": [ "dream_of_sheep", "getpgrp" ], "action": "SCMP_ACT_ERRNO", "errnoRet": 18 }""")["syscall:111"].Error);
    }

    [Property(Needs.Calls32)]
    public void TheRulesAreForEveryListedArchitecture()
    {
        using var container = new Container("""
            { "linux": { "seccomp": { "defaultAction": "SCMP_ACT_ALLOW", "architectures": [ "SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32" ],
                "syscalls": [ { "names": [ "getpgrp" ], "action": "SCMP_ACT_ERRNO", "errnoRet": 18 } ] } } }
            """);
        var seen = container.Ask("syscall:111", "syscall32:65", "syscall32:20");
        Assert.Equal("EXDEV", seen["syscall:111"].Error);
        Assert.Equal("EXDEV", seen["syscall32:65"].Error);
        Assert.True(seen["syscall32:20"]["value"].Exists);
    }

    [Property(Needs.Calls32)]
    public void CallsOfAnArchitectureThatIsNotListedEndTheProcess()
    {
        using var container = new Container("""
            { "linux": { "seccomp": { "defaultAction": "SCMP_ACT_ALLOW", "architectures": [ "SCMP_ARCH_X86_64" ],
                "syscalls": [ { "names": [ "getpgrp" ], "action": "SCMP_ACT_ERRNO" } ] } } }
            """);
        Assert.Equal(31, container.Ask("syscall32:20")["syscall32:20"]["signal"].Number);
    }

    [Properties]
    [InlineData("SECCOMP_FILTER_FLAG_TSYNC")]
    [InlineData("SECCOMP_FILTER_FLAG_LOG")]
    [InlineData("SECCOMP_FILTER_FLAG_SPEC_ALLOW")]
    [DiffersIn("runc", "1.1 refuses every flag")]
    public void AFlagIsTaken(string flag)
    {
        using var container = new Container($$"""
            { "linux": { "seccomp": { "defaultAction": "SCMP_ACT_ALLOW", "flags": [ "{{flag}}" ], "syscalls": [ { "names": [ "getpgrp" ], "action": "SCMP_ACT_ERRNO" } ] } } }
            """);
        Assert.Equal("EPERM", container.Ask("syscall:111")["syscall:111"].Error);
    }

    [Property]
    [DiffersIn("runc", "1.1 refuses every flag and names none")]
    public void AnUnknownFlagIsRefused()
    {
        using var container = new Container("""{ "linux": { "seccomp": { "defaultAction": "SCMP_ACT_ALLOW", "flags": [ "SECCOMP_FILTER_FLAG_DREAM" ] } } }""");
        Assert.Contains("SECCOMP_FILTER_FLAG_DREAM", container.Run([]).Refused().Errors, StringComparison.Ordinal);
    }

    [Property]
    public void AnUnknownActionIsRefused()
    {
        using var container = new Container("""{ "linux": { "seccomp": { "defaultAction": "SCMP_ACT_DREAM" } } }""");
        Assert.Contains("SCMP_ACT_DREAM", container.Run([]).Refused().Errors, StringComparison.Ordinal);
    }

    [Property]
    public void AFilterNeedsNoNewPrivilegesOfNobody()
    {
        using var container = new Container("""
            { "process": { "noNewPrivileges": true, "user": { "uid": 1000, "gid": 1000 } },
              "linux": { "seccomp": { "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [ { "names": [ "getpgrp" ], "action": "SCMP_ACT_ERRNO" } ] } } }
            """);
        Assert.Equal("EPERM", container.Ask("syscall:111")["syscall:111"].Error);
    }

    [Property]
    public void TheFilterIsForExecutedProcessesToo()
    {
        using var container = new Container("""{ "linux": { "seccomp": { "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [ { "names": [ "getpgrp" ], "action": "SCMP_ACT_ERRNO" } ] } } }""");
        container.Start();
        Assert.Equal("EPERM", container.AskExec([], "syscall:111")["syscall:111"].Error);
    }

    [Property]
    public void AnAgentOnASocketAnswersCalls()
    {
        using var container = new Container();
        var path = Path.Combine(container.Folder, "agent");
        container.Patch($$"""
            { "annotations": { "org.example.x": "y" },
              "linux": { "seccomp": { "defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "{{path}}", "listenerMetadata": "some data",
                "syscalls": [ { "names": [ "getpgrp" ], "action": "SCMP_ACT_NOTIFY" } ] } } }
            """);
        using var agent = Programs.Start(Programs.Probe, ["notify", path]);
        Assert.Equal("listening", Programs.ReadLine(agent.StandardError));
        Assert.Equal(4711, container.Ask("syscall:111")["syscall:111"]["value"].Number);
        var state = Answer.Parse(Programs.ReadLine(agent.StandardOutput)!);
        Assert.Equal("call 111", Programs.ReadLine(agent.StandardOutput));
        Assert.Equal(0, Programs.Wait(agent));
        Assert.Equal("some data", state["metadata"].Text);
        Assert.Equal(["seccompFd"], state["fds"].Texts);
        Assert.True(state["pid"].Number > 0);
        Assert.Equal(container.Id, state["state"]["id"].Text);
        Assert.Equal(container.Bundle, state["state"]["bundle"].Text);
        Assert.Equal("y", state["state"]["annotations"]["org.example.x"].Text);
    }

    [Property]
    public void AnAgentThatIsNotThereIsAFailure()
    {
        using var container = new Container("""
            { "linux": { "seccomp": { "defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "/no/such/agent", "syscalls": [ { "names": [ "getpgrp" ], "action": "SCMP_ACT_NOTIFY" } ] } } }
            """);
        container.Run(["syscall:111"]).Refused();
        Assert.Empty(Cgroups.Left(container.Id));
    }

    private static Answer Ask(string question, string rules) => Ask([question], rules);

    private static Answer Ask(string[] questions, string rules)
    {
        using var container = new Container($$"""{ "linux": { "seccomp": { "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [ {{rules}} ] } } }""");
        return container.Ask(questions);
    }

    // What a static program and the runtime itself need after the filter is there.
    private static Container Default(string action) => new($$"""
        { "process": { "noNewPrivileges": true }, "linux": { "seccomp": { "defaultAction": "{{action}}", "architectures": [ "SCMP_ARCH_X86_64" ], "syscalls": [ { "action": "SCMP_ACT_ALLOW", "names": [
            "read", "write", "close", "fstat", "newfstatat", "mmap", "mprotect", "munmap", "brk", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "ioctl", "getpid", "gettid", "clone",
            "fork", "vfork", "execve", "exit", "exit_group", "wait4", "arch_prctl", "set_tid_address", "set_robust_list", "rseq", "prlimit64", "readlink", "readlinkat", "getrandom",
            "futex", "prctl", "capget", "capset", "setuid", "setgid", "setgroups", "chdir", "fchdir", "fcntl", "openat", "open", "access", "fchown", "statfs", "fstatfs", "lstat", "stat",
            "lseek", "dup", "dup2", "dup3", "close_range", "poll", "epoll_pwait", "epoll_ctl", "epoll_create1", "pipe2", "nanosleep", "clock_nanosleep", "sched_yield", "sched_getaffinity",
            "sigaltstack", "tgkill", "pread64", "recvmsg", "sendmsg", "recvfrom", "sendto", "faccessat", "faccessat2", "getdents64", "madvise", "uname", "clone3", "getcwd", "getppid", "statx", "unlinkat", "seccomp", "mincore", "tkill", "setresuid", "setresgid", "keyctl", "umask"
        ] } ] } } }
        """);
}
