using ContainerPS.Engine.Events;
using ContainerPS.Engine.Images;
using ContainerPS.Engine.Storage;
using ContainerPS.Engine.Volumes;

namespace ContainerPS.Engine.Containers;

public sealed partial class ContainerManager
{
    private const string Upper = "upper";
    private const string Work = "work";

    // A folder of the container with nothing in it that is mounted: what is below a mount is hidden by it.
    private const string Place = "log";

    /// <summary>Begins to copy from and to containers.</summary>
    public ContainerCopy OpenCopy() => new(FindId, OpenTree);

    /// <summary>Writes a tar of a container's root file system: the image and what was changed, without what is mounted in it.</summary>
    /// <param name="id">The container, running or not.</param>
    /// <param name="path">File to write; it is compressed as its ending says, and has its name only when it is whole.</param>
    /// <param name="compression">How it is compressed, whatever its ending.</param>
    /// <param name="cancellation">Stops between two pieces.</param>
    public void Export(string id, string path, ArchiveCompression? compression, CancellationToken cancellation)
    {
        var kind = ArchiveFile.KindOf(compression, path);
        ArchiveFile.Check(path);
        if (Directory.Exists(path)) throw new InvalidSettingException("Path", path, $"'{path}' is a folder: give a file's name.");
        var record = ReadRecord(id);
        ArchiveFile.Write(Path.GetFullPath(path), file => ArchiveFile.Compress(file, kind, tar => Export(record, tar, cancellation)));
    }

    /// <summary>Writes such a tar to a stream.</summary>
    /// <param name="id">The container, running or not.</param>
    /// <param name="destination">Where it goes; not disposed of.</param>
    /// <param name="compression">How it is compressed.</param>
    /// <param name="cancellation">Stops between two pieces.</param>
    public void Export(string id, Stream destination, ArchiveCompression? compression, CancellationToken cancellation)
    {
        var record = ReadRecord(id);
        ArchiveFile.Compress(destination, ArchiveFile.KindOf(compression, null), tar => Export(record, tar, cancellation));
    }

    /// <summary>What a container has changed in its image's files, running or not, by path.</summary>
    public IReadOnlyList<ContainerChange> Changes(string id, CancellationToken cancellation)
    {
        var record = ReadRecord(id);
        using var upper = OverlayView.Read([UpperOf(record)]);
        using var lower = OverlayView.Read(record.LayerPaths);
        using var merged = OverlayView.Read([UpperOf(record), .. record.LayerPaths]);
        return new ChangeFinder(cancellation).Find(upper, lower, merged);
    }

    private void Export(ContainerRecord record, Stream destination, CancellationToken cancellation)
    {
        using var tree = CopyTree.OfView(record.Name, OverlayView.Read([UpperOf(record), .. record.LayerPaths]));
        using var root = CopySource.Find(tree, CopyPath.Parse("/"), followLink: false);
        var archive = new TreeArchive(tree, destination, cancellation) { SkipsSystem = true };
        archive.Add(root);
        archive.Finish();
        _events.Write(EventAction.Export, record);
    }

    private CopyTree OpenTree(string id)
    {
        var record = ReadRecord(id);
        if (_kernel.Read(id) is { Monitor: { } monitor, IsRunning: true }) return CopyTree.OfProcess(record.Name, monitor.InitPid, monitor.InitStartTime);
        var held = _records.Lock(id);
        try
        {
            record = _records.Read(id) ?? throw new ContainerNotFoundException(id);

            // It was started meanwhile.
            if (_kernel.Read(id) is not { Monitor: { } started, IsRunning: true }) return CopyTree.OfMounts(record.Name, MountsOf(record), held);
            held.Dispose();
            return CopyTree.OfProcess(record.Name, started.InitPid, started.InitStartTime);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private PrivateMounts MountsOf(ContainerRecord record)
    {
        var folder = _paths.ContainerOf(record.Id);
        return new PrivateMounts(
            () => OverlayView.Write(record.LayerPaths, UpperOf(record), Path.Combine(folder, Work), record.Settings.ReadOnly),
            StoppedMounts(record, folder),
            Path.Combine(folder, Place));
    }

    // Outer directories first, so that no mount hides another.
    private List<StoppedMount> StoppedMounts(ContainerRecord record, string folder)
    {
        var mounts = new List<StoppedMount>();
        foreach (var mount in NetworkFiles.Mounts(folder)) mounts.Add(new StoppedMount(mount.Source!, "", mount.Destination!, ReadOnly: false));
        foreach (var mount in record.Mounts ?? [])
        {
            // A tmpfs has nothing in it until the container runs.
            if (mount.Name is { } volume) mounts.Add(OfVolume(mount, volume, _volumes.DataOf(volume)));
            else if (mount.Source is { } source) mounts.Add(new StoppedMount(source, "", mount.Target, mount.ReadOnly));
        }

        return [.. mounts.OrderBy(static mount => mount.Target.Count(static c => c == '/'))];
    }

    private StoppedMount OfVolume(MountRecord mount, string name, string data) => new(data, Path.GetRelativePath(data, mount.Source!) is var part and not "." ? part : "", mount.Target, mount.ReadOnly)
    {
        Prepare = !mount.IsDriven ? null : () =>
        {
            using var held = _volumes.Lock(name);
            if (_volumes.Read(name) is { } volume) VolumeDriver.Mount(volume, data);
        },
    };

    private string UpperOf(ContainerRecord record) => Path.Combine(_paths.ContainerOf(record.Id), Upper);
}
