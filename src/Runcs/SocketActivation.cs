using System.Globalization;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Runcs;

/// <summary>Sockets that a service manager has opened for the container (sd_listen_fds(3)): they follow the standard descriptors, and the program is told.</summary>
internal static class SocketActivation
{
    /// <summary>Adds the variables to the document's environment; returns how many descriptors are the container's.</summary>
    internal static int Prepare(RuntimeSpec spec)
    {
        if (Environment.GetEnvironmentVariable("LISTEN_PID") != Environment.ProcessId.ToString(CultureInfo.InvariantCulture)) return 0;
        if (!int.TryParse(Environment.GetEnvironmentVariable("LISTEN_FDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count == 0) return 0;
        if (spec.Process is not { } process) return 0;

        // The program is the first of its pid namespace.
        process.Env = [.. process.Env ?? [], $"LISTEN_FDS={count}", "LISTEN_PID=1"];
        return count;
    }
}
