using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>Signals, pauses and resumes a container as a whole.</summary>
internal static class ContainerControl
{
    private const int SIGKILL = 9;

    /// <summary>Freezes all processes of a running or created container.</summary>
    internal static void Pause(StateStore store, StoredState state)
    {
        var status = store.StatusOf(state);
        if (status is not (ContainerStatus.Running or ContainerStatus.Created)) throw Refuse(state, "pause", status == ContainerStatus.Paused ? "it is paused already" : "container not running");
        state.OpenCgroup().Freeze();
    }

    /// <summary>Lets a paused container go on.</summary>
    internal static void Resume(StateStore store, StoredState state)
    {
        if (store.StatusOf(state) != ContainerStatus.Paused) throw Refuse(state, "resume", "container not paused");
        state.OpenCgroup().Thaw();
    }

    /// <summary>Sends a signal to the first process; SIGKILL to all when they would outlive it, since they have no pid namespace of their own.</summary>
    internal static void Signal(StoredState state, int signal)
    {
        using var init = (state.Pid == 0 ? null : ProcessIdentity.Open(state.Pid, state.StartTime)) ?? throw Refuse(state, "kill", "container not running");
        var cgroup = state.OpenCgroup();
        if (signal == SIGKILL && !IsFirstOfNamespace(state.Pid)) cgroup.Signal(SIGKILL);
        if (!ProcessIdentity.Signal(init, signal)) throw Refuse(state, "kill", "container not running");

        // Version 1 keeps a frozen process from ending.
        if (signal == SIGKILL && cgroup.IsFrozen) cgroup.Thaw();
    }

    /// <summary>Sends a signal to all processes, also to those that a stopped container has left; it is no error when there are none.</summary>
    internal static void SignalAll(StoredState state, int signal) => state.OpenCgroup().Signal(signal);

    /// <summary>Kills all processes and removes the cgroup.</summary>
    internal static void Destroy(StoredState state)
    {
        // There is none yet when making the container was interrupted.
        using var init = state.Pid == 0 ? null : ProcessIdentity.Open(state.Pid, state.StartTime);
        var cgroup = state.OpenCgroup();
        cgroup.Kill();

        // It may have been moved out of its cgroup.
        if (init is not null)
        {
            _ = ProcessIdentity.Signal(init, SIGKILL);
            _ = Polling.WaitReadable(init, TimeSpan.FromSeconds(10), CancellationToken.None);
        }

        cgroup.Delete();
    }

    /// <summary>True for the first process of a pid namespace, with which all of the namespace end.</summary>
    private static bool IsFirstOfNamespace(int pid)
    {
        foreach (var line in (Cgroups.KernelFile.TryRead($"/proc/{pid.ToString(System.Globalization.CultureInfo.InvariantCulture)}/status", out var text) == 0 ? text : "").AsSpan().EnumerateLines())
            if (line.StartsWith("NSpid:")) return line.EndsWith("\t1");
        return false;
    }

    private static InvalidContainerStateException Refuse(StoredState state, string what, string why) => new(state.Id, $"cannot {what} container '{state.Id}': {why}");
}
