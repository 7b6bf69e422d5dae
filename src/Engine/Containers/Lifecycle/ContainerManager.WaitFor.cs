using System.Text.RegularExpressions;
using ContainerPS.Engine.Events;

namespace ContainerPS.Engine.Containers;

public sealed partial class ContainerManager
{
    // The kernel tells nobody of a socket that begins to listen: it has to be asked again.
    private static readonly TimeSpan s_portInterval = TimeSpan.FromMilliseconds(20);

    // Changes of health are told in the events log, unless there is no room for it.
    private static readonly TimeSpan s_healthInterval = TimeSpan.FromSeconds(5);

    /// <summary>Waits until a container's health checks find it healthy.</summary>
    /// <exception cref="InvalidContainerStateException">It has no health check, or has ended.</exception>
    public Container WaitHealthy(string id, CancellationToken cancellation)
    {
        var record = ReadRecord(id);
        if (HealthCheck.Of(record.Settings, record.ImageConfig) is null)
            throw new InvalidContainerStateException(record.Name, $"The container '{record.Name}' has no health check. Give it one when it is created (-HealthCommand).");
        return WaitUntil(record.Id, container => container.Health == ContainerHealth.Healthy, s_healthInterval, cancellation);
    }

    /// <summary>Waits until some program in a container's network listens on a TCP port.</summary>
    /// <param name="id">The container.</param>
    /// <param name="port">The port; null for each that it publishes or exposes.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="InvalidContainerStateException">It has ended, or no port was given and it has none.</exception>
    public Container WaitPort(string id, int? port, CancellationToken cancellation)
    {
        var record = ReadRecord(id);
        List<int> ports = port is { } one ? [one] : PortSettings.TcpPorts(record.Settings, record.ImageConfig);
        if (ports.Count == 0)
            throw new InvalidContainerStateException(record.Name, $"The container '{record.Name}' publishes and exposes no TCP port. Say which is meant (-Port).");
        return WaitUntil(record.Id, container => container.Pid is { } pid && ports.TrueForAll(known => ListeningPorts.Has(pid, known)), s_portInterval, cancellation);
    }

    /// <summary>Waits until a container writes a line that fits a pattern.</summary>
    /// <param name="id">The container.</param>
    /// <param name="pattern">The pattern, found anywhere in a line.</param>
    /// <param name="fromStart">True when a line that it has written already will do, too.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="InvalidContainerStateException">It has ended without such a line.</exception>
    public Container WaitLog(string id, Regex pattern, bool fromStart, CancellationToken cancellation)
    {
        foreach (var line in ReadLog(id, new LogOptions { Follow = true, Tail = fromStart ? null : 0 }, cancellation))
            if (pattern.IsMatch(line.Text)) return TryGet(id) ?? throw HasEnded(id, "after that", cancellation);
        throw HasEnded(id, $"without a line like '{pattern}'", cancellation);
    }

    private Container WaitUntil(string id, Func<Container, bool> holds, TimeSpan interval, CancellationToken cancellation)
    {
        using var events = EventReader.Open(_paths, fromEnd: true);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var container = TryGet(id);
            var runs = container is { State: ContainerState.Running or ContainerState.Paused or ContainerState.Restarting };
            if (runs && holds(container!)) return container!;

            // While there is a monitor it may be about to start it again.
            if (!runs && !_kernel.Read(id).IsMonitored) throw HasEnded(id, "before that", cancellation);
            events.Wait(runs ? interval : s_portInterval, cancellation);
            events.SkipToEnd();
        }
    }

    private Container? TryGet(string id)
    {
        try
        {
            return Get(id);
        }
        catch (ContainerNotFoundException)
        {
            // It was to be removed when it ended.
            return null;
        }
    }

    private InvalidContainerStateException HasEnded(string id, string what, CancellationToken cancellation)
    {
        try
        {
            // Its end may not be recorded yet.
            var container = Wait(id, cancellation);
            return new InvalidContainerStateException(container.Name, container.State == ContainerState.Created
                ? $"The container '{container.Name}' does not run. Start-Container {container.Name} starts it."
                : $"The container '{container.Name}' has ended{(container.ExitCode is { } code ? $" with exit code {code}" : "")} {what}. Get-ContainerLog {container.Name} shows what it has written.");
        }
        catch (ContainerNotFoundException)
        {
            return new InvalidContainerStateException(id, $"The container '{id}' has ended {what}, and was removed.");
        }
    }
}
