using System.Net;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Linux.Netlink;
using ContainerPS.Engine.Storage;
using Tmds.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>Puts containers on networks and takes them off, in the files and on this machine: addresses, bridges, what killed processes have left.</summary>
/// <param name="paths">The store.</param>
/// <param name="socket">A conversation with the kernel about this machine's devices.</param>
internal sealed class NetworkUpkeep(StorePaths paths, NetlinkSocket socket)
{
    // Of so many endpoints does a start or an end ask when their monitor began; of all others, whether there is a process of its number. So what killed processes
    // have left goes, and a crowded network costs hardly more than another.
    private const int LookedAt = 4;

    private readonly NetworkStore _networks = new(paths);
    private readonly EndpointStore _endpoints = new(paths);
    private readonly NetworkFirewall _firewall = new(paths);

    /// <summary>Puts a container on a network: it has addresses from then on, and the network its bridge.</summary>
    /// <returns>The network as it is now, and the container on it.</returns>
    /// <exception cref="NetworkNotFoundException">The network is gone.</exception>
    /// <exception cref="AddressInUseException">The address that is asked for is another's, or none is free.</exception>
    internal (NetworkRecord Network, EndpointRecord Endpoint) Claim(string name, EndpointRequest request)
    {
        while (true)
        {
            var network = _networks.Read(name) ?? throw new NetworkNotFoundException(name);
            if (network.Driver == NetworkDrivers.Bridge && Links.Find(socket, network.Device) is null) Prepare(name);
            Forwarding.TurnOn(network);
            using var held = _networks.Lock(network.Id);
            if (_networks.Read(name) is not { } current || current.Id != network.Id) continue;
            var state = _endpoints.Read(current.Id);
            Clear(current, state, SomeLost(current, state));
            if (current.Driver == NetworkDrivers.Bridge && Links.Find(socket, current.Device) is null) continue;
            EndpointRecord endpoint;
            try
            {
                endpoint = Choose(current, state, request);
            }
            catch (ContainerEngineException) when (state.Endpoints.Count > LookedAt)
            {
                // What stands in the way may be of someone who is gone.
                Clear(current, state, AllLost(current));
                endpoint = Choose(current, state, request);
            }

            var isFresh = state.IsFresh && request.Attachment is { IPAddress: null, IPv6Address: null } && IsBehind(endpoint.IPv4, state.LastIPv4) && IsBehind(endpoint.IPv6, state.LastIPv6);

            // On a device's own wire others have their memories, too.
            endpoint = endpoint with { Announces = !isFresh || current.Driver != NetworkDrivers.Bridge };
            _endpoints.Write(current.Id, state with
            {
                Name = current.Name,
                LastIPv4 = request.Attachment.IPAddress is null ? endpoint.IPv4 ?? state.LastIPv4 : state.LastIPv4,
                LastIPv6 = request.Attachment.IPv6Address is null ? endpoint.IPv6 ?? state.LastIPv6 : state.LastIPv6,
                IsFresh = isFresh,
                Endpoints = [.. state.Endpoints, endpoint],
            });
            return (current, endpoint);
        }
    }

    /// <summary>Takes a container off a network: its device here goes, and with the last one the network's bridge.</summary>
    internal void Release(string networkId, string containerId) => Change(networkId, (network, state) =>
    {
        var isLost = SomeLost(network, state);
        return endpoint => endpoint.ContainerId == containerId || isLost(endpoint);
    });

    /// <summary>Clears away what killed processes have left on a network.</summary>
    internal void Reconcile(string networkId) => Change(networkId, (network, _) => AllLost(network));

    /// <summary>Clears away what killed processes have left on all networks.</summary>
    internal void ReconcileAll()
    {
        foreach (var id in _endpoints.Ids().ToList()) Reconcile(id);
    }

    /// <summary>Refuses to have a container ask for addresses that others have now.</summary>
    /// <exception cref="AddressInUseException">One is another's.</exception>
    internal void CheckFree(NetworkRecord network, NetworkAttachment attachment)
    {
        Reconcile(network.Id);
        var state = _endpoints.Read(network.Id);
        AddressOf(network, state, attachment.IPAddress, "IPAddress", isVersion6: false);
        AddressOf(network, state, attachment.IPv6Address, "IPv6Address", isVersion6: true);
    }

