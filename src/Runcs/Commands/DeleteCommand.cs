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

        Delete(global, reader.Operand("container id"), force);
        foreach (var id in reader.Rest()) Delete(global, id, force);
        return 0;
    }

    private static void Delete(GlobalOptions global, string id, bool force)
    {
        var store = global.Store;
        if (store.TryLoad(id) is not { } state)
        {
            // One whose making was interrupted at its very beginning has a directory and nothing else.
            if (!force) _ = store.Load(id);
            store.Remove(id);
            return;
        }

        var status = store.StatusOf(state);
        if (!force && status is not (ContainerStatus.Stopped or ContainerStatus.Created))
            throw new InvalidContainerStateException(id, $"cannot delete container '{id}': it is {StateCommand.NameOf(status)}; stop it, or use --force");
        ErrorReport.Warn(global, ContainerRemoval.Remove(store, state));
    }
}
