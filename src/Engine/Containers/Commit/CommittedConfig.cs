using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Containers;

/// <summary>What an image says that is made of a container: what was asked of the container over what its image says, as Docker does. A pure function.</summary>
internal static class CommittedConfig
{
    /// <summary>The defaults for the image's containers.</summary>
    internal static ContainerConfig Of(ContainerSettings settings, ContainerConfig image)
    {
        var environment = new EnvironmentList();
        foreach (var variable in image.Env ?? []) environment.Set(variable);
        foreach (var variable in settings.Environment) environment.Set(variable);
        var (entryPoint, command) = Commands(settings, image);
        return image with
        {
            Entrypoint = entryPoint,
            Cmd = command,
            Env = environment.ToList(),
            User = settings.User ?? image.User,
            WorkingDir = settings.WorkingDirectory ?? image.WorkingDir,
            Labels = Labels(settings, image),
            Volumes = Volumes(settings, image),
            StopSignal = settings.StopSignal ?? image.StopSignal,
            StopTimeout = settings.StopTimeout is { } timeout ? (int)timeout.TotalSeconds : image.StopTimeout,
            Healthcheck = Health(settings, image.Healthcheck),

            // They were for builds on top of the image, not of the container.
            OnBuild = null,
        };
    }

    private static (List<string>? EntryPoint, List<string>? Command) Commands(ContainerSettings settings, ContainerConfig image)
    {
        List<string>? given = settings.Command.Count > 0 ? [.. settings.Command] : null;
        if (settings.EntryPoint is not { } asked) return (image.Entrypoint, given ?? image.Cmd);
        return (asked.Any(static word => word.Length > 0) ? [.. asked] : null, given);
    }

    private static Dictionary<string, string>? Labels(ContainerSettings settings, ContainerConfig image)
    {
        if (settings.Labels.Count == 0) return image.Labels;
        var labels = new Dictionary<string, string>(image.Labels ?? []);
        foreach (var (key, value) in settings.Labels) labels[key] = value;
        return labels;
    }

    private static Dictionary<string, EmptyObject>? Volumes(ContainerSettings settings, ContainerConfig image)
    {
        var volumes = new Dictionary<string, EmptyObject>(image.Volumes ?? []);
        foreach (var volume in settings.Volumes)
            if (volume.Source is null) volumes[volume.Target] = new EmptyObject();
        return volumes.Count == 0 ? null : volumes;
    }

    private static HealthConfig? Health(ContainerSettings settings, HealthConfig? image)
    {
        if (settings.NoHealthCheck) return new HealthConfig { Test = ["NONE"] };
        var asked = (image ?? new HealthConfig()) with
        {
            Test = settings.HealthCommand is { } command ? [.. command] : image?.Test,
            Interval = Nanoseconds(settings.HealthInterval) ?? image?.Interval,
            Timeout = Nanoseconds(settings.HealthTimeout) ?? image?.Timeout,
            StartPeriod = Nanoseconds(settings.HealthStartPeriod) ?? image?.StartPeriod,
            StartInterval = Nanoseconds(settings.HealthStartInterval) ?? image?.StartInterval,
            Retries = settings.HealthRetries ?? image?.Retries,
        };
        return asked.Test is null ? image : asked;
    }

    private static long? Nanoseconds(TimeSpan? time) => time is { } given ? given.Ticks * TimeSpan.NanosecondsPerTick : null;
}
