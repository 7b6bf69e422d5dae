using System.Net;
using ContainerPS.Engine.Events;
using ContainerPS.Engine.Images;
using ContainerPS.Engine.Linux.Netlink;

namespace ContainerPS.Engine.Networks;

/// <summary>Finds the containers that are to be on a network, running or not: their names.</summary>
internal delegate IReadOnlyList<string> FindNetworkUsers(NetworkRecord network);

/// <summary>Finishes what somebody who was killed has begun to change of a running container's networks; nothing happens while another is at work on it.</summary>
internal delegate void FinishNetworkChange(string containerId);

/// <summary>The networks of one store.</summary>
public sealed class NetworkManager
{
    private readonly StorePaths _paths;
    private readonly NetworkStore _store;
    private readonly EndpointStore _endpoints;
    private readonly FindNetworkUsers _findUsers;
    private readonly FinishNetworkChange _finish;

    internal NetworkManager(StorePaths paths, FindNetworkUsers findUsers, FinishNetworkChange finish)
    {
        (_paths, _findUsers, _finish) = (paths, findUsers, finish);
        _store = new NetworkStore(paths);
        _endpoints = new EndpointStore(paths);
    }

    /// <summary>Makes a network. Its bridge is made when the first container on it starts.</summary>
    /// <exception cref="InvalidSettingException">A setting is refused; nothing was made.</exception>
    /// <exception cref="NameInUseException">There is a network of that name.</exception>
    /// <exception cref="SubnetInUseException">A subnet is another network's, or this machine has a route to it.</exception>
    public ContainerNetwork Create(NetworkSettings settings)
    {
        NetworkRecord record;
        using (_store.LockAll())
        {
            if (_store.Read(settings.Name) is { } existing) throw new NameInUseException("network", settings.Name, existing.Id[..12]);
            record = NetworkPlanner.Plan(_paths, settings, Chooser(), PoolSetting.Of(new EngineSettingsFile(_paths).Read(), isDefaultNetwork: false));
            _store.Write(record);
        }

        _store.Tell(EventAction.Create, record);
        return Snapshot(record);
    }

    /// <summary>All networks: those that exist from the start, then others by name.</summary>
    /// <param name="damaged">Told of networks whose record cannot be read, which are left out; null to have that thrown.</param>
    public IReadOnlyList<ContainerNetwork> List(Action<ContainerEngineException>? damaged = null)
    {
        ReconcileAll();
        var records = _store.All(damaged).ToList();
        return
        [
            Snapshot(records.Find(static record => record.IsDefault) ?? Unused(NetworkNames.Bridge, NetworkDrivers.Bridge)),
            Snapshot(Unused(NetworkNames.Host, NetworkDrivers.Host)),
            Snapshot(Unused(NetworkNames.None, NetworkDrivers.Null)),
            .. records.Where(static record => !record.IsDefault).Select(Snapshot),
        ];
    }

    /// <summary>Networks by name, by name with wildcards, by id or the beginning of an id.</summary>
    /// <exception cref="NetworkNotFoundException">There is no network of a name without wildcards.</exception>
    public IReadOnlyList<ContainerNetwork> Find(string pattern, Action<ContainerEngineException>? damaged = null)
    {
        if (Wildcard.IsPattern(pattern)) return [.. List(damaged).Where(network => Wildcard.Fits(pattern, network.Name))];
        if (NetworkNames.IsPredefined(pattern)) return [List(damaged).First(network => network.Name == pattern)];
        var record = FindRecord(pattern);
        Upkeep(upkeep => upkeep.Reconcile(record.Id));
        return [Snapshot(record)];
    }

    /// <summary>One network, by name, id or the beginning of an id.</summary>
    /// <exception cref="NetworkNotFoundException">There is none.</exception>
    public ContainerNetwork Get(string nameOrId) => Find(nameOrId)[0];

    /// <summary>Removes a network.</summary>
    /// <exception cref="NetworkNotFoundException">There is none.</exception>
    /// <exception cref="NetworkInUseException">Containers are on it, or are to be when they run again.</exception>
    public void Remove(string nameOrId)
    {
        if (NetworkNames.IsPredefined(nameOrId))
            throw new InvalidSettingException("Network", nameOrId, $"The network '{nameOrId}' exists from the start and cannot be removed.");
        var record = FindRecord(nameOrId);
        if (!RemoveUnused(record.Name, out var users)) throw users.Count == 0 ? new NetworkNotFoundException(nameOrId) : new NetworkInUseException(record.Name, users);
    }

    /// <summary>
    /// Removes a network unless it is in use, or gone already. A container that does not run uses it, too: without the network it would not start again, and
    /// another of the name may have other addresses.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="users">The containers that use it, as an error names them.</param>
    /// <returns>True when this call has removed it.</returns>
    internal bool RemoveUnused(string name, out IReadOnlyList<string> users)
    {
        users = [];
        if (NetworkNames.IsPredefined(name) || _store.Read(name) is not { } found) return false;
        Upkeep(upkeep => upkeep.Reconcile(found.Id));
        using (_store.LockAll())
        using (_store.Lock(found.Id))
        {
            if (_store.Read(name) is not { } record || record.Id != found.Id) return false;
            var running = _endpoints.Read(record.Id).Endpoints.Select(static endpoint => endpoint.ContainerName).ToHashSet();
            users = [.. _findUsers(record).Union(running).Order(StringComparer.Ordinal).Select(user => running.Contains(user) ? user : $"{user} (not running)")];
            if (users.Count > 0) return false;
            _store.Delete(name);
            _endpoints.Forget(record.Id);
            _store.ForgetLock(record.Id);
            _store.Tell(EventAction.Destroy, record);
            return true;
        }
    }

