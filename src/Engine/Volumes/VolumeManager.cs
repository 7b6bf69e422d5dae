using System.Security.Cryptography;
using ContainerPS.Engine.Images;
using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Volumes;

/// <summary>Finds the containers that use volumes.</summary>
/// <param name="volumes">Names of volumes; null for all.</param>
internal delegate IReadOnlyList<VolumeUser> FindVolumeUsers(IReadOnlyCollection<string>? volumes);

/// <summary>The volumes of one store.</summary>
public sealed class VolumeManager
{
    private readonly VolumeStore _store;
    private readonly FindVolumeUsers _findUsers;

    internal VolumeManager(VolumeStore store, FindVolumeUsers findUsers) => (_store, _findUsers) = (store, findUsers);

    /// <summary>Makes a volume, or gives back the one that has the name already when nothing else is asked of it.</summary>
    /// <exception cref="InvalidSettingException">A setting is refused; nothing was made.</exception>
    /// <exception cref="VolumeExistsException">There is such a volume with another driver or other options.</exception>
    public ContainerVolume Create(VolumeSettings settings)
    {
        var record = RecordOf(settings);
        using (_store.Lock(record.Name))
        {
            if (_store.Read(record.Name) is { } existing) CheckSame(existing, settings);
            else _store.Add(record, fill: null);
        }

        return Get(record.Name);
    }

    /// <summary>The names of all volumes, without reading a record: for completion.</summary>
    public IReadOnlyList<string> Names() => _store.Names();

    /// <summary>Volumes by their names; those that are gone, or whose records cannot be read, are left out.</summary>
    public IReadOnlyList<ContainerVolume> Known(IReadOnlyList<string> names) => Snapshots(names, measure: false, static _ => { });

    /// <summary>All volumes by name.</summary>
    /// <param name="measure">True to have <see cref="ContainerVolume.Size"/> known.</param>
    /// <param name="damaged">Told of volumes whose record cannot be read, which are left out; null to have that thrown.</param>
    public IReadOnlyList<ContainerVolume> List(bool measure = false, Action<ContainerEngineException>? damaged = null) => Snapshots(_store.Names(), measure, damaged);

    /// <summary>Volumes by name, or by name with wildcards.</summary>
    /// <exception cref="VolumeNotFoundException">There is no volume of a name without wildcards.</exception>
    public IReadOnlyList<ContainerVolume> Find(string pattern, bool measure = false, Action<ContainerEngineException>? damaged = null) => Wildcard.IsPattern(pattern)
        ? Snapshots([.. _store.Names().Where(name => Wildcard.Fits(pattern, name))], measure, damaged)
        : _store.Read(pattern) is { } record ? [Snapshot(record, _findUsers([pattern]), measure)] : throw new VolumeNotFoundException(pattern);

    /// <summary>One volume.</summary>
    /// <exception cref="VolumeNotFoundException">There is none.</exception>
    public ContainerVolume Get(string name) => Find(name)[0];

    /// <summary>Removes a volume with its content; what its options have mounted is only unmounted.</summary>
    /// <exception cref="VolumeNotFoundException">There is none.</exception>
    /// <exception cref="VolumeInUseException">Containers use it, running or not.</exception>
    public void Remove(string name)
    {
        if (!RemoveUnused(name, out var users)) throw users.Count == 0 ? new VolumeNotFoundException(name) : new VolumeInUseException(name, users);
    }

    /// <summary>Removes a volume unless it is in use, or gone already.</summary>
    /// <returns>True when this call has removed it.</returns>
    internal bool RemoveUnused(string name, out IReadOnlyList<string> users)
    {
        users = [];
        if (!ObjectName.IsValid(name)) return false;
        using var held = _store.Lock(name);
        if (!Directory.Exists(_store.FolderOf(name))) return false;
        users = [.. _findUsers([name]).Select(static user => user.Container).Distinct().Order(StringComparer.Ordinal)];
        if (users.Count > 0) return false;
        var record = TryRead(name);
        if (record is not null) VolumeDriver.Unmount(record, _store.DataOf(name));
        _store.Delete(name);
        if (record is { IsAnonymous: true }) _store.ForgetLock(name);
        return true;
    }

    /// <summary>The record of a new volume.</summary>
    internal static VolumeRecord RecordOf(VolumeSettings settings)
    {
        VolumeDriver.Validate(settings.Driver ?? VolumeDriver.Local, settings.Options);
        return new VolumeRecord
        {
            Name = settings.Name is { } name ? ObjectName.Parse(name, "Name") : NewName(),
            Driver = settings.Driver ?? VolumeDriver.Local,
            Created = DateTimeOffset.UtcNow,
            IsAnonymous = settings.Name is null,
            Labels = settings.Labels.Count == 0 ? null : new(settings.Labels),
            Options = settings.Options.Count == 0 ? null : new(settings.Options),
        };
    }

    /// <summary>A name for an anonymous volume.</summary>
    internal static string NewName() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Refuses to take a volume for one that it is not.</summary>
    internal static void CheckSame(VolumeRecord existing, VolumeSettings settings)
    {
        var sameDriver = settings.Driver is null || settings.Driver == existing.Driver;
        var sameOptions = settings.Options.Count == 0 || (existing.Options?.Count == settings.Options.Count && settings.Options.All(option => existing.Options.GetValueOrDefault(option.Key) == option.Value));
        if (!sameDriver || !sameOptions) throw new VolumeExistsException(existing.Name);
    }

    // A volume whose record is damaged can be removed by its name all the same.
    private VolumeRecord? TryRead(string name)
    {
        try
        {
            return _store.Read(name);
        }
        catch (InvalidContentException)
        {
            return null;
        }
    }

    private List<ContainerVolume> Snapshots(IReadOnlyList<string> names, bool measure, Action<ContainerEngineException>? damaged)
    {
        if (names.Count == 0) return [];
        var users = _findUsers(null);
        var volumes = new List<ContainerVolume>();
        foreach (var name in names)
        {
            try
            {
                if (_store.Read(name) is { } record) volumes.Add(Snapshot(record, users, measure));
            }
            catch (InvalidContentException e) when (damaged is not null)
            {
                damaged(e);
            }
        }

        return volumes;
    }

    private ContainerVolume Snapshot(VolumeRecord record, IReadOnlyList<VolumeUser> users, bool measure) => new()
    {
        Name = record.Name,
        Driver = record.Driver,
        Mountpoint = _store.DataOf(record.Name),
        Created = record.Created,
        Labels = record.Labels ?? [],
        Options = record.Options ?? [],
        IsAnonymous = record.IsAnonymous,
        UsedBy = [.. users.Where(user => user.Volume == record.Name).Select(static user => user.Container).Distinct().Order(StringComparer.Ordinal)],
        Size = measure ? TreeSize.Of(_store.DataOf(record.Name)) : null,
    };
}
