namespace ContainerPS.Engine.Containers;

// Restart, health, log.
internal static partial class SettingsValidator
{
    private static void ValidateLife(ContainerSettings settings)
    {
        if (settings is { Remove: true, Restart.Mode: not RestartMode.No } and { Restart: not null })
            throw Refused("Restart", settings.Restart, "With -Remove nothing is left to start again: leave one out.");
        LogSettings.Of(settings);
        ValidateHealth(settings);
    }

    private static void ValidateHealth(ContainerSettings settings)
    {
        if (settings.HealthCommand is [] or [_, "", ..]) throw Refused("HealthCommand", settings.HealthCommand.FirstOrDefault(), "Give a line for the shell, or a program and its arguments.");
        if (settings.HealthRetries < 0) throw Refused("HealthRetries", settings.HealthRetries, "Give 1 or more.");
        foreach (var (parameter, time) in Times(settings))
        {
            if (time < TimeSpan.Zero || (time > TimeSpan.Zero && time < TimeSpan.FromMilliseconds(1))) throw Refused(parameter, time, "Give at least 1ms.");
            if (time is not null && settings.NoHealthCheck) throw Refused(parameter, time, "-NoHealthCheck leaves nothing to say of it: leave one out.");
        }

        if (settings.NoHealthCheck && settings.HealthCommand is not null) throw Refused("HealthCommand", settings.HealthCommand[^1], "-NoHealthCheck leaves nothing to say of it: leave one out.");
        if (settings.NoHealthCheck && settings.HealthRetries is not null) throw Refused("HealthRetries", settings.HealthRetries, "-NoHealthCheck leaves nothing to say of it: leave one out.");
        if (settings is { NoHealthCheck: true, OnUnhealthy: not UnhealthyAction.None }) throw Refused("OnUnhealthy", settings.OnUnhealthy, "-NoHealthCheck leaves nothing to say of it: leave one out.");
    }

    private static IEnumerable<(string Parameter, TimeSpan? Time)> Times(ContainerSettings settings) =>
    [
        ("HealthInterval", settings.HealthInterval),
        ("HealthTimeout", settings.HealthTimeout),
        ("HealthStartPeriod", settings.HealthStartPeriod),
        ("HealthStartInterval", settings.HealthStartInterval),
    ];
}
