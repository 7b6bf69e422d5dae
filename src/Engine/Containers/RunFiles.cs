namespace ContainerPS.Engine.Containers;

/// <summary>Names of the files in a container's run folder.</summary>
internal static class RunFiles
{
    /// <summary>The bundle's OCI spec.</summary>
    internal const string Spec = "config.json";

    /// <summary>The monitor's <see cref="MonitorRecord"/>.</summary>
    internal const string Monitor = "monitor.json";

    /// <summary>The monitor's socket for shells that attach to the running container.</summary>
    internal const string AttachSocket = "attach.sock";

    /// <summary>The socket of a shell that waits until the monitor has followed a change of the container's networks. Its name is from the time when that was said of ports alone.</summary>
    internal const string ChangeSocket = "ports.sock";

    /// <summary>There when somebody stops the container.</summary>
    internal const string StopMark = "stopped";

    /// <summary>How the container is, when it has a health check.</summary>
    internal const string Health = "health.json";

    /// <summary>What the monitor says when something is wrong with itself.</summary>
    internal const string MonitorErrors = "monitor.err";
}
