using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>SCMP_ACT_NOTIFY: calls are decided by an agent outside (config-linux.md#seccomp, listenerPath).</summary>
public sealed class SeccompNotifyTests
{
    private const string Script = "mkdir /tmp/never; echo mkdir $?; test -d /tmp/never; echo there $?";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void CallsOfTheFirstProcessAreDecidedByTheAgent(bool noNewPrivileges)
    {
        using var container = Container(noNewPrivileges, out var socket);
        using var agent = new SeccompAgent(socket);
        var result = container.Shell(Script);
        Assert.Equal("mkdir 0\nthere 1\n", result.Output);
        Assert.Equal(0, result.ExitCode);
        Assert.NotEmpty(agent.Calls);
        var sent = Assert.Single(agent.States);
        Assert.Equal("seccompFd", Assert.Single(sent.GetProperty("fds").EnumerateArray()).GetString());
        Assert.Equal("for the agent", sent.GetProperty("metadata").GetString());
        Assert.StartsWith("1.2", sent.GetProperty("ociVersion").GetString());
        var state = sent.GetProperty("state");
        Assert.Equal("creating", state.GetProperty("status").GetString());
        Assert.Equal(container.Id, state.GetProperty("id").GetString());
        Assert.Equal(container.Bundle, state.GetProperty("bundle").GetString());
        Assert.Equal("b", state.GetProperty("annotations").GetProperty("a").GetString());
        Assert.Equal(sent.GetProperty("pid").GetInt32(), state.GetProperty("pid").GetInt32());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void CallsOfAnExecutedProcessAreDecidedByTheAgent(bool noNewPrivileges)
    {
        using var container = Container(noNewPrivileges, out var socket);
        container.Spec.Process!.Args = ["sleep", "60"];
        using var agent = new SeccompAgent(socket);
        Create(container);

        // The runtime has handed it over and gone; the agent is still to read it.
        Assert.True(SpinWait.SpinUntil(() => agent.Count == 1, TimeSpan.FromSeconds(60)));
        Assert.Equal(0, container.Runcs("start", container.Id).ExitCode);
        Assert.Single(agent.States);
        Assert.Equal("mkdir 0\nthere 1\n", container.Exec("sh", "-c", Script).Output);
        Assert.Equal(2, agent.States.Count);
        var state = agent.States[1].GetProperty("state");
        Assert.Equal("running", state.GetProperty("status").GetString());
        Assert.Equal(container.State().Pid, state.GetProperty("pid").GetInt32());
        Assert.NotEqual(container.State().Pid, agent.States[1].GetProperty("pid").GetInt32());
    }

    [Fact]
    public void EveryCallButWriteCanBeHandedOverBeforeTheAgentHasTheDescriptor()
    {
        using var container = Container(false, out var socket);
        container.Spec.Linux!.Seccomp!.Syscalls = [new() { Names = ["mkdir", "mkdirat", "fchmodat", "umask"], Action = "SCMP_ACT_NOTIFY" }];
        using var agent = new SeccompAgent(socket);
        Assert.Equal("mkdir 0\nthere 1\n", container.Shell(Script).Output);

        container.Spec.Linux.Seccomp.Syscalls = [new() { Names = ["write"], Action = "SCMP_ACT_NOTIFY" }];
        var result = container.Run();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("'write'", result.Errors);
    }

    [Fact]
    public void WithoutAnAgentNothingStarts()
    {
        using var container = Container(false, out var socket);
        var result = container.Run();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(socket, result.Errors);
        Assert.Empty(container.CgroupDirectories());
        Assert.False(Directory.Exists(Path.Combine(container.StateRoot, container.Id)));
    }

    [Theory]
    [InlineData("linux.seccomp.listenerPath")]
    [InlineData("linux.seccomp.listenerMetadata")]
    [InlineData("errnoRet 5 is of no use to SCMP_ACT_ALLOW")]
    [InlineData("there is no flag 'SECCOMP_FILTER_FLAG_ODD'")]
    public void ProfileThatCannotBeUsedIsRefused(string expected)
    {
        using var container = Container(false, out _);
        var profile = container.Spec.Linux!.Seccomp!;
        if (expected.EndsWith("Path", StringComparison.Ordinal)) (profile.ListenerPath, profile.ListenerMetadata) = (null, null);
        if (expected.EndsWith("Metadata", StringComparison.Ordinal)) (profile.ListenerPath, profile.Syscalls) = (null, []);
        if (expected.StartsWith("errno", StringComparison.Ordinal)) profile.DefaultErrnoRet = 5;
        if (expected.StartsWith("there", StringComparison.Ordinal)) profile.Flags = ["SECCOMP_FILTER_FLAG_ODD"];
        var result = container.Run();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(expected, result.Errors);
    }

    [Fact]
    public void FlagsAreAcceptedByTheKernel()
    {
        using var container = Container(false, out var socket);
        var profile = container.Spec.Linux!.Seccomp!;
        profile.Flags = ["SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"];
        using var agent = new SeccompAgent(socket);
        Assert.Equal("mkdir 0\nthere 1\n", container.Shell(Script).Output);
        (profile.Syscalls, profile.ListenerPath, profile.ListenerMetadata) = ([], null, null);
        Assert.Equal("fine\n", container.Shell("echo fine").Output);
    }

    [Fact]
    public void ObjectThatAsksNothingIsNoFilter()
    {
        using var container = new TestContainer();
        container.Spec.Linux!.Seccomp = new() { Architectures = ["SCMP_ARCH_X86_64"] };
        Assert.Equal("Seccomp:\t0\n", container.Shell("grep Seccomp: /proc/self/status").Output);
    }

    private static TestContainer Container(bool noNewPrivileges, out string socket)
    {
        var container = new TestContainer("true");
        socket = Path.Combine(container.Folder, "agent.sock");
        container.Spec.Annotations = new() { ["a"] = "b" };
        container.Spec.Process!.NoNewPrivileges = noNewPrivileges;
        container.Spec.Linux!.Seccomp = new LinuxSeccomp
        {
            DefaultAction = "SCMP_ACT_ALLOW",
            ListenerPath = socket,
            ListenerMetadata = "for the agent",
            Syscalls = [new() { Names = ["mkdir", "mkdirat"], Action = "SCMP_ACT_NOTIFY" }],
        };
        return container;
    }

    private static void Create(TestContainer container)
    {
        var result = RuncsProgram.Run("/bin/sh", ["-c", $"exec '{RuncsProgram.Path}' --root '{container.StateRoot}' create --bundle '{container.WriteSpec()}' {container.Id} </dev/null >/dev/null 2>'{container.Folder}/err'"]);
        Assert.True(result.ExitCode == 0, File.ReadAllText(Path.Combine(container.Folder, "err")));
    }
}
