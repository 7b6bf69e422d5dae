using ContainerPS.Engine.Tests.Runtime;

namespace ContainerPS.Engine.Tests.Containers.Life;

/// <summary>Restart policies, carried out by monitors.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly LifeStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void A_container_that_ends_comes_back_with_a_new_process()
    {
        var container = _store.Start("exec sleep 1000", settings => settings with { Restart = new(RestartMode.Always) });
        for (var i = 1; i <= 2; i++)
        {
            // Not by the engine: nobody wanted this.
            var pid = _store.Engine.Containers.Get(container.Id).Pid!.Value;
            RuncsProgram.Run("/bin/kill", ["-9", $"{pid}"]);
            LifeStore.Await(() => Now(container) is { State: ContainerState.Running, Pid: { } now } && now != pid, "the container runs again");
            Assert.Equal(i, Now(container).RestartCount);
            Assert.Equal(137, Now(container).ExitCode);
        }

        _store.Engine.Containers.Stop(container.Id, "SIGKILL", null, CancellationToken.None);
        Assert.Equal(ContainerState.Exited, Now(container).State);
        Assert.Equal(2, Now(container).RestartCount);
        Assert.Equal(0, _store.Engine.Containers.Start(container.Id, CancellationToken.None).RestartCount);
    }

    [Fact]
    public void A_failing_container_is_started_as_often_as_asked_with_growing_delays()
    {
        var container = _store.Start("echo run; exit 3", settings => settings with { Restart = new(RestartMode.OnFailure, 3) });
        LifeStore.Await(() => Now(container).State == ContainerState.Exited && !Directory.Exists(_store.RunOf(container)), "it has given up");
        var last = Now(container);
        Assert.Equal(3, last.ExitCode);
        Assert.Equal(3, last.RestartCount);
        var times = _store.Engine.Containers.ReadLog(container.Id, new LogOptions(), CancellationToken.None).Select(line => line.Time).ToList();
        Assert.Equal(4, times.Count);
        Assert.InRange((times[3] - times[2]).TotalMilliseconds, 400, 60_000);
        Assert.InRange((times[1] - times[0]).TotalMilliseconds, 100, 60_000);
    }

    [Fact]
    public void A_container_that_ends_well_stays_ended_on_failure_only()
    {
        var container = _store.Start("exit 0", settings => settings with { Restart = new(RestartMode.OnFailure) });
        LifeStore.Await(() => !Directory.Exists(_store.RunOf(container)), "it has ended");
        Assert.Equal((ContainerState.Exited, 0), (Now(container).State, Now(container).RestartCount));
    }

    [Fact]
    public void While_it_waits_it_is_restarting_and_can_be_stopped_started_and_removed()
    {
        var container = _store.Start("exit 1", settings => settings with { Restart = new(RestartMode.UnlessStopped) });
        AwaitRestarting(container);
        Assert.Throws<InvalidContainerStateException>(() => _store.Engine.Containers.Attach(container.Id, input: false, CancellationToken.None));
        _store.Engine.Containers.Stop(container.Id, null, null, CancellationToken.None);
        Assert.Equal(ContainerState.Exited, Now(container).State);
        Assert.False(Directory.Exists(_store.RunOf(container)));

        _store.Engine.Containers.Start(container.Id, CancellationToken.None);
        AwaitRestarting(container);
        _store.Engine.Containers.Start(container.Id, CancellationToken.None);
        AwaitRestarting(container);
        Assert.Throws<InvalidContainerStateException>(() => _store.Engine.Containers.Remove(container.Id, force: false, CancellationToken.None));
        _store.Engine.Containers.Remove(container.Id, force: true, CancellationToken.None);
        Assert.Throws<ContainerNotFoundException>(() => Now(container));
    }

    [Fact]
    public void A_start_that_fails_is_tried_again()
    {
        var container = _store.Start("exec sleep 1000", settings => settings with { Restart = new(RestartMode.OnFailure, 4) });

        // What the next start needs is not there.
        var upper = Now(container).UpperPath!;
        Directory.CreateDirectory(Path.Combine(upper, "bin"));
        File.WriteAllText(Path.Combine(upper, "bin/sh"), "");
        RuncsProgram.Run("/bin/kill", ["-9", $"{container.Pid}"]);
        LifeStore.Await(() => !Directory.Exists(_store.RunOf(container)), "it has given up");
        Assert.Equal(4, Now(container).RestartCount);
        Assert.Equal(126, Now(container).ExitCode);
        Assert.NotNull(Now(container).Error);
    }

    [Fact]
    public void What_is_attached_hears_of_the_end_and_the_container_goes_on()
    {
        var container = _store.Create("read line; exit 5", settings => settings with { Interactive = true, Restart = new(RestartMode.Always) });
        using (var starter = _store.Engine.Containers.StartAttached(container.Id, input: true, CancellationToken.None))
        {
            starter.Input!.Write("go\n"u8);
            Assert.Equal(5, starter.WaitForExit(CancellationToken.None));
        }

        LifeStore.Await(() => Now(container).State == ContainerState.Running, "it runs again");
        using var other = _store.Engine.Containers.Attach(container.Id, input: true, CancellationToken.None);
        other.Input!.Write("go\n"u8);
        Assert.Equal(5, other.WaitForExit(CancellationToken.None));
    }

    [Fact]
    public void Who_sees_it_run_again_can_attach_to_it_at_once()
    {
        var container = _store.Start("exec sleep 1000", settings => settings with { Restart = new(RestartMode.Always) });
        for (var i = 0; i < 5; i++)
        {
            var pid = Now(container).Pid!.Value;
            using (var init = System.Diagnostics.Process.GetProcessById(pid)) init.Kill();
            Assert.True(SpinWait.SpinUntil(() => Now(container) is { State: ContainerState.Running, Pid: { } now } && now != pid, TimeSpan.FromSeconds(60)));
            using var attached = _store.Engine.Containers.Attach(container.Id, input: false, CancellationToken.None);
        }
    }

    private Container Now(Container container) => _store.Engine.Containers.Get(container.Id);

    // The wait before the fifth start, 1.6 s, is long enough to be seen and used.
    private void AwaitRestarting(Container container) =>
        LifeStore.Await(() => Now(container) is { State: ContainerState.Restarting, RestartCount: >= 4 }, "it waits to be started again");
}
