using System.Text.Json;
using ContainerPS.Engine.Events;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Volumes;

/// <summary>
/// The volumes below <c>volumes/</c>. One exists when its <c>volume.json</c> does, which is written last: a folder without it is what somebody makes just
/// now, or was killed while making. Whoever makes, fills, mounts or removes a volume, or makes a container that uses it, holds the volume's lock.
/// </summary>
internal sealed class VolumeStore(StorePaths paths)
{
    private const string FileName = "volume.json";

    private readonly EventLog _events = new(paths);
    private const UnixFileMode DataMode = StagingFolder.PrivateMode | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Folder with a volume's record and content.</summary>
    /// <exception cref="InvalidSettingException">It is no name, and could lead anywhere.</exception>
    internal string FolderOf(string name) => Path.Combine(paths.Volumes, ObjectName.Parse(name, "Volume"));

    /// <summary>Folder with a volume's content.</summary>
    internal string DataOf(string name) => Path.Combine(FolderOf(name), "data");

    /// <summary>Waits for a volume's lock and takes it; there need be no such volume.</summary>
    internal FileLock Lock(string name)
    {
        Directory.CreateDirectory(paths.Run, StagingFolder.PrivateMode);
        Directory.CreateDirectory(paths.Locks, StagingFolder.PrivateMode);
        return FileLock.Exclusive(LockPath(name));
    }

    /// <summary>The record, or null when there is no such volume.</summary>
    /// <exception cref="InvalidContentException">The record is damaged.</exception>
    internal VolumeRecord? Read(string name)
    {
        if (!ObjectName.IsValid(name)) return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(RecordPath(name)), VolumeJson.Default.VolumeRecord);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new InvalidContentException($"The record '{RecordPath(name)}' of volume '{name}' is damaged: {e.Message}", name, e);
        }
    }

    /// <summary>Names of all volumes, sorted. What was never finished and nobody works on is cleared away.</summary>
    internal IReadOnlyList<string> Names()
    {
        if (!Directory.Exists(paths.Volumes)) return [];
        var names = new List<string>();
        foreach (var folder in Directory.EnumerateDirectories(paths.Volumes))
        {
            var name = Path.GetFileName(folder);
            if (!ObjectName.IsValid(name)) continue;
            if (File.Exists(RecordPath(name))) names.Add(name);
            else Sweep(name);
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }

    /// <summary>Makes a volume that does not exist; its lock is held.</summary>
    /// <param name="record">The volume.</param>
    /// <param name="fill">Puts content into the folder that it is given, before anybody can see the volume; null for none.</param>
    /// <param name="durable">False for a volume that need not outlive a power cut.</param>
    internal void Add(VolumeRecord record, Action<string>? fill, bool durable = true)
    {
        var folder = FolderOf(record.Name);
        Directory.CreateDirectory(paths.Root, StagingFolder.PrivateMode);
        Directory.CreateDirectory(paths.Volumes, StagingFolder.PrivateMode);
        TreeRemover.Remove(folder);
        try
        {
            Directory.CreateDirectory(folder, StagingFolder.PrivateMode);
            Directory.CreateDirectory(DataOf(record.Name));
            File.SetUnixFileMode(DataOf(record.Name), DataMode);
            fill?.Invoke(DataOf(record.Name));
            if (durable && fill is not null) WriteBack.FileSystemOf(folder);
            AtomicFile.Write(RecordPath(record.Name), JsonSerializer.SerializeToUtf8Bytes(record, VolumeJson.Default.VolumeRecord), durable);
            if (durable) AtomicFile.FlushFolder(paths.Volumes);
            Tell(EventAction.Create, record.Name, ("driver", record.Driver));
        }
        catch (Exception e)
        {
            TreeRemover.Remove(folder);
            if (AtomicFile.IsNoSpace(e)) throw new NoSpaceException(paths.Root, e);
            throw;
        }
    }

    /// <summary>Removes a volume whose lock is held: its record first, from then on it does not exist.</summary>
    /// <exception cref="VolumeException">Something is mounted on it or below.</exception>
    internal void Delete(string name)
    {
        var folder = FolderOf(name);

        // What is mounted there is not the volume's own, and would be emptied with it.
        if (Mounted(folder) is { } mounted)
            throw new VolumeException(name, $"The volume '{name}' cannot be removed: something is mounted on '{mounted}'. Unmount that first.");
        File.Delete(RecordPath(name));
        TreeRemover.Remove(folder);
        Tell(EventAction.Destroy, name, ("driver", VolumeDriver.Local));
    }

    /// <summary>Tells what happens to a volume.</summary>
    internal void Tell(string action, string name, params ReadOnlySpan<(string Key, string? Value)> attributes) => _events.Write(ContainerEventType.Volume, action, name, name, attributes);

    /// <summary>Removes the lock's file of a volume that is gone and whose name is never used again.</summary>
    internal void ForgetLock(string name) => File.Delete(LockPath(name));

    private void Sweep(string name)
    {
        Directory.CreateDirectory(paths.Run, StagingFolder.PrivateMode);
        Directory.CreateDirectory(paths.Locks, StagingFolder.PrivateMode);
        using var held = FileLock.TryExclusive(LockPath(name));
        if (held is not null && !File.Exists(RecordPath(name)) && Mounted(FolderOf(name)) is null) TreeRemover.Remove(FolderOf(name));
    }

    private static string? Mounted(string folder) =>
        Directory.Exists(folder) ? MountTable.Read().BelowOrAt(MountTable.RealPath(folder)).FirstOrDefault()?.Point : null;

    private string RecordPath(string name) => Path.Combine(FolderOf(name), FileName);

    private string LockPath(string name) => Path.Combine(paths.Locks, $"volume-{name}");
}
