using ContainerPS.Engine.Events;
using ContainerPS.Engine.Images;
using ContainerPS.Engine.Networks;
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
    private readonly EventLog _events;
    private readonly RunningCgroups _cgroups;
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
        _events = new EventLog(paths);
        _cgroups = new RunningCgroups(paths);
        _volumes = new VolumeStore(paths);
        _volumeUsers = new VolumeUsers(_records, _kernel);
        _containerVolumes = new ContainerVolumes(_volumes, _volumeUsers);
    }

    /// <summary>The networks that containers are on.</summary>
    internal NetworkManager Networks => new(_paths, FindNetworkUsers, FinishNetworkChange);

    /// <summary>The volumes, which containers use.</summary>
    internal VolumeManager Volumes => new(_volumes, _volumeUsers.Find);

    /// <summary>Path by which a child of this process executes runcs.</summary>
    internal string ExecutablePath => _launcher.ExecutablePath;

    private ContainerRecord ReadRecord(string nameOrId) => _records.Read(FindId(nameOrId)) ?? throw new ContainerNotFoundException(nameOrId);

    // A full id wins over a name, a name over the beginning of an id, as in Docker.
    private string FindId(string nameOrId)
    {
        if (ObjectId.IsValid(nameOrId)) return nameOrId;
        if (_records.IdOfName(nameOrId) is { } named) return named;
        if (!ObjectId.IsPrefix(nameOrId)) throw new ContainerNotFoundException(nameOrId);
        var ids = _records.Ids().Where(id => id.StartsWith(nameOrId, StringComparison.Ordinal)).ToList();
        return ids.Count switch
        {
            0 => throw new ContainerNotFoundException(nameOrId),
            1 => ids[0],
            _ => throw new AmbiguousIdException(nameOrId, "container", [.. ids.Select(id => id[..12])]),
        };
    }
}
