using System.Text.Json;
using ContainerPS.Engine.Events;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Storage;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// The records below <c>containers/</c> and the index of names below <c>names/</c>. A name is a symbolic link to an id, so that taking one is atomic
/// between shells: of two that create the same name, one wins. A container exists when its <c>container.json</c> does.
/// </summary>
/// <param name="paths">The store.</param>
/// <param name="json">How records are written: the shared one, or a new one where memory must not be kept.</param>
internal sealed class RecordStore(StorePaths paths, RecordJson json)
{
    private const string FileName = "container.json";

    private readonly EventLog _events = new(paths);

    private string Names => Path.Combine(paths.Root, "names");

    /// <summary>Ids of all containers, in no order.</summary>
    internal IEnumerable<string> Ids()
    {
        if (!Directory.Exists(paths.Containers)) yield break;
        foreach (var folder in Directory.EnumerateDirectories(paths.Containers))
        {
            var id = Path.GetFileName(folder);
            if (ObjectId.IsValid(id)) yield return id;
        }
    }

    /// <summary>All names, in no order; one whose container is just being removed may be among them.</summary>
    internal IEnumerable<string> AllNames() => Directory.Exists(Names) ? Directory.EnumerateFileSystemEntries(Names).Select(static path => Path.GetFileName(path)) : [];