    /// <summary>Changes what is said of a container on a network.</summary>
    internal EndpointRecord? Update(string networkId, string containerId, Func<EndpointRecord, EndpointRecord> change)
    {
        using var held = _networks.Lock(networkId);
        var state = _endpoints.Read(networkId);
        var place = state.Endpoints.FindIndex(endpoint => endpoint.ContainerId == containerId);
        if (place < 0) return null;
        state.Endpoints[place] = change(state.Endpoints[place]);
        _endpoints.Write(networkId, state);
        return state.Endpoints[place];
    }

    // Makes the bridge; where its subnet is met elsewhere by now, another takes its place, unless somebody has asked for it.
    private void Prepare(string name)
    {
        using var machine = NetworkStore.LockMachine();
        using var all = _networks.LockAll();
        if (_networks.Read(name) is not { } network) throw new NetworkNotFoundException(name);
        using var held = _networks.Lock(network.Id);
        if (Links.Find(socket, network.Device) is not null) return;
        var host = HostNetwork.Read(socket);
        network = WithFreeSubnets(network, host);

        // A bridge whose network has no such file would not be found again by who clears away.
        if (!_endpoints.HasState(network.Id)) _endpoints.Write(network.Id, NetworkState.OfNobody with { Name = network.Name });
        BridgeDevice.Make(socket, network, network.Mtu ?? host.UplinkMtu);
    }

    private NetworkRecord WithFreeSubnets(NetworkRecord network, HostNetwork host)
    {
        var others = _networks.All(static _ => { }).Where(other => other.Id != network.Id).SelectMany(static other => other.Pools.Select(pool => (other.Name, IPNetwork.Parse(pool.Subnet)))).ToList();
        var chooser = new SubnetChooser(host, others);
        var pools = new List<AddressPool>();
        foreach (var pool in network.Pools)
        {
            var subnet = IPNetwork.Parse(pool.Subnet);
            if (chooser.ConflictOf(subnet, network.Device) is not { } conflict)
            {
                pools.Add(pool);
                continue;
            }

            if (pool.IsAsked || pool.IsVersion6)
                throw new SubnetInUseException(pool.Subnet, $"The subnet {pool.Subnet} of the network '{network.Name}' is used elsewhere by now: {conflict}. Remove the network and make it again with another.");
            var chosen = chooser.Choose(PoolSetting.Of(new EngineSettingsFile(paths).Read(), network.IsDefault), network.Device)
                ?? throw NetworkPlanner.NoneFree(network.Name);
            pools.Add(new AddressPool { Subnet = chosen.ToString(), Gateway = Subnets.FirstHostOf(chosen).ToString() });
        }

        if (pools.SequenceEqual(network.Pools)) return network;
        network = network with { Pools = pools };
        _networks.Write(network);
        return network;
    }

    private void Change(string networkId, Func<NetworkRecord, NetworkState, Predicate<EndpointRecord>> whoIsToGo)
    {
        using var held = _networks.Lock(networkId);
        if (!_endpoints.HasState(networkId)) return;
        var network = _networks.All(static _ => { }).FirstOrDefault(network => network.Id == networkId);
        var state = _endpoints.Read(networkId);
        if (network is not null) Clear(network, state, whoIsToGo(network, state), forgets: true);
    }

    // Takes away those that are to go.
    private void Clear(NetworkRecord network, NetworkState state, Predicate<EndpointRecord> isToGo, bool forgets = false)
    {
        var gone = state.Endpoints.FindAll(isToGo);
        foreach (var endpoint in gone)
        {
            if (endpoint.Device.Length > 0) Links.Delete(socket, endpoint.Device);
            state.Endpoints.Remove(endpoint);
        }

        // Killed in between, the file still tells what is to be done.
        if (gone.Count > 0) _firewall.Remove(network, gone, isLast: state.Endpoints.Count == 0);
        if (forgets && state.Endpoints.Count == 0)
        {
            if (network.Driver == NetworkDrivers.Bridge) Links.Delete(socket, network.Device);
            _endpoints.Forget(network.Id);
        }
        else if (gone.Count > 0)
        {
            _endpoints.Write(network.Id, state);
        }
    }

    private Predicate<EndpointRecord> AllLost(NetworkRecord network) => endpoint => IsLost(network, endpoint, looksClosely: true);

    // All whose monitor's number nobody has any more, and of the others some by chance: where few are, all of them.
    private Predicate<EndpointRecord> SomeLost(NetworkRecord network, NetworkState state) => endpoint =>
        IsLost(network, endpoint, looksClosely: Random.Shared.Next(state.Endpoints.Count) < LookedAt);

