using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Tests.Containers;

public sealed class HealthTests
{
    private static readonly HealthConfig s_image = new() { Test = ["CMD-SHELL", "test -e /ok"], Interval = 2_000_000_000, Retries = 5 };

    [Fact]
    public void The_images_check_is_done_with_Dockers_defaults()
    {
        var check = HealthCheck.Of(new(), new() { Healthcheck = s_image })!;
        Assert.Equal(["/bin/sh", "-c", "test -e /ok"], check.Command);
        Assert.Equal((2, 30, 0, 5, 5), (check.Interval.TotalSeconds, check.Timeout.TotalSeconds, check.StartPeriod.TotalSeconds, check.StartInterval.TotalSeconds, check.Retries));
    }

    [Fact]
    public void Settings_win_over_the_image_one_by_one()
    {
        var check = HealthCheck.Of(new() { HealthTimeout = TimeSpan.FromSeconds(1), HealthRetries = 2 }, new() { Healthcheck = s_image, Shell = ["/bin/ash", "-ec"] })!;
        Assert.Equal(["/bin/ash", "-ec", "test -e /ok"], check.Command);
        Assert.Equal((2, 1, 2), (check.Interval.TotalSeconds, check.Timeout.TotalSeconds, check.Retries));
        Assert.Equal(["true", "x y"], HealthCheck.Of(new() { HealthCommand = ["CMD", "true", "x y"] }, new() { Healthcheck = s_image })!.Command);
    }

    [Fact]
    public void There_may_be_none()
    {
        Assert.Null(HealthCheck.Of(new(), new()));
        Assert.Null(HealthCheck.Of(new() { NoHealthCheck = true }, new() { Healthcheck = s_image }));
        Assert.Null(HealthCheck.Of(new(), new() { Healthcheck = new() { Test = ["NONE"] } }));
    }

    [Fact]
    public void Failures_count_after_the_start_period_and_a_success_ends_it()
    {
        var check = new HealthCheck(["true"], TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1), Retries: 2);
        var record = new HealthRecord();
        Assert.False(record.Add(check, Result(1), TimeSpan.FromSeconds(9)));
        Assert.Equal((ContainerHealth.Starting, 0), (record.Status, record.FailingStreak));
        Assert.Equal(1, check.NextAfter(record.Status, TimeSpan.FromSeconds(9)).TotalSeconds);
        Assert.True(record.Add(check, Result(0), TimeSpan.FromSeconds(9)));
        Assert.Equal(30, check.NextAfter(record.Status, TimeSpan.FromSeconds(9)).TotalSeconds);
        Assert.False(record.Add(check, Result(1), TimeSpan.FromSeconds(9.5)));
        Assert.True(record.Add(check, Result(-1), TimeSpan.FromSeconds(9.6)));
        Assert.Equal((ContainerHealth.Unhealthy, 2), (record.Status, record.FailingStreak));
        Assert.True(record.Add(check, Result(0), TimeSpan.FromSeconds(20)));
        Assert.False(record.Add(check, Result(0), TimeSpan.FromSeconds(20)));
        Assert.Equal([1, -1, 0, 0], record.Results.Skip(1).Select(result => result.ExitCode));
    }

    private static HealthCheckResult Result(int exitCode) => new() { ExitCode = exitCode };
}