    /// <summary>The record, or null when there is no such container (any more).</summary>
    internal ContainerRecord? Read(string id)
    {
        try
        {
            return RecordReader.Read(File.ReadAllBytes(RecordPath(id)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (InvalidSpecException e)
        {
            throw new InvalidContentException($"The record '{RecordPath(id)}' is damaged: {e.Message}", id, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidContentException($"The record '{RecordPath(id)}' cannot be read: {e.Message}", id, e);
        }
    }

    /// <summary>The record as its file has it, for finding words in it; null when there is no such container (any more).</summary>
    internal byte[]? ReadText(string id)
    {
        try
        {
            return File.ReadAllBytes(RecordPath(id));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Replaces the record.</summary>
    /// <remarks>The record of a container that goes when it ends need not outlive a power cut: it would be removed at once.</remarks>
    internal void Write(ContainerRecord record) =>
        AtomicFile.Write(RecordPath(record.Id), JsonSerializer.SerializeToUtf8Bytes(record, json.ContainerRecord), durable: !record.Settings.Remove);

    /// <summary>Makes the container's folder and record and takes its name; throws <see cref="NameInUseException"/> when another has it.</summary>
    internal void Add(ContainerRecord record)
    {
        EnsureFolders();
        var folder = paths.ContainerOf(record.Id);
        MakeFolder(folder);
        var nameTaken = false;
        try
        {
            MakeFolder(Path.Combine(folder, "upper"), 0x1ed /* 0755: it is the container's root directory */);
            MakeFolder(Path.Combine(folder, "work"));
            MakeFolder(Path.Combine(folder, "log"));
            TakeName(record.Name, record.Id);
            nameTaken = true;
            Write(record);
            if (!record.Settings.Remove) AtomicFile.FlushFolder(paths.Containers);
            _events.Write(EventAction.Create, record);
        }
        catch (Exception e)
        {
            if (nameTaken) ReleaseName(record.Name, record.Id);
            TreeRemover.Remove(folder);
            if (AtomicFile.IsNoSpace(e)) throw new NoSpaceException(paths.Root, e);
            throw;
        }
    }

    /// <summary>Deletes the record first (from then on the container does not exist), then its name and files.</summary>
    internal void Delete(ContainerRecord record)
    {
        File.Delete(RecordPath(record.Id));
        ReleaseName(record.Name, record.Id);
        TreeRemover.Remove(paths.ContainerOf(record.Id));
        _events.Write(EventAction.Destroy, record);
    }

    /// <summary>Gives a container another name. The caller holds its lock.</summary>
    /// <exception cref="NameInUseException">Another container has it.</exception>
    internal void Rename(ContainerRecord record, string name)
    {
        // Killed between two of these steps, one of the names is a link to a record that says otherwise: see OwnsName.
        var old = record.Name;
        TakeName(name, record.Id);
        try
        {
            record.Name = name;
            Write(record);
        }
        catch
        {
            record.Name = old;
            ReleaseName(name, record.Id);
            throw;
        }

        ReleaseName(old, record.Id);
        _events.Write(EventAction.Rename, record, ("oldName", old));
    }

    /// <summary>The id that a name belongs to, or null.</summary>
    internal string? IdOfName(string name)
    {
        if (!ObjectName.IsValidForContainer(name)) return null;
        try
        {
            return File.ResolveLinkTarget(Path.Combine(Names, name), returnFinalTarget: false)?.Name;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Names whose container has no record, or another name: left by who was killed while creating, renaming or removing it, unless another shell is at it just now.</summary>
    internal IEnumerable<string> LostNames()
    {
        if (!Directory.Exists(Names)) yield break;
        foreach (var path in Directory.EnumerateFileSystemEntries(Names))
        {
            var name = Path.GetFileName(path);
            if (IdOfName(name) is not { } id || OwnsName(id, name)) continue;
            EnsureFolders();
            using var held = FileLock.TryExclusive(LockPath(id));
            if (held is null || OwnsName(id, name)) continue;
            if (!File.Exists(RecordPath(id))) ForgetLock(id);
            yield return name;
        }
    }

    /// <summary>Takes away a name whose container has no record, or another name.</summary>
    internal void SweepName(string name)
    {
        if (IdOfName(name) is not { } id) return;
        EnsureFolders();
        using var held = FileLock.TryExclusive(LockPath(id));
        if (held is null || OwnsName(id, name)) return;
        ReleaseName(name, id);
        if (!File.Exists(RecordPath(id))) ForgetLock(id);
    }

    /// <summary>Takes the container's lock: held while it is created, started, stopped, changed or removed.</summary>
    internal FileLock Lock(string id)
    {
        EnsureFolders();
        return FileLock.Exclusive(LockPath(id));
    }

    /// <summary>Takes it, or gives null at once when somebody holds it.</summary>
    internal FileLock? TryLock(string id)
    {
        EnsureFolders();
        return FileLock.TryExclusive(LockPath(id));
    }

    /// <summary>Removes the lock's file; called by who holds the lock of a container that is gone.</summary>
    internal void ForgetLock(string id) => File.Delete(LockPath(id));

    /// <summary>Removes folders that a killed creation or removal left without a record.</summary>
    internal void Sweep(string id)
    {
        if (File.Exists(RecordPath(id))) return;

        // After a restart of the machine the folder of locks is gone.
        EnsureFolders();
        using var held = FileLock.TryExclusive(LockPath(id));
        if (held is null || File.Exists(RecordPath(id))) return;
        TreeRemover.Remove(paths.ContainerOf(id));
        ForgetLock(id);
    }

    private string RecordPath(string id) => Path.Combine(paths.ContainerOf(id), FileName);

    private string LockPath(string id) => Path.Combine(paths.Locks, $"container-{id}");

    private void TakeName(string name, string id)
    {
        var link = Path.Combine(Names, name);
        while (true)
        {
            try
            {
                File.CreateSymbolicLink(link, id);
                return;
            }
            catch (IOException e) when (e.HResult == LibC.EEXIST)
            {
                if (IdOfName(name) is not { } owner)
                {
                    // It is free by now, unless something else than a link is there.
                    if (new FileInfo(link) is { Exists: true } file && !file.Attributes.HasFlag(FileAttributes.ReparsePoint)) throw;
                    continue;
                }

                // Left by a rename of this very container that was killed half-way.
                if (owner == id) return;
                if (OwnsName(owner, name)) throw new NameInUseException("container", name, owner[..12]);

                // Another shell is creating or renaming it now and holds its lock, or one was killed while doing so.
                using var held = FileLock.TryExclusive(LockPath(owner));
                if (held is null || OwnsName(owner, name)) throw new NameInUseException("container", name, owner[..12]);
                ReleaseName(name, owner);
                if (File.Exists(RecordPath(owner))) continue;
                TreeRemover.Remove(paths.ContainerOf(owner));
                ForgetLock(owner);
            }
        }
    }

    // A record that cannot be read keeps its names.
    private bool OwnsName(string id, string name)
    {
        try
        {
            return Read(id)?.Name == name;
        }
        catch (InvalidContentException)
        {
            return true;
        }
    }

    private void ReleaseName(string name, string id)
    {
        if (IdOfName(name) == id) File.Delete(Path.Combine(Names, name));
    }

    private void EnsureFolders()
    {
        foreach (var folder in (ReadOnlySpan<string>)[paths.Root, paths.Run, paths.Locks, paths.Containers, Names])
            if (!Directory.Exists(folder)) MakeFolder(folder);
    }

    // Folders are closed to other users (mode 0700), who could otherwise run setuid programs in layers. The mode is set, too, since the umask may take bits away.
    private static void MakeFolder(string path, int mode = 0x1c0 /* 0700 */)
    {
        Directory.CreateDirectory(path, (UnixFileMode)mode);
        File.SetUnixFileMode(path, (UnixFileMode)mode);
    }
}
