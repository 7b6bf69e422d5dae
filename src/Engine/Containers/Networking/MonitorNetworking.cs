using System.Net;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Linux.Netlink;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// What a monitor does for the networks of its running container: it answers for names and relays what reaches its ports by loopback. When a shell has put the
/// container on another network, or taken it off one, it sends the monitor a signal (<see cref="ChangeSignal"/>), which looks at the run folder's list again.
/// A watch of that file would be one of the few that the kernel lets a user have (man 7 inotify).
/// </summary>
internal sealed class MonitorNetworking : IDisposable
{
    /// <summary>Says to a monitor that its container's networks have changed: SIGUSR1.</summary>
    internal const int ChangeSignal = 10;

    private readonly EventLoop _events;
    private readonly StorePaths _paths;
    private readonly MonitoredRun _run;
    private readonly RunNetworking _networking;
    private readonly FileStamps _list = new();
    private readonly FileStamps _files = new();
    private PortRelay? _relay;
    private NameServer? _names;
    private EndpointNames? _table;
    private StartFailure? _failure;
    private long _stamp;
    private (IPAddress?, IPAddress?) _targets;

    private MonitorNetworking(EventLoop events, StorePaths paths, MonitoredRun run)
    {
        (_events, _paths, _run, _networking) = (events, paths, run, run.Networking);
        _list.Watch([RunNetworks.PathOf(paths, run.Record.Id)]);
        Refresh();
    }

    /// <summary>Begins; null for a container that has no networks of its own.</summary>
    internal static MonitorNetworking? Begin(EventLoop events, StorePaths paths, MonitoredRun run) => run.Networking.IsNeeded ? new MonitorNetworking(events, paths, run) : null;

    /// <summary>Has a monitor look at its container's networks.</summary>
    internal static void TellChange(MonitorRecord monitor)
    {
        using var process = ProcessIdentity.Open(monitor.MonitorPid, monitor.MonitorStartTime);
        if (process is not null) ProcessIdentity.Signal(process, ChangeSignal);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _names?.Dispose();
        _relay?.Dispose();
        _networking.Dispose();
    }

    /// <summary>Follows what a shell has changed, and tells it so when it waits.</summary>
    internal void Look()
    {
        while (true)
        {
            if (_list.Current() != _stamp) TryRefresh();

            // Whoever waits has written the list before.
            var isAwaited = NetworkHandover.IsAwaited(_paths, _run.Record.Id);
            if (_list.Current() != _stamp) continue;
            if (isAwaited) NetworkHandover.Answer(_paths, _run.Record.Id, _failure);
            return;
        }
    }

    // The container is kept whatever becomes of its names and ports: the next change is another try.
    private void TryRefresh()
    {
        _failure = null;
        try
        {
            Refresh();
        }
        catch (Exception e) when (e is ContainerEngineException or IOException or UnauthorizedAccessException)
        {
            _failure = FailureOf(e);
        }
    }

    private void Refresh()
    {
        _stamp = _list.Current();
        var run = RunNetworks.Read(_paths, _run.Record.Id);
        if (run.HoldsPorts != _networking.Ports is not null) run = HoldPorts(run);
        WatchFiles(run);
        ServeNames(run);
        Relay(run);
    }

    // The shell that has asked for it holds the container's lock, and waits: nobody else writes the list.
    private RunNetworks HoldPorts(RunNetworks run)
    {
        _relay?.Stop();
        _targets = default;
        try
        {
            if (run.HoldsPorts) _networking.TakePorts();
            else _networking.ReleasePorts();
            run = run with { Ports = _networking.PublishedPorts() };
            run.Write(_paths, _run.Record.Id);
            _stamp = _list.Current();
        }
        catch (Exception e) when (e is ContainerEngineException or IOException or UnauthorizedAccessException)
        {
            _failure = FailureOf(e);
        }

        return run;
    }

    private static StartFailure FailureOf(Exception e)
    {
        var known = e as ContainerEngineException;
        return new StartFailure { ErrorId = known?.ErrorId ?? "NetworksNotChanged", Kind = known?.Kind, Message = e.Message };
    }

    // What names come from.
    private void WatchFiles(RunNetworks run) =>
        _files.Watch([RunNetworks.PathOf(_paths, _run.Record.Id), .. run.Networks.Select(network => EndpointStore.PathOf(_paths, network.NetworkId))]);

    private void ServeNames(RunNetworks run)
    {
        _table?.Expire();
        if (_names is not null) return;
        var servers = _networking.Names is { Upstream: not null } known ? known : NameServers.Of(_paths, _run.Record.Settings, [.. run.Networks.Select(static network => network.Network)]);
        if (_networking.Sockets is null)
        {
            // Put on a network with names while it runs.
            if (servers.Upstream is null) return;
            using var host = NetlinkSocket.Open();
            using var links = new ContainerLinks(host, _run.Init.Pid, NetworkNamespace.Visit);
            _networking.OpenSockets(links);
        }

        var sockets = _networking.Sockets!;
        _networking.Sockets = null;
        _table = new EndpointNames(LoadNames, _files.Current);
        _names = new NameServer(_events, sockets, _table, servers.ToUpstreams(sockets.Namespace));
    }

    private void Relay(RunNetworks run)
    {
        if (_networking.Ports is null) return;
        var endpoint = run.Networks.Find(static network => network.Endpoint.Ports.Count > 0)?.Endpoint;
        var targets = (AddressOf(endpoint?.IPv4), AddressOf(endpoint?.IPv6));
        if (targets == _targets) return;
        _targets = targets;
        if (endpoint is null) _relay?.Stop();
        else (_relay ??= new PortRelay(_events, new RelayLimits())).Start(_networking.Ports, targets.Item1, targets.Item2);
    }

    private NamedEndpoints LoadNames()
    {
        var run = RunNetworks.Read(_paths, _run.Record.Id);
        WatchFiles(run);
        var endpoints = new EndpointStore(_paths);
        var named = new List<NamedEndpoint>();
        foreach (var network in run.Networks)
        {
            if (network.Network == NetworkNames.Bridge) continue;
            foreach (var endpoint in endpoints.Read(network.NetworkId).Endpoints)
                named.Add(new NamedEndpoint(network.Network, endpoint.ContainerId, endpoint.ContainerName, endpoint.Aliases, AddressOf(endpoint.IPv4), AddressOf(endpoint.IPv6)));
        }

        return new NamedEndpoints(named, run.Networks.Exists(static network => !network.IsInternal));
    }

    private static IPAddress? AddressOf(string? text) => text is null ? null : IPAddress.Parse(text);
}
