using System.IO.Enumeration;
using ContainerPS.Engine.Images;
using ContainerPS.Engine.Volumes;

namespace ContainerPS.Engine.Containers;

/// <summary>The containers of one store: finding them here, what is done with them in the files ContainerManager.*.cs, an operation each.</summary>
public sealed partial class ContainerManager
{
    private readonly StorePaths _paths;
    private readonly ImageStore _images;
    private readonly RecordStore _records;
    private readonly KernelView _kernel;
    private readonly MonitorLauncher _launcher;
    private readonly VolumeStore _volumes;
    private readonly VolumeUsers _volumeUsers;
    private readonly ContainerVolumes _containerVolumes;

    internal ContainerManager(StorePaths paths, ImageStore images, string runtimePath)
    {
        _paths = paths;
        _images = images;
        _records = new RecordStore(paths, RecordJson.Default);
        _kernel = new KernelView(paths);
        _launcher = new MonitorLauncher(paths, runtimePath);
        _volumes = new VolumeStore(paths);
        _volumeUsers = new VolumeUsers(_records, _kernel);
        _containerVolumes = new ContainerVolumes(_volumes, _volumeUsers);
    }

    /// <summary>All containers, newest first.</summary>
    public IReadOnlyList<Container> List()
    {
        var containers = new List<Container>();
        foreach (var id in _records.Ids())
        {
            if (_records.Read(id) is { } record) containers.Add(Snapshot(record));
            else _records.Sweep(id);
        }

        containers.Sort((a, b) => b.Created.CompareTo(a.Created));
        return containers;
    }

    /// <summary>Containers by name with wildcards (<c>*</c>, <c>?</c>), by name, by id, or by the beginning of an id.</summary>
    /// <exception cref="ContainerNotFoundException">A pattern without wildcards fits none.</exception>
    /// <exception cref="AmbiguousIdException">The beginning of an id fits several.</exception>
    public IReadOnlyList<Container> Find(string pattern) =>
        pattern.AsSpan().ContainsAny('*', '?')
            ? [.. List().Where(c => FileSystemName.MatchesSimpleExpression(pattern, c.Name, ignoreCase: false))]
            : [Get(pattern)];

    /// <summary>One container, by name, id, or the beginning of an id.</summary>
    /// <exception cref="ContainerNotFoundException">It fits none.</exception>
    /// <exception cref="AmbiguousIdException">It fits several.</exception>
    public Container Get(string nameOrId) => Snapshot(ReadRecord(nameOrId));

    /// <summary>Users of images, for the image store's removal.</summary>
    public IReadOnlyList<ImageUser> ImageUsers() => [.. List().Select(c => new ImageUser(c.ImageId, c.Name, c.State is ContainerState.Running or ContainerState.Paused) { LayerPaths = c.LowerPath })];

    /// <summary>The volumes, which containers use.</summary>
    internal VolumeManager Volumes => new(_volumes, _volumeUsers.Find);

    private ContainerRecord ReadRecord(string nameOrId) => _records.Read(FindId(nameOrId)) ?? throw new ContainerNotFoundException(nameOrId);

    // A full id wins over a name, a name over the beginning of an id, as in Docker.
    private string FindId(string nameOrId)
    {
        if (RecordStore.IsId(nameOrId)) return nameOrId;
        if (_records.IdOfName(nameOrId) is { } named) return named;
        if (!RecordStore.IsIdPrefix(nameOrId)) throw new ContainerNotFoundException(nameOrId);
        var ids = _records.Ids().Where(id => id.StartsWith(nameOrId, StringComparison.Ordinal)).ToList();
        return ids.Count switch
        {
            0 => throw new ContainerNotFoundException(nameOrId),
            1 => ids[0],
            _ => throw new AmbiguousIdException(nameOrId, "container", [.. ids.Select(id => id[..12])]),
        };
    }

    private Container Snapshot(ContainerRecord record) => ContainerSnapshot.Of(record, _kernel.Read(record.Id), _paths.ContainerOf(record.Id));
}
