using System.Text;
using ContainerPS.Engine.Events;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Volumes;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>What becomes of a container's mounts on this machine when it is started, when it has ended, and when it is removed.</summary>
internal sealed class ContainerVolumes(VolumeStore store, VolumeUsers users)
{
    /// <summary>That of a store.</summary>
    internal static ContainerVolumes Of(StorePaths paths, RecordStore records) => new(new VolumeStore(paths), new VolumeUsers(records, new KernelView(paths)));

    /// <summary>Provides what the mounts are of: folders in Docker's short form, volumes whose options have them mounted. The container's run folder exists already.</summary>
    /// <exception cref="ContainerEngineException">Something is missing; <see cref="Release"/> undoes the rest.</exception>
    internal void Provide(ContainerRecord record)
    {
        foreach (var mount in record.Mounts ?? [])
        {
            if (mount.Type == MountTypes.Bind) BindSource.Provide(mount);
            else if (mount.Name is { } name)
            {
                Provide(record, mount, name);
                store.Tell(EventAction.Mount, name, ("container", record.Id), ("destination", mount.Target), ("read/write", mount.ReadOnly ? "false" : "true"));
            }
        }
    }

    /// <summary>Unmounts volumes that no other container uses now.</summary>
    internal void Release(ContainerRecord record)
    {
        foreach (var name in Driven(record))
        {
            using var held = store.Lock(name);
            if (store.Read(name) is { } volume && !users.IsHeldByOthers(name, record.Id)) VolumeDriver.Unmount(volume, store.DataOf(name));
        }

        foreach (var name in Names(record, static _ => true)) store.Tell(EventAction.Unmount, name, ("container", record.Id));
    }

    /// <summary>Removes the anonymous volumes of a container whose record is gone, except those that others share.</summary>
    internal void RemoveAnonymous(ContainerRecord record)
    {
        var manager = new VolumeManager(store, users.Find);
        foreach (var name in Anonymous(record))
        {
            try
            {
                manager.RemoveUnused(name, out _);
            }
            catch (VolumeException)
            {
                // Something of the machine's is mounted in it. It stays, with nobody who uses it: whoever removes or clears it is told what is in the way.
            }
        }
    }

    private void Provide(ContainerRecord record, MountRecord mount, string name)
    {
        var folder = store.DataOf(name);
        if (mount.IsDriven)
        {
            using var held = store.Lock(name);
            VolumeDriver.Mount(store.Read(name) ?? throw Missing(record, name), folder);
        }
        else if (!Directory.Exists(folder))
        {
            throw Missing(record, name);
        }

        if (mount.Source != folder) CheckPart(name, folder, mount.Source![(folder.Length + 1)..]);
    }

    // The runtime resolves it anew when it mounts it.
    private static void CheckPart(string name, string folder, string part)
    {
        using var root = RootedDirectory.Open(folder);
        try
        {
            root.OpenFile(Encoding.UTF8.GetBytes(part), LibC.O_PATH).Dispose();
        }
        catch (KernelException e)
        {
            throw new VolumeException(name, $"The volume '{name}' has no '{part}' ({Errno.Describe(e.Errno)}): volume-subpath must be there before the container is started.", e);
        }
    }

    private static ContainerEngineException Missing(ContainerRecord record, string name) =>
        new VolumeException(name, $"The volume '{name}' of container '{record.Name}' is gone. New-ContainerVolume {name} makes an empty one.");

    private static IEnumerable<string> Driven(ContainerRecord record) => Names(record, static mount => mount.IsDriven);

    private static IEnumerable<string> Anonymous(ContainerRecord record) => Names(record, static mount => mount.IsAnonymous);

    private static IEnumerable<string> Names(ContainerRecord record, Func<MountRecord, bool> which) =>
        (record.Mounts ?? []).Where(which).Select(static mount => mount.Name).OfType<string>().Distinct();
}
