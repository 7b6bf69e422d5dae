using ContainerPS.Engine.Cgroups;
using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>Destroys a container: its processes, its cgroup, its state; then its <c>poststop</c> hooks run (runtime.md#lifecycle, steps 12 and 13).</summary>
internal static class ContainerRemoval
{
    /// <summary>Kills what is left of the container and forgets it.</summary>
    /// <returns>What to warn of: hooks that failed.</returns>
    internal static List<string> Remove(StateStore store, StoredState state)
    {
        // Read before its copy goes with the state.
        var spec = store.HasPoststop(state) ? store.TrySpecOf(state) : null;
        if (state.Pid != 0) KillFirstProcess(state);
        if (state.CgroupPath.Length > 0)
        {
            var cgroup = CgroupFactory.Open(state.CgroupPath);
            cgroup.Kill();
            cgroup.Delete();
        }

        store.Remove(state.Id);
        return HookRunner.RunPoststop(spec?.Hooks, new StateDocument(state.Id, state.Bundle, spec?.Annotations));
    }

    private static unsafe void KillFirstProcess(StoredState state)
    {
        using var init = ProcessIdentity.Open(state.Pid, state.StartTime);
        if (init is null || !ProcessIdentity.Signal(init, 9 /* SIGKILL */)) return;
        var ended = new Syscall.PollFd { fd = init.Number(), events = Syscall.POLLIN };
        _ = Polling.Wait(&ended, 1, 10_000);
    }
}
