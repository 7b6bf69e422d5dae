using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>What can be said of a run whose end nobody has recorded: that the kernel killed the container, and why; when is not known.</summary>
internal static class LostRun
{
    /// <summary>A run whose monitor was killed.</summary>
    internal static RunRecord Of(MonitorRecord monitor) => Of(monitor.StartedAt, "Its monitor was killed, and the container with it.");

    /// <summary>A run that left nothing but its mark in the store.</summary>
    internal static RunRecord Of(RunMark mark) => Of(
        mark.StartedAt,
        mark.BootId == RunMark.CurrentBootId() ? "Its run folder was removed while it ran." : "The machine went down while it ran.");

    private static RunRecord Of(DateTimeOffset startedAt, string error) => new() { StartedAt = startedAt, ExitCode = 128 + LibC.SIGKILL, Error = error };
}
