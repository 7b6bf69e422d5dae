using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Storage;
using ContainerPS.Engine.Tests.Runtime;

namespace ContainerPS.Engine.Tests.Containers.Life;

/// <summary>What is known of containers after their monitor was killed, or the machine went down.</summary>
public sealed class LostRunTests : IDisposable
{
    private readonly LifeStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void After_a_reboot_it_has_ended_and_why_is_known()
    {
        var container = _store.Start("exec sleep 1000", settings => settings with { Restart = new(RestartMode.UnlessStopped) });
        CrashMachine(container, bootId: "00000000-0000-0000-0000-000000000000");
        var now = Now(container);
        Assert.Equal(ContainerState.Exited, now.State);
        Assert.Equal(137, now.ExitCode);
        Assert.Equal(container.StartedAt, now.StartedAt);
        Assert.Contains("machine went down", now.Error);
        Assert.Contains(now.Id, _store.Engine.Containers.WantedByPolicy().Select(c => c.Id));
        Assert.Equal(ContainerState.Running, _store.Engine.Containers.Start(container.Id, CancellationToken.None).State);
        Assert.Empty(_store.Engine.Containers.WantedByPolicy());
    }

    [Fact]
    public void What_was_stopped_before_a_reboot_stays_so()
    {
        var stopped = _store.Start("exec sleep 1000", settings => settings with { Restart = new(RestartMode.UnlessStopped) });
        var always = _store.Start("exec sleep 1000", settings => settings with { Restart = new(RestartMode.Always) });
        var never = _store.Create("exec sleep 1000", settings => settings with { Restart = new(RestartMode.Always) });
        foreach (var container in (Container[])[stopped, always]) _store.Engine.Containers.Stop(container.Id, "SIGKILL", null, CancellationToken.None);
        Assert.Equal([always.Id], _store.Engine.Containers.WantedByPolicy().Select(c => c.Id));
        Assert.Equal(ContainerState.Created, Now(never).State);
    }

    [Fact]
    public void A_removed_run_folder_is_told_apart()
    {
        var container = _store.Start("exec sleep 1000");
        CrashMachine(container, Linux.BootId.Current());
        Assert.Contains("run folder was removed", Now(container).Error);
    }

    [Fact]
    public void It_has_not_exited_before_its_exit_code_is_known()
    {
        var container = _store.Start("exec sleep 1000");
        RuncsProgram.Run("/bin/kill", ["-STOP", $"{Monitor(container)}"]);
        RuncsProgram.Run("/bin/kill", ["-KILL", $"{container.Pid}"]);
        LifeStore.Await(() => Now(container).Pid is null, "its process has ended");
        Assert.Equal((ContainerState.Running, null, container.StartedAt), (Now(container).State, Now(container).ExitCode, Now(container).StartedAt));
        RuncsProgram.Run("/bin/kill", ["-CONT", $"{Monitor(container)}"]);
        LifeStore.Await(() => Now(container).State == ContainerState.Exited, "it has exited");
        Assert.Equal(137, Now(container).ExitCode);
    }

    [Fact]
    public void A_monitor_that_is_killed_takes_its_container_along_and_the_policy_is_kept()
    {
        var container = _store.Start("exec sleep 1000", settings => settings with { Restart = new(RestartMode.Always) });
        KillMonitor(container);
        LifeStore.Await(() => Now(container).State == ContainerState.Exited, "it has ended");
        Assert.Contains("monitor was killed", Now(container).Error);
        Assert.Equal([container.Id], _store.Engine.Containers.WantedByPolicy().Select(c => c.Id));
        Assert.Equal(ContainerState.Running, _store.Engine.Containers.Start(container.Id, CancellationToken.None).State);
    }

    [Fact]
    public void A_monitor_that_is_killed_while_it_waits_leaves_the_last_run_as_it_was()
    {
        var container = _store.Start("exit 7", settings => settings with { Restart = new(RestartMode.Always) });
        LifeStore.Await(() => Now(container) is { State: ContainerState.Restarting, RestartCount: >= 4 }, "it waits");
        KillMonitor(container);
        LifeStore.Await(() => Now(container).State == ContainerState.Exited, "it has ended");
        Assert.Equal(7, Now(container).ExitCode);
        Assert.Null(Now(container).Error);
    }

    [Fact]
    public void A_monitor_that_is_asked_to_end_stops_its_container_for_good_and_nobody_has_stopped_it()
    {
        var container = _store.Start("trap 'exit 9' TERM; while true; do sleep 0.05; done", settings => settings with { Restart = new(RestartMode.UnlessStopped) });
        LifeStore.Await(() => _store.Engine.Containers.Processes(container.Id).Count > 1, "the trap is set");
        RuncsProgram.Run("/bin/kill", ["-TERM", $"{Monitor(container)}"]);
        LifeStore.Await(() => !Directory.Exists(_store.RunOf(container)), "it has ended");
        Assert.Equal((ContainerState.Exited, 9, 0), (Now(container).State, Now(container).ExitCode, Now(container).RestartCount));
        Assert.Equal([container.Id], _store.Engine.Containers.WantedByPolicy().Select(c => c.Id));
    }

    private Container Now(Container container) => _store.Engine.Containers.Get(container.Id);

    private int Monitor(Container container) => new KernelView(_store.Paths).Read(container.Id).Monitor!.MonitorPid;

    // At once, not by a program that has to be started first: what the monitor is doing may soon be over.
    private void KillMonitor(Container container)
    {
        using var monitor = System.Diagnostics.Process.GetProcessById(Monitor(container));
        monitor.Kill();
    }

    // Processes and run folder are gone, as after a power cut; the mark is of the boot that is asked for.
    private void CrashMachine(Container container, string bootId)
    {
        KillMonitor(container);
        LifeStore.Await(() => Now(container).State == ContainerState.Exited, "the container went with its monitor");
        TreeRemover.Remove(_store.RunOf(container));
        var mark = Path.Combine(_store.Paths.ContainerOf(container.Id), "running");
        File.WriteAllText(mark, $"{bootId} {File.ReadAllText(mark).Split(' ')[1]}");
    }
}
