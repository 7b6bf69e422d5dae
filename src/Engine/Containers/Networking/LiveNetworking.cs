using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Linux.Netlink;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// Changes the networks of a container that runs, from a shell. The container's lock is held. From the first step to the last an endpoint of the container is
/// marked (<see cref="EndpointRecord.IsChanging"/>): whoever is killed in between has left that, and <see cref="Finish"/> goes on by the container's own list.
/// </summary>
/// <param name="paths">The store.</param>
/// <param name="record">The container.</param>
/// <param name="monitor">Its processes.</param>
internal sealed class LiveNetworking(StorePaths paths, ContainerRecord record, MonitorRecord monitor)
{
    private readonly NetworkHandover _handover = new(paths, record, monitor);
    private readonly NetworkStore _networks = new(paths);
    private readonly NetworkFirewall _firewall = new(paths);

    /// <summary>Puts it on a network.</summary>
    /// <param name="attachment">How.</param>
    /// <param name="keep">Keeps that for later runs: called when it is on it, before that is told.</param>
    internal void Connect(NetworkAttachment attachment, Action keep)
    {
        using var host = NetlinkSocket.Open();
        var upkeep = new NetworkUpkeep(paths, host);
        using var links = new ContainerLinks(host, monitor.InitPid, NetworkNamespace.VisitByThread);
        var run = RunNetworks.Read(paths, record.Id);
        var (network, endpoint) = upkeep.Claim(attachment.Network, new EndpointRequest
        {
            ContainerId = record.Id,
            ContainerName = record.Name,
            Attachment = attachment,
            Interface = FreeInterface(run, links),
            MonitorPid = monitor.MonitorPid,
            MonitorStartTime = monitor.MonitorStartTime,
            IsChanging = true,
        });
        var takesPorts = false;
        try
        {
            if (PortSettings.CanPublish(network) && run.Publisher is null)
            {
                takesPorts = run.Ports.Count == 0 && PortSettings.Bindings(record.Settings, record.ImageConfig).Count > 0;
                if (takesPorts) run = _handover.TakePorts(run);
                if (run.Ports.Count > 0) endpoint = upkeep.Update(network.Id, record.Id, one => one with { Ports = run.Ports }) ?? endpoint;
            }

            _firewall.Add([(network, endpoint)]);
            links.Add(network, endpoint);
            run.Networks.Add(RunNetwork.Of(network, endpoint));
            links.SetGateways(run.Networks);
            keep();
            run.Write(paths, record.Id);
        }
        catch
        {
            if (takesPorts && run.HoldsPorts) _handover.LetPortsGo(RunNetworks.Read(paths, record.Id));
            links.Remove(endpoint);
            upkeep.Release(network.Id, record.Id);
            throw;
        }

        Tell(upkeep, run, [network.Id]);
    }

    /// <summary>Takes it off a network.</summary>
    internal void Disconnect(NetworkRecord network)
    {
        using var host = NetlinkSocket.Open();
        var upkeep = new NetworkUpkeep(paths, host);
        using var links = new ContainerLinks(host, monitor.InitPid, NetworkNamespace.VisitByThread);
        var run = RunNetworks.Read(paths, record.Id);
        var gone = run.Networks.Find(one => one.NetworkId == network.Id)!;
        run.Networks.Remove(gone);
        List<string> changing = [gone.NetworkId];
        if (gone.Endpoint.Ports.Count > 0 && PublishElsewhere(run) is { } next) changing.Add(next.NetworkId);
        foreach (var id in changing) upkeep.Update(id, record.Id, static endpoint => endpoint with { IsChanging = true });
        run.Write(paths, record.Id);
        Settle(upkeep, links, run, [(gone.NetworkId, gone.Endpoint)], changing);
    }

    /// <summary>Finishes what somebody was killed at: what the container's list has is made so, what it has not goes.</summary>
    /// <returns>Ids of the networks that it was taken off.</returns>
    internal IReadOnlyCollection<string> Finish()
    {
        if (NetworkHandover.IsAwaited(paths, record.Id)) _handover.Await();
        var changing = new EndpointStore(paths).Changing().FindAll(one => one.Endpoint.ContainerId == record.Id);
        if (changing.Count == 0) return [];
        using var host = NetlinkSocket.Open();
        var upkeep = new NetworkUpkeep(paths, host);
        using var links = new ContainerLinks(host, monitor.InitPid, NetworkNamespace.VisitByThread);
        var run = RunNetworks.Read(paths, record.Id);
        var unlisted = changing.FindAll(one => !run.Networks.Exists(listed => listed.NetworkId == one.Network));
        Settle(upkeep, links, run, unlisted, [.. changing.Select(static one => one.Network)]);
        return [.. unlisted.Select(static one => one.Network)];
    }

    // The list says how it is to be; from here on each step may be done once more.
    private void Settle(NetworkUpkeep upkeep, ContainerLinks links, RunNetworks run, IReadOnlyList<(string Network, EndpointRecord Endpoint)> unlisted, IReadOnlyList<string> changing)
    {
        run = MovePorts(upkeep, run, unlisted, changing);
        foreach (var (_, endpoint) in unlisted) links.Remove(endpoint);
        links.SetGateways(run.Networks);
        foreach (var (network, _) in unlisted) upkeep.Release(network, record.Id);
        Tell(upkeep, run, changing);
    }

    // The rules that lead to an old address go before others lead to the new one, and before others may have the ports.
    private RunNetworks MovePorts(NetworkUpkeep upkeep, RunNetworks run, IReadOnlyList<(string Network, EndpointRecord Endpoint)> unlisted, IReadOnlyList<string> changing)
    {
        if (!run.HoldsPorts) return run;
        foreach (var (network, endpoint) in unlisted)
        {
            if (endpoint.Ports.Count == 0 && run.Publisher is not null) continue;
            upkeep.Update(network, record.Id, static one => one with { Ports = [] });
            _firewall.RemovePorts(endpoint with { Ports = run.Ports });
        }

        if (run.Publisher is not { } publisher) return _handover.LetPortsGo(run);
        if (changing.Contains(publisher.NetworkId) && _networks.Read(publisher.Network) is { } known && upkeep.Update(publisher.NetworkId, record.Id, one => one with { Ports = run.Ports }) is { } published)
            _firewall.Add([(known, published)]);
        return run;
    }

    // The last step: the container's files and its monitor.
    private void Tell(NetworkUpkeep upkeep, RunNetworks run, IReadOnlyList<string> changing)
    {
        ContainerFiles.Write(paths, record, run.Networks);
        try
        {
            _handover.Follow();
        }
        finally
        {
            foreach (var network in changing) upkeep.Update(network, record.Id, static endpoint => endpoint with { IsChanging = false });
        }
    }

    // The next network that can publishes the ports from now on.
    private RunNetwork? PublishElsewhere(RunNetworks run)
    {
        var next = run.Networks.Find(one => _networks.Read(one.Network) is { } network && PortSettings.CanPublish(network));
        if (next is not null) next.Endpoint = next.Endpoint with { Ports = run.Ports };
        return next;
    }

    // Nobody else's, either: a container may make devices of its own.
    private static string FreeInterface(RunNetworks run, ContainerLinks links)
    {
        for (var number = 0; ; number++)
        {
            var name = $"eth{number}";
            if (!run.Networks.Exists(network => network.Endpoint.Interface == name) && !links.Has(name)) return name;
        }
    }
}
