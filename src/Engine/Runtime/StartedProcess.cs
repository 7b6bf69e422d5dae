using ContainerPS.Engine.Cgroups;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Runtime;

/// <summary>A process started in a container: a child of the caller, who waits for it.</summary>
internal class StartedProcess : IDisposable
{
    /// <summary>Process id, seen from the caller.</summary>
    internal required int Pid { get; init; }

    /// <summary>Readable when the process has ended; give it to <see cref="ExitStatus.Reap"/> then.</summary>
    internal required SafeFileHandle PidFd { get; init; }

    /// <summary>The other end of the process's terminal; null without one.</summary>
    internal SafeFileHandle? TerminalMaster { get; init; }

    /// <summary>What was asked and could not be given, and does not keep the process from running.</summary>
    internal required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Waits for the end of the process: its exit code, or 128 and its signal.</summary>
    internal int WaitForExit() => ExitStatus.Reap(PidFd);

    /// <summary>Sends a signal; false when the process has ended.</summary>
    internal bool Signal(int signal) => ProcessIdentity.Signal(PidFd, signal);

    /// <inheritdoc/>
    public void Dispose()
    {
        PidFd.Dispose();
        TerminalMaster?.Dispose();
    }
}

/// <summary>The first process of a container.</summary>
internal sealed class InitProcess : StartedProcess
{
    /// <summary>The container's cgroup; whoever reaps the process deletes it.</summary>
    internal required ICgroup Cgroup { get; init; }
}
