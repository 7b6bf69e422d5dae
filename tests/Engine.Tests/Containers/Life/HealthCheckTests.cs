namespace ContainerPS.Engine.Tests.Containers.Life;

/// <summary>Health checks, done by monitors.</summary>
public sealed class HealthCheckTests : IDisposable
{
    private readonly LifeStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void A_container_is_starting_then_healthy_then_unhealthy()
    {
        var container = Start("mkdir /tmp/x; exec sleep 1000", "echo checked; test -e /ok", settings => settings with { HealthStartPeriod = TimeSpan.FromSeconds(60), HealthStartInterval = TimeSpan.FromMilliseconds(50) });
        Assert.Equal(ContainerHealth.Starting, container.Health);
        LifeStore.Await(() => Now(container).HealthResults.Count == 5, "five checks were done");
        Assert.Equal(ContainerHealth.Starting, Now(container).Health);
        Exec(container, "touch", "/ok");
        LifeStore.Await(() => Now(container).Health == ContainerHealth.Healthy, "it is healthy");
        Assert.Equal("checked\n", Now(container).HealthResults[^1].Output);
        Exec(container, "rm", "/ok");
        LifeStore.Await(() => Now(container).Health == ContainerHealth.Unhealthy, "it is unhealthy");
        Assert.Equal(5, Now(container).HealthResults.Count);
        Assert.Equal([1, 1, 1], Now(container).HealthResults.TakeLast(3).Select(result => result.ExitCode));
    }

    [Fact]
    public void A_check_that_takes_too_long_is_killed_with_its_children()
    {
        var container = Start("exec sleep 1000", "sleep 1111 & echo slow; sleep 1112", settings => settings with { HealthTimeout = TimeSpan.FromMilliseconds(500) });
        LifeStore.Await(() => Now(container).Health == ContainerHealth.Unhealthy, "it is unhealthy");
        Assert.All(Now(container).HealthResults, result => Assert.Equal(-1, result.ExitCode));
        Assert.All(Now(container).HealthResults, result => Assert.Contains("longer than 0.5 s", result.Output));

        // On a busy machine not every check comes to where it says something.
        LifeStore.Await(() => Now(container).HealthResults.Any(result => result.Output.Contains("slow")), "what was said before is kept");
        _store.Engine.Containers.Suspend(container.Id);
        Assert.InRange(_store.Engine.Containers.Processes(container.Id).Count(process => process.Command.Contains("sleep 111")), 0, 2);
        _store.Engine.Containers.Resume(container.Id);
    }

    [Fact]
    public void A_check_whose_program_is_missing_says_so()
    {
        var container = Start("exec sleep 1000", null, settings => settings with { HealthCommand = ["CMD", "/no/such/program"] });
        LifeStore.Await(() => Now(container).HealthResults.Count > 0, "a check was done");
        Assert.Contains("/no/such/program", Now(container).HealthResults[0].Output);
    }

    [Fact]
    public void Output_is_bounded()
    {
        var container = Start("exec sleep 1000", "dd if=/dev/zero bs=1000 count=1000 2>/dev/null | tr '\\0' x");
        LifeStore.Await(() => Now(container).Health == ContainerHealth.Healthy, "it is healthy");
        Assert.Equal(new string('x', 4096), Now(container).HealthResults[0].Output);
    }

    [Fact]
    public void An_unhealthy_container_is_restarted_when_asked()
    {
        var container = Start("exec sleep 1000", "exit 1", settings => settings with { OnUnhealthy = UnhealthyAction.Restart, StopTimeout = TimeSpan.FromMilliseconds(100) });
        LifeStore.Await(() => Now(container) is { State: ContainerState.Running, RestartCount: > 0 }, "it was restarted");
        Assert.NotEqual(container.Pid, Now(container).Pid);
    }

    private Container Start(string script, string? check, Func<ContainerSettings, ContainerSettings>? change = null) => _store.Start(script, settings =>
    {
        settings = settings with { HealthCommand = check is null ? null : ["CMD-SHELL", check], HealthInterval = TimeSpan.FromMilliseconds(50), HealthRetries = 3 };
        return change is null ? settings : change(settings);
    });

    private void Exec(Container container, params string[] command)
    {
        using var process = _store.Engine.Containers.Exec(container.Id, new ExecSettings { Command = command }, CancellationToken.None);
        Assert.Equal(0, process.WaitForExit(CancellationToken.None));
    }

    private Container Now(Container container) => _store.Engine.Containers.Get(container.Id);
}
