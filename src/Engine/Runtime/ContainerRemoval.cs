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
        ContainerControl.Destroy(state);
        store.Remove(state.Id);
        return HookRunner.RunPoststop(spec?.Hooks, new StateDocument(state.Id, state.Bundle, spec?.Annotations));
    }
}
