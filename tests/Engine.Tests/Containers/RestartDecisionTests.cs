using ContainerPS.Engine.Containers;

namespace ContainerPS.Engine.Tests.Containers;

public sealed class RestartDecisionTests
{
    private static readonly RunRecord s_failed = new() { ExitCode = 1 };

    [Theory]
    [InlineData(RestartMode.No, 0, 1, 0, false)]
    [InlineData(RestartMode.Always, 0, 0, 100, true)]
    [InlineData(RestartMode.UnlessStopped, 0, 0, 100, true)]
    [InlineData(RestartMode.OnFailure, 0, 0, 0, false)]
    [InlineData(RestartMode.OnFailure, 0, 1, 100, true)]
    [InlineData(RestartMode.OnFailure, 3, 1, 2, true)]
    [InlineData(RestartMode.OnFailure, 3, 1, 3, false)]
    public void Policies_decide(RestartMode mode, int retries, int exitCode, int restarts, bool again) =>
        Assert.Equal(again, RestartDecision.Delay(new(mode, retries), exitCode, stopped: false, TimeSpan.Zero, TimeSpan.Zero, restarts) is not null);

    [Fact]
    public void What_was_stopped_stays_so() =>
        Assert.Null(RestartDecision.Delay(new(RestartMode.Always), 0, stopped: true, TimeSpan.Zero, TimeSpan.Zero, 0));

    [Fact]
    public void The_delay_doubles_to_a_minute_and_begins_anew_after_a_good_run()
    {
        var delay = TimeSpan.Zero;
        List<double> delays = [];
        for (var i = 0; i < 12; i++) delays.Add((delay = RestartDecision.Next(TimeSpan.FromSeconds(1), delay)).TotalSeconds);
        Assert.Equal([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 60, 60], delays);
        Assert.Equal(0.1, RestartDecision.Next(TimeSpan.FromSeconds(10), delay).TotalSeconds);
    }

    [Theory]
    [InlineData(RestartMode.Always, true, true)]
    [InlineData(RestartMode.UnlessStopped, false, true)]
    [InlineData(RestartMode.UnlessStopped, true, false)]
    [InlineData(RestartMode.OnFailure, false, true)]
    [InlineData(RestartMode.No, false, false)]
    public void At_boot_policies_bring_back_what_they_want(RestartMode mode, bool stopped, bool back)
    {
        Assert.Equal(back, RestartDecision.IsWantedAtBoot(new(mode), s_failed, stopped));
        Assert.False(RestartDecision.IsWantedAtBoot(new(mode), lastRun: null, stopped: false));
    }
}
