using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Linux.Netlink;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Containers;

/// <summary>The networks of one run of a container, as its monitor makes them before the container's program begins, and takes them away after its end.</summary>
internal sealed class RunNetworking
{
    private readonly StorePaths _paths;
    private readonly ContainerRecord _record;

    // The monitor stays for long: what it knows of documents is garbage when this is done.
    private readonly NetworkJson _json = NetworkJson.Fresh();

    internal RunNetworking(StorePaths paths, ContainerRecord record) => (_paths, _record) = (paths, record);

    /// <summary>True when the container has a network namespace that devices are made in.</summary>
    internal bool IsNeeded => NetworkMode.HasNetworks(_record.Settings);

    /// <summary>Provides the files that are bound in the container; what depends on its networks is written into them when it has been put on these.</summary>
    internal void ProvideFiles()
    {
        if (!IsNeeded || !NetworkFiles.Exist(_paths.ContainerOf(_record.Id))) ContainerFiles.Write(_paths, _record, []);
    }

    /// <summary>Puts the container on its networks.</summary>
    /// <param name="pid">Its first process, which waits meanwhile.</param>
    internal void Attach(int pid)
    {
        try
        {
            using var host = NetlinkSocket.Open();
            var upkeep = new NetworkUpkeep(_paths, _json, host);
            using var links = new ContainerLinks(host, pid, NetworkNamespace.Visit);
            var run = new RunNetworks();
            foreach (var attachment in NetworkMode.Attachments(_record.Settings)) run.Networks.Add(Connect(upkeep, links, attachment, run.Networks.Count));
            links.SetGateways(run.Networks);
            ContainerFiles.Write(_paths, _record, run.Networks);
            run.Write(_paths, _record.Id, _json);
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>Takes the container off all networks that it is on by now.</summary>
    internal void Release()
    {
        if (!IsNeeded) return;
        using var host = NetlinkSocket.Open();
        var upkeep = new NetworkUpkeep(_paths, _json, host);

        // By the run folder's list and by the record: the first may not have been written yet.
        var store = new NetworkStore(_paths, _json);
        var ids = RunNetworks.Read(_paths, _record.Id, _json).Networks.Select(static network => network.NetworkId).ToHashSet(StringComparer.Ordinal);
        foreach (var attachment in NetworkMode.Attachments(_record.Settings))
            if (store.Read(attachment.Network) is { } network) ids.Add(network.Id);
        foreach (var id in ids) upkeep.Release(id, _record.Id);
    }

    private RunNetwork Connect(NetworkUpkeep upkeep, ContainerLinks links, NetworkAttachment attachment, int number)
    {
        var (network, endpoint) = upkeep.Claim(attachment.Network, new EndpointRequest
        {
            ContainerId = _record.Id,
            ContainerName = _record.Name,
            Attachment = attachment,
            Interface = $"eth{number}",
            MonitorPid = Environment.ProcessId,
            MonitorStartTime = ProcessIdentity.StartTime(Environment.ProcessId) ?? 0,
        });
        links.Add(network, endpoint);
        return new RunNetwork { NetworkId = network.Id, Network = network.Name, Driver = network.Driver, Endpoint = endpoint, Gateways = ContainerLinks.GatewaysOf(network, endpoint) };
    }
}
