using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>What can be said of a run whose monitor was killed: the kernel killed the container with it, when is not known.</summary>
internal static class LostRun
{
    internal static RunRecord Of(MonitorRecord monitor) => new()
    {
        StartedAt = monitor.StartedAt,
        ExitCode = 128 + LibC.SIGKILL,
        Error = "Its monitor was killed, and the container with it.",
    };
}
