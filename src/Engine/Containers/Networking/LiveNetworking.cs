using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Linux.Netlink;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Containers;

/// <summary>Changes the networks of a container that runs, from a shell. The container's lock is held.</summary>
/// <param name="paths">The store.</param>
/// <param name="record">The container.</param>
/// <param name="monitor">Its processes.</param>
internal sealed class LiveNetworking(StorePaths paths, ContainerRecord record, MonitorRecord monitor)
{
    private readonly NetworkHandover _handover = new(paths, record, monitor);

    /// <summary>Puts it on a network.</summary>
    /// <param name="attachment">How.</param>
    /// <param name="keep">Keeps that for later runs: called when it is on it, before that is told.</param>
    internal void Connect(NetworkAttachment attachment, Action keep)
    {
        using var host = NetlinkSocket.Open();
        var upkeep = new NetworkUpkeep(paths, NetworkJson.Default, host);
        var run = RunNetworks.Read(paths, record.Id);
        using var links = new ContainerLinks(host, monitor.InitPid, NetworkNamespace.VisitByThread);
        var known = new NetworkStore(paths, NetworkJson.Default).Read(attachment.Network) ?? throw new NetworkNotFoundException(attachment.Network);
        var publishes = PortSettings.CanPublish(known) && !run.Networks.Exists(static one => one.Endpoint.Ports.Count > 0);
        var takesPorts = publishes && run.Ports.Count == 0 && PortSettings.Bindings(record.Settings, record.ImageConfig).Count > 0;
        if (takesPorts) run = _handover.TakePorts(run);
        try
        {
            Join(upkeep, links, run, attachment, publishes ? run.Ports : [], keep);
        }
        catch when (takesPorts)
        {
            _handover.LetPortsGo(RunNetworks.Read(paths, record.Id));
            throw;
        }

        ContainerFiles.Write(paths, record, run.Networks);
        _handover.Follow();
    }

    private void Join(NetworkUpkeep upkeep, ContainerLinks links, RunNetworks run, NetworkAttachment attachment, List<PublishedPort> ports, Action keep)
    {
        var (network, endpoint) = upkeep.Claim(attachment.Network, new EndpointRequest
        {
            ContainerId = record.Id,
            ContainerName = record.Name,
            Attachment = attachment,
            Interface = FreeInterface(run),
            Ports = ports,
            MonitorPid = monitor.MonitorPid,
            MonitorStartTime = monitor.MonitorStartTime,
        });
        try
        {
            new NetworkFirewall(paths, NetworkJson.Default).Add([(network, endpoint)]);
            links.Add(network, endpoint);
            run.Networks.Add(RunNetwork.Of(network, endpoint));
            links.SetGateways(run.Networks);
            keep();
            run.Write(paths, record.Id);
        }
        catch
        {
            upkeep.Release(network.Id, record.Id);
            throw;
        }
    }

    /// <summary>Takes it off a network.</summary>
    internal void Disconnect(NetworkRecord network)
    {
        using var host = NetlinkSocket.Open();
        var upkeep = new NetworkUpkeep(paths, NetworkJson.Default, host);
        var run = RunNetworks.Read(paths, record.Id);
        var gone = run.Networks.Find(one => one.NetworkId == network.Id)!;
        run.Networks.Remove(gone);
        if (gone.Endpoint.Ports.Count > 0) PublishElsewhere(upkeep, run);
        run.Write(paths, record.Id);
        using var links = new ContainerLinks(host, monitor.InitPid, NetworkNamespace.VisitByThread);
        links.Remove(gone.Endpoint);
        links.SetGateways(run.Networks);
        upkeep.Release(network.Id, record.Id);

        // Not before the rules that lead to the old address are gone.
        if (gone.Endpoint.Ports.Count > 0 && run.Networks.Find(static one => one.Endpoint.Ports.Count > 0) is { } next)
            new NetworkFirewall(paths, NetworkJson.Default).Add([(new NetworkStore(paths, NetworkJson.Default).Read(next.Network)!, next.Endpoint)]);
        ContainerFiles.Write(paths, record, run.Networks);
        if (run.HoldsPorts && !run.Networks.Exists(static one => one.Endpoint.Ports.Count > 0)) _handover.LetPortsGo(run);
        else _handover.Follow();
    }

    // The next network that can publishes the ports from now on.
    private void PublishElsewhere(NetworkUpkeep upkeep, RunNetworks run)
    {
        var store = new NetworkStore(paths, NetworkJson.Default);
        foreach (var one in run.Networks)
        {
            if (store.Read(one.Network) is not { } network || !PortSettings.CanPublish(network)) continue;
            if (upkeep.Update(one.NetworkId, record.Id, endpoint => endpoint with { Ports = run.Ports }) is { } endpoint) one.Endpoint = endpoint;
            return;
        }
    }

    private static string FreeInterface(RunNetworks run)
    {
        for (var number = 0; ; number++)
        {
            var name = $"eth{number}";
            if (!run.Networks.Exists(network => network.Endpoint.Interface == name)) return name;
        }
    }
}
