using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Containers;

/// <summary>A container's health check as it is done: what was asked, else what the image says, else Docker's defaults.</summary>
/// <param name="Command">Program and arguments.</param>
/// <param name="Interval">Time from the end of a check to the next.</param>
/// <param name="Timeout">Longest time of a check.</param>
/// <param name="StartPeriod">Time after the start in which failures do not count.</param>
/// <param name="StartInterval">Time between checks in that period, until one has succeeded.</param>
/// <param name="Retries">Failures in a row that make the container unhealthy.</param>
internal sealed record HealthCheck(IReadOnlyList<string> Command, TimeSpan Interval, TimeSpan Timeout, TimeSpan StartPeriod, TimeSpan StartInterval, int Retries)
{
    /// <summary>The check, or null when there is none.</summary>
    internal static HealthCheck? Of(ContainerSettings settings, ContainerConfig image)
    {
        var test = settings.NoHealthCheck ? [] : settings.HealthCommand ?? image.Healthcheck?.Test ?? [];
        if (test.Count < 2) return null;
        var words = test.Skip(1);
        List<string> command = test[0] switch
        {
            "CMD" => [.. words],
            "CMD-SHELL" => [.. image.Shell is { Count: > 0 } shell ? shell : ["/bin/sh", "-c"], string.Join(' ', words)],
            _ => [],
        };
        if (command.Count == 0) return null;
        var check = image.Healthcheck;
        return new HealthCheck(
            command,
            Time(settings.HealthInterval, check?.Interval, TimeSpan.FromSeconds(30)),
            Time(settings.HealthTimeout, check?.Timeout, TimeSpan.FromSeconds(30)),
            Time(settings.HealthStartPeriod, check?.StartPeriod, TimeSpan.Zero),
            Time(settings.HealthStartInterval, check?.StartInterval, TimeSpan.FromSeconds(5)),
            settings.HealthRetries is > 0 and var asked ? asked : check?.Retries is > 0 and var given ? given : 3);
    }

    /// <summary>The time until the next check.</summary>
    /// <param name="status">How it is.</param>
    /// <param name="age">Time since the container was started.</param>
    internal TimeSpan NextAfter(ContainerHealth status, TimeSpan age) => status == ContainerHealth.Starting && age < StartPeriod ? StartInterval : Interval;

    // Zero is "not said", as in Docker.
    private static TimeSpan Time(TimeSpan? asked, long? nanoseconds, TimeSpan otherwise) =>
        asked > TimeSpan.Zero ? asked.Value : nanoseconds > 0 ? TimeSpan.FromTicks(nanoseconds.Value / TimeSpan.NanosecondsPerTick) : otherwise;
}
