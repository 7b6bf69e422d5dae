using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Linux.Netlink;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// The networks of one run of a container, as its monitor makes them before the container's program begins, and takes them away after its end: first the
/// host's ports, so that nothing is begun when one is in use, then addresses, the firewall's rules, the devices, and the name service's sockets.
/// </summary>
internal sealed class RunNetworking : IDisposable
{
    private readonly StorePaths _paths;
    private readonly ContainerRecord _record;

    internal RunNetworking(StorePaths paths, ContainerRecord record) => (_paths, _record) = (paths, record);

    /// <summary>True when the container has a network namespace that devices are made in.</summary>
    internal bool IsNeeded => NetworkMode.HasNetworks(_record.Settings);

    /// <summary>The host's ports that are the container's; null when there are none.</summary>
    internal PortClaims? Ports { get; private set; }

    /// <summary>Whom its programs and its name service ask for names.</summary>
    internal NameServers? Names { get; private set; }

    /// <summary>The name service's sockets; null when there is none. Whoever serves takes them.</summary>
    internal NameServerSockets? Sockets { get; set; }

    /// <summary>Takes the ports, and provides the files that are bound in the container; what depends on its networks is written into them when it has been put on these.</summary>
    internal void Prepare()
    {
        if (!IsNeeded || !NetworkFiles.Exist(_paths.ContainerOf(_record.Id))) ContainerFiles.Write(_paths, _record, []);
        if (IsNeeded && PublishingNetwork() is not null) TakePorts();
    }

    /// <summary>Takes the host's ports that were asked for.</summary>
    /// <exception cref="PortInUseException">One is in use: none is taken.</exception>
    internal void TakePorts()
    {
        var bindings = PortSettings.Bindings(_record.Settings, _record.ImageConfig);
        if (bindings.Count > 0) Ports = PortClaims.Claim(bindings, _paths, port => PortSettings.FindOwner(_paths, port));
    }

    /// <summary>Lets the host's ports go.</summary>
    internal void ReleasePorts()
    {
        Ports?.Dispose();
        Ports = null;
    }

    /// <summary>Where the ports that are held are published.</summary>
    internal List<PublishedPort> PublishedPorts() => [.. (Ports?.Ports ?? []).Select(static port => port.Published)];

    /// <summary>Puts the container on its networks.</summary>
    /// <param name="pid">Its first process, which waits meanwhile.</param>
    internal void Attach(int pid)
    {
        using var host = NetlinkSocket.Open();
        var upkeep = new NetworkUpkeep(_paths, host);
        using var links = new ContainerLinks(host, pid, NetworkNamespace.Visit);
        var endpoints = new List<(NetworkRecord Network, EndpointRecord Endpoint)>();
        var publishing = PublishingNetwork();
        foreach (var attachment in NetworkMode.Attachments(_record.Settings)) endpoints.Add(Claim(upkeep, attachment, endpoints.Count, attachment.Network == publishing));
        new NetworkFirewall(_paths).Add(endpoints);
        foreach (var (network, endpoint) in endpoints) links.Add(network, endpoint);
        var run = new RunNetworks { Ports = PublishedPorts(), HoldsPorts = Ports is not null, Networks = [.. endpoints.Select(static one => RunNetwork.Of(one.Network, one.Endpoint))] };
        links.SetGateways(run.Networks);
        Names = ContainerFiles.Write(_paths, _record, run.Networks);
        if (Names.Upstream is not null) OpenSockets(links);
        run.Write(_paths, _record.Id);
    }

    /// <summary>Opens the name service's sockets in the container.</summary>
    internal void OpenSockets(ContainerLinks links)
    {
        links.RaiseLoopback();
        links.Visit(() => Sockets = NameServerSockets.OpenInside());
    }

    /// <summary>Takes the container off all networks that it is on by now, and lets its ports go.</summary>
    /// <returns>What went wrong, or null. The end is an end all the same: the next command that looks clears away what is left.</returns>
    internal string? TryRelease()
    {
        Dispose();
        if (!IsNeeded) return null;
        try
        {
            Release();
            return null;
        }
        catch (Exception e) when (e is ContainerEngineException or IOException or UnauthorizedAccessException)
        {
            return $"It could not be taken off its networks: {e.Message}";
        }
    }

    private void Release()
    {
        using var host = NetlinkSocket.Open();
        var upkeep = new NetworkUpkeep(_paths, host);

        // By the run folder's list and by the record: the first may not have been written yet.
        var store = new NetworkStore(_paths);
        var ids = RunNetworks.Read(_paths, _record.Id).Networks.Select(static network => network.NetworkId).ToHashSet(StringComparer.Ordinal);
        foreach (var attachment in NetworkMode.Attachments(_record.Settings))
            if (store.Read(attachment.Network) is { } network) ids.Add(network.Id);
        foreach (var id in ids) upkeep.Release(id, _record.Id);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Ports?.Dispose();
        Sockets?.Dispose();
    }

    private (NetworkRecord Network, EndpointRecord Endpoint) Claim(NetworkUpkeep upkeep, NetworkAttachment attachment, int number, bool publishes) => upkeep.Claim(attachment.Network, new EndpointRequest
    {
        ContainerId = _record.Id,
        ContainerName = _record.Name,
        Attachment = attachment,
        Interface = $"eth{number}",
        Ports = publishes ? PublishedPorts() : [],
        MonitorPid = Environment.ProcessId,
        MonitorStartTime = ProcessIdentity.StartTime(Environment.ProcessId) ?? 0,
    });

    private string? PublishingNetwork()
    {
        var store = new NetworkStore(_paths);
        return NetworkMode.Attachments(_record.Settings).FirstOrDefault(attachment => store.Read(attachment.Network) is { } network && PortSettings.CanPublish(network))?.Network;
    }
}
