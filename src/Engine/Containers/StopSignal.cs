namespace ContainerPS.Engine.Containers;

/// <summary>How a container is asked to stop.</summary>
internal static class StopSignal
{
    /// <summary>The signal's number: what the settings ask, else what the image says, else SIGTERM.</summary>
    internal static int Of(ContainerRecord record) =>
        SignalName.Parse(record.Settings.StopSignal ?? record.ImageConfig.StopSignal ?? "SIGTERM", "StopSignal");

    /// <summary>Time until SIGKILL: what the settings ask, else what the image says, else 10 s.</summary>
    internal static TimeSpan Timeout(ContainerRecord record) =>
        record.Settings.StopTimeout ?? (record.ImageConfig.StopTimeout is { } seconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.FromSeconds(10));
}
