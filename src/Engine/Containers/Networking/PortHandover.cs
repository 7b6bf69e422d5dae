using System.Text.Json;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Networks;
using ContainerPS.Engine.Runtime;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// Has the monitor of a running container take the container's ports of the host, or let them go, when the first network that publishes them is connected or the
/// last one disconnected. The shell says in <c>networks.json</c> what is to be, and waits at a socket until the monitor says that it is so, or why it cannot be.
/// The container's lock is held.
/// </summary>
/// <param name="paths">The store.</param>
/// <param name="record">The container.</param>
/// <param name="monitor">Its processes.</param>
internal sealed unsafe class PortHandover(StorePaths paths, ContainerRecord record, MonitorRecord monitor)
{
    // What a monitor does takes it some milliseconds.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly string _path = Path.Combine(paths.RunOf(record.Id), RunFiles.PortsSocket);

    /// <summary>Takes the ports.</summary>
    /// <returns>The container's networks, with its ports.</returns>
    /// <exception cref="ContainerEngineException">One is in use: nothing is taken.</exception>
    internal RunNetworks Take(RunNetworks run)
    {
        try
        {
            if (Ask(run with { HoldsPorts = true })) return RunNetworks.Read(paths, record.Id);
            throw new InvalidContainerStateException(record.Name, $"The container '{record.Name}' has just ended.");
        }
        catch
        {
            run.Write(paths, record.Id);
            MonitorNetworking.TellChange(monitor);
            throw;
        }
    }

    /// <summary>Lets the ports go: others can have them when this returns.</summary>
    internal void LetGo(RunNetworks run) => Ask(run with { HoldsPorts = false });

    /// <summary>In the monitor: tells the shell that waits, if one does.</summary>
    internal static void Answer(StorePaths paths, string id, StartFailure? failure)
    {
        var path = Path.Combine(paths.RunOf(id), RunFiles.PortsSocket);
        if (!File.Exists(path)) return;
        try
        {
            using var socket = UnixSocket.Connect(path, stream: false);
            ReadOnlySpan<byte> message = failure is null
                ? [(byte)MonitorMessage.Changed]
                : [(byte)MonitorMessage.Failed, .. JsonSerializer.SerializeToUtf8Bytes(failure, RecordJson.Fresh().StartFailure)];
            fixed (byte* p = message) _ = Syscall.send(socket.Number(), p, message.Length, Syscall.MSG_NOSIGNAL | Syscall.MSG_DONTWAIT);
        }
        catch (RuntimeStepException)
        {
            // The shell was killed, and has left its socket.
        }
    }

    // False when the container has ended: its monitor does nothing more for it, but waits for the lock that is held here.
    private bool Ask(RunNetworks run)
    {
        File.Delete(_path);
        using var listener = UnixSocket.Listen(_path);
        try
        {
            run.Write(paths, record.Id);
            MonitorNetworking.TellChange(monitor);
            return Receive(listener);
        }
        finally
        {
            File.Delete(_path);
        }
    }

    private bool Receive(SafeFileHandle listener)
    {
        using var init = ProcessIdentity.Open(monitor.InitPid, monitor.InitStartTime);
        if (init is null || !IsConnected(listener, init)) return false;
        using var socket = new SafeFileHandle(Syscall.accept(listener.Number()), ownsHandle: true);
        var buffer = new byte[16 * 1024];
        var length = 0;
        if (!socket.IsInvalid)
        {
            fixed (byte* p = buffer) length = (int)Syscall.recv(socket.Number(), p, buffer.Length, 0);
        }

        if (length > 1 && buffer[0] == (byte)MonitorMessage.Failed)
            throw MonitorLauncher.FailureOf(JsonSerializer.Deserialize(buffer.AsSpan(1, length - 1), RecordJson.Default.StartFailure)!, record.Name);
        return length > 0;
    }

    // False when the container ends first.
    private bool IsConnected(SafeFileHandle listener, SafeFileHandle init)
    {
        var fds = stackalloc Syscall.PollFd[2];
        fds[0] = new() { fd = listener.Number(), events = Syscall.POLLIN };
        fds[1] = new() { fd = init.Number(), events = Syscall.POLLIN };
        if (Polling.Wait(fds, 2, (int)s_patience.TotalMilliseconds) > 0) return fds[0].revents != 0;
        throw new ContainerEngineException("MonitorSilent", ErrorKind.Failed, $"The monitor of the container '{record.Name}' (process {monitor.MonitorPid}) does not answer. Restart-Container {record.Name} gives it another.", record.Name);
    }
}
