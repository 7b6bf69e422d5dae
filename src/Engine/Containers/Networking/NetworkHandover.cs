using System.Text.Json;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Networks;
using ContainerPS.Engine.Runtime;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// Has the monitor of a running container follow what a shell has changed of the container's networks: serve names, relay to another address, take the
/// container's ports of the host when the first network that publishes them is connected, or let them go with the last one. The shell says in
/// <c>networks.json</c> what is to be, listens at a socket, and waits there until the monitor says that it is so, or why it cannot be. The container's lock is held.
/// </summary>
/// <param name="paths">The store.</param>
/// <param name="record">The container.</param>
/// <param name="monitor">Its processes.</param>
internal sealed unsafe class NetworkHandover(StorePaths paths, ContainerRecord record, MonitorRecord monitor)
{
    // What a monitor does takes it some milliseconds. Without its answer about ports nothing can go on.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    // All else it does by itself, whether or not somebody waits: one of an older version, which answers about ports alone, is not waited for any longer.
    private static readonly TimeSpan s_shortPatience = TimeSpan.FromSeconds(2);

    private readonly string _path = PathOf(paths, record.Id);

    /// <summary>True when a shell waits for the monitor's answer. One that does not hold the container's lock was killed while it did.</summary>
    internal static bool IsAwaited(StorePaths paths, string id) => File.Exists(PathOf(paths, id));

    /// <summary>Takes the ports.</summary>
    /// <returns>The container's networks, with its ports.</returns>
    /// <exception cref="ContainerEngineException">One is in use: nothing is taken.</exception>
    internal RunNetworks TakePorts(RunNetworks run)
    {
        try
        {
            if (AskForPorts(run with { HoldsPorts = true })) return RunNetworks.Read(paths, record.Id);
            throw new InvalidContainerStateException(record.Name, $"The container '{record.Name}' has just ended.");
        }
        catch
        {
            run.Write(paths, record.Id);
            Await();
            throw;
        }
    }

    /// <summary>Lets the ports go: others can have them when this returns.</summary>
    /// <returns>The container's networks as they are then.</returns>
    internal RunNetworks LetPortsGo(RunNetworks run)
    {
        AskForPorts(run with { HoldsPorts = false });
        return RunNetworks.Read(paths, record.Id);
    }

    /// <summary>Has the monitor follow what the list says: it has when this returns, unless it is one of an older version.</summary>
    /// <exception cref="ContainerEngineException">It could not.</exception>
    internal void Follow()
    {
        if (Ask(s_shortPatience, out _, out var failure) && failure is not null)
            throw new ContainerEngineException("MonitorNotFollowing", ErrorKind.Failed, $"The networks of the container '{record.Name}' are as they were asked for, but its monitor (process {monitor.MonitorPid}) could not follow: {failure.Message} Restart-Container {record.Name} gives it another.", record.Name);
    }

    /// <summary>Waits for what the monitor may be doing just now, however that ends: it writes the list, too.</summary>
    internal void Await() => Ask(s_shortPatience, out _, out _);

    /// <summary>In the monitor: tells the shell that waits.</summary>
    internal static void Answer(StorePaths paths, string id, StartFailure? failure)
    {
        try
        {
            using var socket = UnixSocket.Connect(PathOf(paths, id), stream: false);
            ReadOnlySpan<byte> message = failure is null
                ? [(byte)MonitorMessage.Changed]
                : [(byte)MonitorMessage.Failed, .. JsonSerializer.SerializeToUtf8Bytes(failure, RecordJson.Fresh().StartFailure)];
            fixed (byte* p = message) _ = Syscall.send(socket.Number(), p, message.Length, Syscall.MSG_NOSIGNAL | Syscall.MSG_DONTWAIT);
        }
        catch (RuntimeStepException)
        {
            // The shell was killed, and has left its socket; or it does not wait any longer.
        }
    }

    private static string PathOf(StorePaths paths, string id) => Path.Combine(paths.RunOf(id), RunFiles.ChangeSocket);

    // False when the container has ended.
    private bool AskForPorts(RunNetworks run)
    {
        run.Write(paths, record.Id);
        if (!Ask(s_patience, out var hasEnded, out var failure) && !hasEnded)
            throw new ContainerEngineException("MonitorSilent", ErrorKind.Failed, $"The monitor of the container '{record.Name}' (process {monitor.MonitorPid}) does not answer. Restart-Container {record.Name} gives it another.", record.Name);
        return failure is null ? !hasEnded : throw MonitorLauncher.FailureOf(failure, record.Name);
    }

    // False when the container has ended, whose monitor does nothing more for it but waits for the lock that is held here, or when it is silent. The socket is
    // made after the list is written: where the monitor sees it, what it has read then is what it is asked for.
    private bool Ask(TimeSpan patience, out bool hasEnded, out StartFailure? failure)
    {
        File.Delete(_path);
        using var listener = UnixSocket.Listen(_path);
        try
        {
            MonitorNetworking.TellChange(monitor);
            return Receive(listener, patience, out hasEnded, out failure);
        }
        finally
        {
            File.Delete(_path);
        }
    }

    private bool Receive(SafeFileHandle listener, TimeSpan patience, out bool hasEnded, out StartFailure? failure)
    {
        failure = null;
        using var init = ProcessIdentity.Open(monitor.InitPid, monitor.InitStartTime);
        hasEnded = init is null;
        if (init is null || !IsConnected(listener, init, patience, out hasEnded)) return false;
        using var socket = new SafeFileHandle(Syscall.accept(listener.Number()), ownsHandle: true);
        var buffer = new byte[16 * 1024];
        var length = 0;
        if (!socket.IsInvalid)
        {
            fixed (byte* p = buffer) length = (int)Syscall.recv(socket.Number(), p, buffer.Length, 0);
        }

        if (length > 1 && buffer[0] == (byte)MonitorMessage.Failed) failure = JsonSerializer.Deserialize(buffer.AsSpan(1, length - 1), RecordJson.Default.StartFailure);
        hasEnded = length <= 0;
        return length > 0;
    }

    private static bool IsConnected(SafeFileHandle listener, SafeFileHandle init, TimeSpan patience, out bool hasEnded)
    {
        var fds = stackalloc Syscall.PollFd[2];
        fds[0] = new() { fd = listener.Number(), events = Syscall.POLLIN };
        fds[1] = new() { fd = init.Number(), events = Syscall.POLLIN };
        var isReady = Polling.Wait(fds, 2, (int)patience.TotalMilliseconds) > 0;
        hasEnded = isReady && fds[0].revents == 0;
        return isReady && !hasEnded;
    }
}
