using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// Passes datagrams that reach the host's sockets on to the container. Each client has a socket of its own that is connected with the container, so that
/// answers find back; it is forgotten when neither has sent anything for a while, or when it has been silent for longest and there are too many.
/// </summary>
internal sealed unsafe class UdpRelay : IDisposable
{
    // Then others have their turn.
    private const int DatagramsAtOnce = 32;

    private readonly EventLoop _loop;
    private readonly int _limit;
    private readonly TimeSpan _timeout;
    private readonly DatagramBuffer _buffer = new();
    private readonly OneShotTimer _timer = new();
    private readonly List<Port> _ports = [];

    // The one that has been silent for longest first.
    private readonly LinkedList<Client> _clients = [];

    internal UdpRelay(EventLoop loop, int limit, TimeSpan timeout)
    {
        (_loop, _limit, _timeout) = (loop, limit, timeout);
        _loop.Watch(_timer.File, Syscall.EPOLLIN, TimePassed);
    }

    /// <summary>How many clients are remembered.</summary>
    internal int Count => _clients.Count;

    /// <summary>Passes datagrams on from now on.</summary>
    /// <param name="socket">A bound socket; not closed here.</param>
    /// <param name="isVersion6">True when it is one of IPv6.</param>
    /// <param name="target">Where the container is.</param>
    internal void Listen(SafeFileHandle socket, bool isVersion6, SocketAddress target)
    {
        DatagramBuffer.AskForLocal(socket, isVersion6);
        var port = new Port(socket, target);
        _ports.Add(port);
        _loop.Watch(socket, Syscall.EPOLLIN, () => FromClients(port));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_clients.First is { } first) Forget(first.Value);
        foreach (var port in _ports) _loop.Forget(port.Socket);
        _ports.Clear();
        _loop.Forget(_timer.File);
        _timer.Dispose();
        _buffer.Dispose();
    }

    private void FromClients(Port port)
    {
        for (var i = 0; i < DatagramsAtOnce; i++)
        {
            var length = _buffer.Receive(port.Socket, out var peer);

            // None is left, or an earlier answer did not arrive.
            if (length < 0) return;
            if (!port.Clients.TryGetValue(peer, out var client)) client = Add(port, peer);
            if (client is null) continue;
            Touch(client);

            // A datagram may be lost, as when nobody listens in the container.
            _ = Syscall.send(client.Socket.Number(), _buffer.Data, length, Syscall.MSG_DONTWAIT | Syscall.MSG_NOSIGNAL);
        }
    }

    private void FromContainer(Client client)
    {
        for (var i = 0; i < DatagramsAtOnce; i++)
        {
            var length = Syscall.recv(client.Socket.Number(), _buffer.Data, _buffer.Capacity, Syscall.MSG_DONTWAIT);
            if (length < 0) return;
            Touch(client);
            _ = _buffer.Send(client.Port.Socket, client.Peer, length);
        }
    }

    private Client? Add(Port port, in DatagramPeer peer)
    {
        if (_clients.Count >= _limit) Forget(_clients.First!.Value);
        var fd = SocketCalls.Make(port.Target.Family, SocketCalls.SOCK_DGRAM, SocketCalls.IPPROTO_UDP);
        if (fd < 0) return null;
        var socket = new SafeFileHandle(fd, ownsHandle: true);
        if (SocketCalls.Connect(socket, port.Target) < 0)
        {
            socket.Dispose();
            return null;
        }

        var client = new Client(port, peer, socket);
        client.Place = _clients.AddLast(client);
        port.Clients[peer] = client;
        _loop.Watch(socket, Syscall.EPOLLIN, () => FromContainer(client));
        if (_clients.Count == 1) _timer.Set(_timeout);
        return client;
    }

    private void Touch(Client client)
    {
        client.LastUsed = Environment.TickCount64;
        _clients.Remove(client.Place!);
        _clients.AddLast(client.Place!);
    }

    private void Forget(Client client)
    {
        _clients.Remove(client.Place!);
        client.Port.Clients.Remove(client.Peer);
        _loop.Forget(client.Socket);
        client.Socket.Dispose();
    }

    // No time is set while there is no client.
    private void TimePassed()
    {
        if (!_timer.Take()) return;
        var now = Environment.TickCount64;
        while (_clients.First is { } first)
        {
            var left = _timeout - TimeSpan.FromMilliseconds(now - first.Value.LastUsed);
            if (left > TimeSpan.Zero)
            {
                _timer.Set(left);
                return;
            }

            Forget(first.Value);
        }
    }

    private sealed class Port(SafeFileHandle socket, SocketAddress target)
    {
        internal SafeFileHandle Socket => socket;

        internal SocketAddress Target => target;

        internal Dictionary<DatagramPeer, Client> Clients { get; } = [];
    }

    private sealed class Client(Port port, DatagramPeer peer, SafeFileHandle socket)
    {
        internal Port Port => port;

        internal DatagramPeer Peer => peer;

        internal SafeFileHandle Socket => socket;

        internal LinkedListNode<Client>? Place { get; set; }

        internal long LastUsed { get; set; }
    }
}
