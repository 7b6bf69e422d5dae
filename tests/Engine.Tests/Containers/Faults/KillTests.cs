using ContainerPS.Engine.Tests.Images;
using ContainerPS.Engine.Tests.Runtime;

namespace ContainerPS.Engine.Tests.Containers;

/// <summary>
/// Processes are killed at points all along their work: at every n-th system call of some kinds, by strace's injection. Whatever was killed, the store
/// tells the truth, the container can be started again or removed, and nothing of it is left.
/// </summary>
public sealed class KillTests : IDisposable
{
    // What changes something that others see.
    private const string ShellCalls = "mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,rmdir,fsync,fdatasync,flock,socketpair,pidfd_open,recvfrom,recvmsg";
    private const string MonitorCalls = "openat,mkdirat,mkdir,rename,renameat,renameat2,unlink,unlinkat,rmdir,fsync,clone3,wait4,waitid,pipe2,fsopen,fsconfig,fsmount,write,epoll_ctl,sendto,recvfrom,flock";
    private const string InitCalls = "mount,move_mount,open_tree,mount_setattr,pivot_root,chdir,prctl,capset,setgroups,setresuid,execve,sethostname,symlinkat,mknodat,mkdirat,fchdir";

    private readonly TestEngine _test = new();

    public void Dispose() => _test.Dispose();

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(5), InlineData(8), InlineData(12), InlineData(16), InlineData(24)]
    public void A_shell_killed_while_it_creates_leaves_a_whole_container_or_none(int call)
    {
        Shell(call, "create", "one");
        Assert.All(_test.Engine.Containers.List(), container => Assert.Equal(ContainerState.Created, container.State));
        if (_test.Engine.Containers.List().Count == 0) Create("one");
        RunsAndGoes("one");
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(5), InlineData(8), InlineData(12), InlineData(16)]
    public void A_shell_killed_while_it_starts_leaves_it_running_or_not_started(int call)
    {
        Create("one");
        Shell(call, "start", "one");
        Settled("one");
        RunsAndGoes("one");
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(6)]
    public void A_shell_killed_while_it_stops_leaves_it_running_or_ended(int call)
    {
        Start("one");
        Shell(call, "stop", "one");
        Settled("one");
        RunsAndGoes("one");
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(4), InlineData(6), InlineData(9), InlineData(13), InlineData(18)]
    public void A_shell_killed_while_it_restarts_leaves_it_running_or_ended(int call)
    {
        Start("one");
        Shell(call, "restart", "one");
        Settled("one");
        RunsAndGoes("one");
    }

    [Theory]
    [InlineData(5), InlineData(20), InlineData(45), InlineData(70), InlineData(100), InlineData(130), InlineData(170)]
    public void A_monitor_killed_while_it_starts_its_container_again_leaves_an_end_that_is_told(int call)
    {
        _test.Remember(_test.Engine.Containers.Create(TestEngine.Settings("one", "sh", "-c", "exit 3") with { Restart = new RestartPolicy(RestartMode.Always) }));
        KilledMonitor.Run(_test, call, MonitorCalls, follow: false, engine => engine.Containers.Start("one", CancellationToken.None));
        TestEngine.Eventually(() => _test.Processes().Length == 0 && _test.Engine.Containers.Get("one").State is ContainerState.Exited or ContainerState.Created, "the monitor is killed at some start");
        var container = _test.Engine.Containers.Get("one");
        Assert.Contains(container.ExitCode, new int?[] { null, 3, 125, 137 });
        _test.Engine.Containers.Remove("one", force: false, CancellationToken.None);
        _test.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(5), InlineData(7), InlineData(9), InlineData(12)]
    public void A_shell_killed_while_it_removes_leaves_it_whole_or_gone(int call)
    {
        Create("one");
        Shell(call, "remove", "one");
        if (_test.Engine.Containers.List().Count == 0) Create("one");
        RunsAndGoes("one");
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6)]
    public void A_shell_killed_while_it_renames_leaves_one_name_and_the_other_free(int call)
    {
        Create("one");
        Shell(call, "rename", "one");
        var name = Assert.Single(_test.Engine.Containers.List()).Name;
        Assert.Contains(name, (string[])["one", "one-renamed"]);
        var other = name == "one" ? "one-renamed" : "one";
        Create(other);
        Assert.NotEqual(_test.Engine.Containers.Get(name).Id, _test.Engine.Containers.Get(other).Id);
        _test.Engine.Containers.Remove(other, force: false, CancellationToken.None);
        RunsAndGoes(name);
    }

    [Theory]
    [InlineData(1), InlineData(4), InlineData(8), InlineData(12), InlineData(16), InlineData(20), InlineData(25), InlineData(30), InlineData(40), InlineData(50), InlineData(60), InlineData(75), InlineData(90), InlineData(110)]
    public void A_monitor_killed_while_it_starts_takes_its_container_along(int call)
    {
        Create("one");
        var killed = KilledMonitor.Run(_test, call, MonitorCalls, follow: false, engine => engine.Containers.Start("one", CancellationToken.None));
        Settled("one");
        if (killed is not null) Assert.NotEqual(ContainerState.Running, _test.Engine.Containers.Get("one").State);
        RunsAndGoes("one");
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(4), InlineData(7), InlineData(10), InlineData(14), InlineData(18), InlineData(24), InlineData(30)]
    public void A_first_process_killed_while_it_is_set_up_is_an_error_that_leaves_nothing(int call)
    {
        Create("one");
        var error = KilledMonitor.Run(_test, call, InitCalls, follow: true, engine => engine.Containers.Start("one", CancellationToken.None));
        Settled("one");
        if (error is not null) Assert.NotEqual(ContainerState.Running, _test.Engine.Containers.Get("one").State);
        RunsAndGoes("one");
    }

    [Fact]
    public void A_monitor_killed_while_its_container_runs_is_reported()
    {
        Start("one");
        TestEngine.Eventually(() => _test.Processes().Length == 1, "its monitor is the only process");
        var line = Assert.Single(_test.Processes());
        Assert.Contains("monitor", line, StringComparison.Ordinal);
        TestStore.Run("pkill", "-KILL", "-f", $"runcs --root {_test.Paths.Run} monitor");
        Settled("one");
        var container = _test.Engine.Containers.Get("one");
        Assert.Equal(ContainerState.Exited, container.State);
        Assert.Equal(137, container.ExitCode);
        Assert.NotNull(container.Error);
        RunsAndGoes("one");
    }

    [Fact]
    public void A_first_process_killed_is_an_end_like_any()
    {
        Start("one");
        TestStore.Run("kill", "-KILL", $"{_test.Engine.Containers.Get("one").Pid}");
        Assert.Equal(137, _test.Engine.Containers.Wait("one", CancellationToken.None).ExitCode);
        RunsAndGoes("one");
    }

    private void Create(string name) => _test.Remember(_test.Engine.Containers.Create(TestEngine.Settings(name, "sleep", "1000")));

    private void Start(string name)
    {
        Create(name);
        _test.Engine.Containers.Start(name, CancellationToken.None);
    }

    /// <summary>Does something in a process of its own, which is killed at its n-th system call of those kinds.</summary>
    private void Shell(int call, string verb, string name)
    {
        var program = new[] { "dotnet", typeof(KillTests).Assembly.Location, "container", _test.Paths.Root, _test.Paths.Run, RuncsProgram.Path, verb, name };
        string[] arguments = ["-qq", "-o", "/dev/null", "-e", $"trace={ShellCalls}", "-e", $"inject={ShellCalls}:signal=KILL:when={call}", .. program];
        RuncsProgram.Run("strace", arguments);
        foreach (var container in _test.Engine.Containers.List()) _test.Remember(container);
    }

    /// <summary>What was killed has gone, and with it what it kept; the container is in a state that can be.</summary>
    private void Settled(string name)
    {
        TestEngine.Eventually(
            () => _test.Engine.Containers.Get(name).State == ContainerState.Running ? _test.Processes().Length == 1 : _test.Processes().Length == 0,
            "processes are left: " + string.Join(Environment.NewLine, _test.Processes()));
    }

    /// <summary>It can be started, or runs already; it ends, is removed, and leaves nothing.</summary>
    private void RunsAndGoes(string name)
    {
        var containers = _test.Engine.Containers;
        if (containers.Get(name).State != ContainerState.Running) containers.Start(name, CancellationToken.None);
        Assert.Equal(ContainerState.Running, containers.Get(name).State);
        containers.Stop(name, null, TimeSpan.Zero, CancellationToken.None);
        Assert.Equal(137, containers.Get(name).ExitCode);
        containers.Remove(name, force: false, CancellationToken.None);
        TestEngine.Eventually(() => _test.Processes().Length == 0, "its monitor stays");
        _test.AssertNothingIsLeft();
    }
}
