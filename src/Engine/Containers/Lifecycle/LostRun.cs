using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>What can be said of a run whose end nobody has recorded: that the kernel killed the container, and why; when is not known.</summary>
internal static class LostRun
{
    /// <summary>The run of a container that does not run any more, when its record does not tell of it; null when it does.</summary>
    internal static RunRecord? Find(RunState state, RunRecord? recorded)
    {
        if (state.IsRunning || state.IsMonitored) return null;
        if (state.Monitor is { } monitor) return recorded?.StartedAt == monitor.StartedAt ? null : Of(monitor);
        return state.Mark is { } mark && recorded?.StartedAt != mark.StartedAt ? Of(mark) : null;
    }

    private static RunRecord Of(MonitorRecord monitor) => Of(monitor.StartedAt, "Its monitor was killed, and the container with it.");

    // A run that left nothing but its mark in the store.
    private static RunRecord Of(RunMark mark) => Of(
        mark.StartedAt,
        mark.BootId == Linux.BootId.Current() ? "Its run folder was removed while it ran." : "The machine went down while it ran.");

    private static RunRecord Of(DateTimeOffset startedAt, string error) => new() { StartedAt = startedAt, ExitCode = 128 + LibC.SIGKILL, Error = error };
}
