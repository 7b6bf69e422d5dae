using ContainerPS.Engine.Events;
using ContainerPS.Engine.Linux.Netlink;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>Kernel parameters that are turned on when a container starts, as sysctl(8) names them: its networks need them, and they are off.</summary>
    public IReadOnlyList<string> ForwardingNeeded(string id)
    {
        var store = new NetworkStore(_paths);
        return [.. NetworkMode.Attachments(ReadRecord(id).Settings).Select(attachment => store.Read(attachment.Network)).OfType<NetworkRecord>().SelectMany(Forwarding.Missing).Distinct()];
    }

    /// <summary>Kernel parameters that are turned on when a container that runs is connected to a network; none for one that does not.</summary>
    public IReadOnlyList<string> ForwardingNeeded(string id, string networkName) =>
        _kernel.Read(FindId(id)).IsRunning ? [.. Forwarding.Missing(Networks.FindRecord(NetworkOf(networkName)))] : [];

    /// <summary>Puts a container on a network: at once when it runs, and whenever it runs from now on.</summary>
    /// <exception cref="NetworkConnectionException">It is on it already.</exception>
    /// <exception cref="InvalidContainerStateException">It has no networks of its own.</exception>
    public void Connect(string id, NetworkAttachment attachment)
    {
        SettingsValidator.ValidateAttachment(attachment);
        var network = Networks.FindRecord(NetworkOf(attachment.Network));
        attachment = attachment with { Network = network.Name };
        CheckAttachment(network, attachment);
        id = FindId(id);
        using var held = _records.Lock(id);
        var record = _records.Read(id) ?? throw new ContainerNotFoundException(id);
        CheckHasNetworks(record);
        var state = _kernel.Read(id);
        var attachments = NetworkMode.Attachments(record.Settings);
        var isNamed = attachments.Any(one => one.Network == network.Name);
        if (state is { IsRunning: true, Monitor: { } monitor })
        {
            var live = new LiveNetworking(_paths, record, monitor);
            live.Finish();
            if (RunNetworks.Read(_paths, id).Networks.Exists(one => one.NetworkId == network.Id)) throw AlreadyConnected(record, network);
            live.Connect(attachment, () => Keep(isNamed ? attachments : [.. attachments, attachment]));
        }
        else
        {
            if (isNamed) throw AlreadyConnected(record, network);
            Keep([.. attachments, attachment]);
        }

        new NetworkStore(_paths).Tell(EventAction.Connect, network, ("container", id), ("name", record.Name));

        void Keep(IReadOnlyList<NetworkAttachment> networks) => Write(record, networks);
    }

    /// <summary>Takes a container off a network, now and for later runs.</summary>
    /// <param name="id">The container.</param>
    /// <param name="networkName">The network.</param>
    /// <param name="force">True not to mind when it is not on it, nor when the network is gone and only its settings still name it.</param>
    /// <exception cref="NetworkConnectionException">It is not on it.</exception>
    public void Disconnect(string id, string networkName, bool force)
    {
        id = FindId(id);
        using var held = _records.Lock(id);
        var record = _records.Read(id) ?? throw new ContainerNotFoundException(id);
        CheckHasNetworks(record);
        if (FindNetwork(record, NetworkOf(networkName), force) is not { } network) return;
        var state = _kernel.Read(id);
        var attachments = NetworkMode.Attachments(record.Settings);
        List<NetworkAttachment> left = [.. attachments.Where(one => one.Network != network.Name)];
        var live = state is { IsRunning: true, Monitor: { } monitor } ? new LiveNetworking(_paths, record, monitor) : null;
        var isFinished = live?.Finish().Contains(network.Id) ?? false;
        var isConnected = live is not null && RunNetworks.Read(_paths, id).Networks.Exists(one => one.NetworkId == network.Id);
        if (left.Count == attachments.Count && !isConnected && !isFinished)
        {
            if (force) return;
            throw new NetworkConnectionException("NotConnected", network.Name, $"The container '{record.Name}' is not on the network '{network.Name}'.");
        }

        if (left.Count < attachments.Count) Write(record, left);
        if (isConnected) live!.Disconnect(network);
        new NetworkStore(_paths).Tell(EventAction.Disconnect, network, ("container", id), ("name", record.Name));
    }

    // Null when the network is gone: a container that names it could not start any more, so its settings forget it, when that is forced.
    private NetworkRecord? FindNetwork(ContainerRecord record, string name, bool force)
    {
        try
        {
            return Networks.FindRecord(name);
        }
        catch (NetworkNotFoundException) when (force && NetworkMode.Attachments(record.Settings).Any(one => one.Network == name))
        {
            Write(record, [.. NetworkMode.Attachments(record.Settings).Where(one => one.Network != name)]);
            return null;
        }
    }

    private static string NetworkOf(string name) => name is NetworkNames.Host or NetworkNames.None
        ? throw new InvalidSettingException("Network", name, $"-Network '{name}' is refused. A container is on the network '{name}' from its creation on, or never.")
        : name;

    private static NetworkConnectionException AlreadyConnected(ContainerRecord record, NetworkRecord network) =>
        new("AlreadyConnected", network.Name, $"The container '{record.Name}' is on the network '{network.Name}' already.");

    private static void CheckHasNetworks(ContainerRecord record)
    {
        if (NetworkMode.HasNetworks(record.Settings)) return;
        throw new InvalidContainerStateException(record.Name, $"The container '{record.Name}' was created with -Network {record.Settings.Network}, and is on no other network.");
    }

    private void Write(ContainerRecord record, IReadOnlyList<NetworkAttachment> networks)
    {
        record.Settings = record.Settings with { Network = null, Networks = networks, IsDisconnected = networks.Count == 0 };
        _records.Write(record);
    }

    // The networks by their names, all of which exist.
    private ContainerSettings WithNetworks(ContainerSettings settings)
    {
        if (NamespaceMode.ContainerOf(settings.Network) is { } shared && _records.Read(shared) is { } other)
            return settings with { Hostname = SpecGenerator.Hostname(other.Settings, other.Id, Environment.MachineName) };
        if (!NetworkMode.HasNetworks(settings)) return settings;
        var networks = new List<NetworkAttachment>();
        foreach (var attachment in NetworkMode.Attachments(settings))
        {
            var network = Networks.FindRecord(attachment.Network is NetworkMode.Host or NetworkMode.None
                ? throw new InvalidSettingException("Network", attachment.Network, $"-Network '{attachment.Network}' is refused. With it a container is on no other network: leave one out.")
                : attachment.Network);
            if (networks.Exists(one => one.Network == network.Name)) throw new InvalidSettingException("Network", network.Name, $"-Network '{network.Name}' is given twice: leave one out.");
            CheckAttachment(network, attachment);
            networks.Add(attachment with { Network = network.Name });
        }

        return settings with { Network = null, Networks = networks };
    }

    // Where the network files are of a container that shares another's networks: with the first in the row that has such files. Each is there before those that
    // share its networks, so that a row ends.
    private string? NetworkFolderOf(ContainerSettings settings)
    {
        string? folder = null;
        while (NamespaceMode.ContainerOf(settings.Network) is { } id)
        {
            folder = _paths.ContainerOf(id);
            settings = (_records.Read(id) ?? throw new ContainerNotFoundException(id)).Settings;
        }

        return folder;
    }

    private static void CheckAttachment(NetworkRecord network, NetworkAttachment attachment)
    {
        if (network.IsDefault && attachment.Aliases.Count > 0)
            throw new InvalidSettingException("NetworkAlias", attachment.Aliases[0], $"-NetworkAlias '{attachment.Aliases[0]}' is refused. On the network 'bridge' containers have no names; make a network of your own (New-ContainerNetwork).");
        if (network.Driver == NetworkDrivers.Ipvlan && attachment.MacAddress is { } mac)
            throw new InvalidSettingException("MacAddress", mac, $"-MacAddress '{mac}' is refused. On the network '{network.Name}' all have the hardware address of '{network.Device}'.");
        foreach (var (parameter, text) in (ReadOnlySpan<(string, string?)>)[("IPAddress", attachment.IPAddress), ("IPv6Address", attachment.IPv6Address)])
        {
            if (text is null) continue;
            AddressAllocator.Check(network, Subnets.ParseAddress(text, parameter), parameter);

            // Another may take the place of a subnet that nobody has asked for.
            if (!network.Pools.Exists(pool => pool.IsVersion6 == (parameter == "IPv6Address") && (pool.IsAsked || pool.IsVersion6)))
                throw new InvalidSettingException(parameter, text, $"-{parameter} '{text}' is refused. A fixed address needs a network whose subnet is fixed, too: New-ContainerNetwork -Subnet.");
        }
    }

    // Before anything is begun: the networks are there, and the addresses that are asked for are nobody else's.
    private void CheckNetworks(ContainerRecord record)
    {
        foreach (var attachment in NetworkMode.Attachments(record.Settings))
        {
            var network = Networks.FindRecord(attachment.Network);
            if (attachment is { IPAddress: null, IPv6Address: null }) continue;
            Networks.CheckFree(network, attachment);
        }
    }

    private void ClearNetworks()
    {
        if (Directory.Exists(_paths.RunNetworks)) Networks.ReconcileAll();
    }

    private void FinishNetworkChange(string id)
    {
        if (_records.Read(id) is null) return;
        using var held = _records.TryLock(id);
        if (held is null || _records.Read(id) is not { } record || _kernel.Read(id) is not { IsRunning: true, Monitor: { } monitor }) return;
        try
        {
            new LiveNetworking(_paths, record, monitor).Finish();
        }
        catch (ContainerEngineException) when (!_kernel.Read(id).IsRunning)
        {
            // It has ended meanwhile: what is left of it goes as of any that has ended.
        }
    }

    private void RenameOnNetworks(ContainerRecord record)
    {
        var run = RunNetworks.Read(_paths, record.Id);
        if (run.Networks.Count == 0) return;
        using var socket = NetlinkSocket.Open();
        var upkeep = new NetworkUpkeep(_paths, socket);
        foreach (var network in run.Networks) upkeep.Update(network.NetworkId, record.Id, endpoint => endpoint with { ContainerName = record.Name });
    }

    private List<string> FindNetworkUsers(NetworkRecord network)
    {
        var users = new List<string>();
        foreach (var id in _records.Ids())
        {
            // A record that does not have the name in it anywhere need not be understood.
            if (_records.ReadText(id) is not { } text || (!network.IsDefault && text.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(network.Name)) < 0)) continue;
            if (_records.Read(id) is { } record && NetworkMode.Attachments(record.Settings).Any(attachment => attachment.Network == network.Name)) users.Add(record.Name);
        }

        return users;
    }
}