    private bool IsLost(NetworkRecord network, EndpointRecord endpoint, bool looksClosely) =>
        Syscall.getpgid(endpoint.MonitorPid) == -LibC.ESRCH
        || (looksClosely && ProcessIdentity.StartTime(endpoint.MonitorPid) != endpoint.MonitorStartTime)
        || (endpoint.IsChanging && IsLeft(network, endpoint));

    // Somebody was killed while connecting or disconnecting the container: its own list does not have the network, and nobody is at work on that. A device that
    // is in the container alone, and ports that its monitor still holds, are not within reach here: the mark stays for who finishes the change.
    private bool IsLeft(NetworkRecord network, EndpointRecord endpoint)
    {
        if (endpoint.Device.Length == 0 || !IsUnlisted()) return false;
        using var held = FileLock.TryExclusive(Path.Combine(paths.Locks, $"container-{endpoint.ContainerId}"));
        return held is not null && IsUnlisted();

        bool IsUnlisted()
        {
            var run = RunNetworks.Read(paths, endpoint.ContainerId);
            return !run.Networks.Exists(one => one.NetworkId == network.Id) && (!run.HoldsPorts || run.Publisher is not null);
        }
    }

    private EndpointRecord Choose(NetworkRecord network, NetworkState state, EndpointRequest request)
    {
        var asked = request.Attachment;
        if (state.Endpoints.Exists(endpoint => endpoint.ContainerId == request.ContainerId))
            throw new NetworkConnectionException("AlreadyConnected", network.Name, $"The container '{request.ContainerName}' is on the network '{network.Name}' already.");
        var mac = asked.MacAddress is { } text ? MacAddress.Text(MacAddress.Parse(text, "MacAddress")) : FreeMac(state);
        if (asked.MacAddress is not null && state.Endpoints.Find(endpoint => endpoint.Mac == mac) is { } same)
            throw new AddressInUseException(mac, $"The hardware address {mac} is that of the container '{same.ContainerName}' on the network '{network.Name}'. Give another, or leave it out to have one chosen.");
        return new EndpointRecord
        {
            ContainerId = request.ContainerId,
            ContainerName = request.ContainerName,
            Aliases = [.. asked.Aliases],
            IPv4 = AddressOf(network, state, asked.IPAddress, "IPAddress", isVersion6: false),
            IPv6 = AddressOf(network, state, asked.IPv6Address, "IPv6Address", isVersion6: true),
            Mac = mac,
            Device = network.Driver == NetworkDrivers.Bridge ? FreeDevice() : "",
            Interface = request.Interface,
            Ports = request.Ports,
            MonitorPid = request.MonitorPid,
            MonitorStartTime = request.MonitorStartTime,
            IsChanging = request.IsChanging,
        };
    }

    private static string? AddressOf(NetworkRecord network, NetworkState state, string? asked, string parameter, bool isVersion6)
    {
        var taken = new Dictionary<IPAddress, string>();
        foreach (var endpoint in state.Endpoints)
            if ((isVersion6 ? endpoint.IPv6 : endpoint.IPv4) is { } text) taken[IPAddress.Parse(text)] = endpoint.ContainerName;
        if (asked is not null)
        {
            var address = Subnets.ParseAddress(asked, parameter);
            AddressAllocator.Check(network, address, parameter);
            return taken.TryGetValue(address, out var owner)
                ? throw new AddressInUseException(asked, $"The address {asked} is that of the container '{owner}' on the network '{network.Name}'. Give another, or leave it out to have a free one chosen.")
                : address.ToString();
        }

        if (network.Pools.Find(pool => pool.IsVersion6 == isVersion6) is not { } pool) return null;
        var last = isVersion6 ? state.LastIPv6 : state.LastIPv4;
        var next = AddressAllocator.Next(pool, taken.Keys.ToHashSet(), last is null ? null : IPAddress.Parse(last));
        return next?.ToString() ?? throw new AddressInUseException(pool.Subnet, $"No address of the network '{network.Name}' is free: all of {pool.IPRange ?? pool.Subnet} are in use.");
    }

    private static bool IsBehind(string? address, string? last) =>
        address is null || last is null || Subnets.Number(IPAddress.Parse(address)) > Subnets.Number(IPAddress.Parse(last));

    private string FreeDevice()
    {
        while (true)
        {
            var name = DeviceNames.NewEndpoint(paths);
            if (Links.Find(socket, name) is null) return name;
        }
    }

    private static string FreeMac(NetworkState state)
    {
        while (true)
        {
            var mac = MacAddress.Text(MacAddress.Random());
            if (!state.Endpoints.Exists(endpoint => endpoint.Mac == mac)) return mac;
        }
    }
}
