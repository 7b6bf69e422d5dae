using ContainerPS.Engine.Runtime;

namespace ContainerPS.Runcs;

/// <summary><c>delete [--force] ID…</c>: removes what is left of stopped containers; by force kills them first.</summary>
internal static class DeleteCommand
{
    internal static int Run(GlobalOptions global, ArgumentReader reader)
    {
        var force = false;
        while (reader.Option() is { } option)
        {
            if (option is "--force" or "-f") force = reader.Switch();
            else throw reader.Unknown();
        }

        Delete(global.Store, reader.Operand("container id"), force);
        foreach (var id in reader.Rest()) Delete(global.Store, id, force);
        return 0;
    }

    private static void Delete(StateStore store, string id, bool force)
    {
        if (!File.Exists(Path.Combine(store.DirectoryOf(id), "state.json")))
        {
            // A container whose making was interrupted has a directory and nothing else.
            if (!force) _ = store.Load(id);
            store.Remove(id);
            return;
        }

        var state = store.Load(id);
        var status = store.StatusOf(state);
        if (!force && status is not (ContainerStatus.Stopped or ContainerStatus.Created))
            throw new InvalidContainerStateException(id, $"cannot delete container '{id}': it is {StateCommand.NameOf(status)}; stop it, or use --force");
        ContainerControl.Kill(state);
        state.OpenCgroup().Delete();
        store.Remove(id);
    }
}