    /// <summary>Networks that no container uses, running or not.</summary>
    internal IReadOnlyList<ContainerNetwork> FindUnused() =>
        [.. _store.All(static _ => { }).Where(record => !record.IsDefault && _findUsers(record).Count == 0 && _endpoints.Read(record.Id).Endpoints.Count == 0).Select(Snapshot)];

    /// <summary>The network where containers are that ask for nothing else; made when it is first needed.</summary>
    internal NetworkRecord Default()
    {
        if (_store.Read(NetworkNames.Bridge) is { } existing) return existing;
        using var held = _store.LockAll();
        if (_store.Read(NetworkNames.Bridge) is { } made) return made;
        var id = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        var device = DeviceNames.OfBridge(_paths, NetworkNames.Bridge, id);
        var subnet = Chooser().Choose(PoolSetting.Of(new EngineSettingsFile(_paths).Read(), isDefaultNetwork: true), device) ?? throw NetworkPlanner.NoneFree(NetworkNames.Bridge);
        var record = new NetworkRecord
        {
            Id = id,
            Name = NetworkNames.Bridge,
            Driver = NetworkDrivers.Bridge,
            Created = DateTimeOffset.UtcNow,
            Device = device,
            Pools = [new AddressPool { Subnet = subnet.ToString(), Gateway = Subnets.FirstHostOf(subnet).ToString() }],
        };
        _store.Write(record);
        _store.Tell(EventAction.Create, record);
        return record;
    }

    /// <summary>The record of a network, by name, id or the beginning of an id.</summary>
    /// <exception cref="NetworkNotFoundException">There is none.</exception>
    internal NetworkRecord FindRecord(string nameOrId)
    {
        if (nameOrId == NetworkNames.Bridge) return Default();
        if (_store.Read(nameOrId) is { } named) return named;
        if (!ObjectId.IsPrefix(nameOrId)) throw new NetworkNotFoundException(nameOrId);
        var found = _store.All(static _ => { }).Where(record => record.Id.StartsWith(nameOrId, StringComparison.Ordinal)).ToList();
        return found.Count switch
        {
            0 => throw new NetworkNotFoundException(nameOrId),
            1 => found[0],
            _ => throw new AmbiguousIdException(nameOrId, "network", [.. found.Select(static record => record.Id[..12])]),
        };
    }

    /// <summary>Refuses to have a container ask for addresses that others have now.</summary>
    /// <exception cref="AddressInUseException">One is another's.</exception>
    internal void CheckFree(NetworkRecord network, NetworkAttachment attachment)
    {
        FinishChanges();
        using var socket = NetlinkSocket.Open();
        new NetworkUpkeep(_paths, socket).CheckFree(network, attachment);
    }

    /// <summary>Clears away what killed processes have left on all networks.</summary>
    internal void ReconcileAll() => Upkeep(static upkeep => upkeep.ReconcileAll());

    private SubnetChooser Chooser()
    {
        using var socket = NetlinkSocket.Open();
        return new SubnetChooser(HostNetwork.Read(socket), [.. _store.All(static _ => { }).SelectMany(static other => other.Pools.Select(pool => (other.Name, IPNetwork.Parse(pool.Subnet))))]);
    }

    private void Upkeep(Action<NetworkUpkeep> action)
    {
        if (!_endpoints.Ids().Any()) return;
        FinishChanges();
        using var socket = NetlinkSocket.Open();
        action(new NetworkUpkeep(_paths, socket));
    }

    private void FinishChanges()
    {
        foreach (var container in _endpoints.Changing().Select(static one => one.Endpoint.ContainerId).Distinct()) _finish(container);
    }

    // Those that exist from the start have ids of their own, which nobody has to remember.
    private static NetworkRecord Unused(string name, string driver) => new()
    {
        Id = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(name))),
        Name = name,
        Driver = driver,
        Pools = [],
    };

    private ContainerNetwork Snapshot(NetworkRecord record) => new()
    {
        Id = record.Id,
        Name = record.Name,
        Driver = record.Driver,
        Created = record.Created == default ? null : record.Created,
        Subnets = [.. record.Pools.Select(SubnetOf)],
        IPv6 = record.HasIPv6,
        Internal = record.Internal,
        Mtu = record.Mtu,
        Device = record.Device.Length == 0 ? null : record.Device,
        Labels = record.Labels ?? [],
        Options = record.Options ?? [],
        Containers = [.. _endpoints.Read(record.Id).Endpoints.Select(EndpointOf)],
    };

    private static NetworkSubnet SubnetOf(AddressPool pool) => new()
    {
        Subnet = IPNetwork.Parse(pool.Subnet),
        Gateway = pool.Gateway is null ? null : IPAddress.Parse(pool.Gateway),
        IPRange = pool.IPRange is null ? null : IPNetwork.Parse(pool.IPRange),
        AuxiliaryAddresses = (pool.Auxiliary ?? []).ToDictionary(static entry => entry.Key, static entry => IPAddress.Parse(entry.Value)),
    };

    private static NetworkEndpoint EndpointOf(EndpointRecord endpoint) => new()
    {
        Container = endpoint.ContainerName,
        ContainerId = endpoint.ContainerId,
        IPAddress = endpoint.IPv4 is null ? null : IPAddress.Parse(endpoint.IPv4),
        IPv6Address = endpoint.IPv6 is null ? null : IPAddress.Parse(endpoint.IPv6),
        MacAddress = endpoint.Mac,
        Aliases = endpoint.Aliases,
        Interface = endpoint.Interface,
    };
}
