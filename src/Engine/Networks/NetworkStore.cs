using ContainerPS.Engine.Events;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// The records below <c>networks/</c>. Locks are taken in this order: <see cref="LockMachine"/>, <see cref="LockAll"/>, <see cref="Lock"/>. Who holds a
/// container's lock may take them, and who holds one of them waits for no container's.
/// </summary>
/// <param name="paths">The store.</param>
internal sealed class NetworkStore(StorePaths paths)
{
    private const string Extension = ".json";

    // All stores of this machine share its routes.
    private const string MachineLock = "/run/containerps-networks.lock";

    private readonly EventLog _events = new(paths);

    /// <summary>Held by who makes a bridge after having looked for addresses that are free on this machine.</summary>
    internal static FileLock LockMachine() => FileLock.Exclusive(MachineLock);

    /// <summary>Held by who makes or removes a network, or gives one other addresses.</summary>
    internal FileLock LockAll() => FileLock.Exclusive(LockPath("networks"));

    /// <summary>Held by who connects a container to a network, or disconnects one.</summary>
    internal FileLock Lock(string id) => FileLock.Exclusive(LockPath($"network-{id}"));

    /// <summary>Removes the lock's file of a network that is gone; called by who holds it.</summary>
    internal void ForgetLock(string id) => File.Delete(LockPath($"network-{id}"));

    /// <summary>The record, or null when there is no network of that name.</summary>
    /// <exception cref="InvalidContentException">The record is damaged.</exception>
    internal NetworkRecord? Read(string name)
    {
        if (!ObjectName.IsValid(name)) return null;
        try
        {
            return NetworkDocument.Read(File.ReadAllBytes(PathOf(name)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (InvalidSpecException e)
        {
            throw new InvalidContentException($"The record '{PathOf(name)}' of network '{name}' is damaged: {e.Message}", name, e);
        }
    }

    /// <summary>Names of all networks that have a record, sorted.</summary>
    internal List<string> Names()
    {
        if (!Directory.Exists(paths.Networks)) return [];
        var names = Directory.EnumerateFiles(paths.Networks, "*" + Extension).Select(static path => Path.GetFileNameWithoutExtension(path)).Where(static name => ObjectName.IsValid(name)).ToList();
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    /// <summary>All records that can be read.</summary>
    internal IEnumerable<NetworkRecord> All(Action<ContainerEngineException>? damaged = null)
    {
        foreach (var name in Names())
        {
            NetworkRecord? record = null;
            try
            {
                record = Read(name);
            }
            catch (InvalidContentException e) when (damaged is not null)
            {
                damaged(e);
            }

            if (record is not null) yield return record;
        }
    }

    /// <summary>Writes or replaces a record.</summary>
    internal void Write(NetworkRecord record)
    {
        Directory.CreateDirectory(paths.Root, StagingFolder.PrivateMode);
        Directory.CreateDirectory(paths.Networks, StagingFolder.PrivateMode);
        AtomicFile.Write(PathOf(record.Name), NetworkDocument.Write(record));
    }

    /// <summary>Removes a record: from then on the network does not exist.</summary>
    internal void Delete(string name)
    {
        File.Delete(PathOf(name));
        AtomicFile.FlushFolder(paths.Networks);
    }

    /// <summary>Tells what happens to a network.</summary>
    internal void Tell(string action, NetworkRecord network, params ReadOnlySpan<(string Key, string? Value)> attributes) =>
        _events.Write(ContainerEventType.Network, action, network.Id, network.Name, [("driver", network.Driver), .. attributes]);

    private string PathOf(string name) => Path.Combine(paths.Networks, name + Extension);

    private string LockPath(string name)
    {
        Directory.CreateDirectory(paths.Run, StagingFolder.PrivateMode);
        Directory.CreateDirectory(paths.Locks, StagingFolder.PrivateMode);
        return Path.Combine(paths.Locks, name);
    }
}
