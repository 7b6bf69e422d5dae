using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Networks;

/// <summary>A client's TCP connection to a port of the host, and the one to the container that it is passed on by.</summary>
internal sealed class RelayConnection
{
    private readonly EventLoop _loop;
    private readonly SafeFileHandle _client;
    private readonly SafeFileHandle _server;
    private readonly RelayFlow _up;
    private readonly RelayFlow _down;
    private readonly Action<RelayConnection> _closed;
    private readonly Action _clientReady;
    private readonly Action _serverReady;
    private bool _isConnected;
    private bool _isClosed;

    /// <param name="loop">Who watches the sockets.</param>
    /// <param name="client">The client's connection; closed with this.</param>
    /// <param name="server">A socket that is being connected with the container; closed with this.</param>
    /// <param name="pipes">Where pipes are had.</param>
    /// <param name="closed">Called when both are closed.</param>
    internal RelayConnection(EventLoop loop, SafeFileHandle client, SafeFileHandle server, PipePool pipes, Action<RelayConnection> closed)
    {
        (_loop, _client, _server, _closed) = (loop, client, server, closed);
        _up = new RelayFlow(client, server, pipes);
        _down = new RelayFlow(server, client, pipes);
        (_clientReady, _serverReady) = (ClientReady, ServerReady);
        foreach (var socket in (ReadOnlySpan<SafeFileHandle>)[client, server])
        {
            // Pieces are passed on as they come; ends that have vanished are found out.
            _ = SocketCalls.SetOption(socket, SocketCalls.IPPROTO_TCP, SocketCalls.TCP_NODELAY, 1);
            _ = SocketCalls.SetOption(socket, SocketCalls.SOL_SOCKET, SocketCalls.SO_KEEPALIVE, 1);
        }
    }

    /// <summary>Its place among the others, to be taken out quickly.</summary>
    internal LinkedListNode<RelayConnection>? Place { get; set; }

    /// <summary>Waits for the container's answer.</summary>
    internal void Begin()
    {
        _loop.Watch(_server, Syscall.EPOLLOUT, _serverReady);

        // Only that the client has given up.
        _loop.Watch(_client, 0, _clientReady);
    }

    /// <summary>Closes both; what was not passed on is lost, and both ends are told so.</summary>
    internal void Abort()
    {
        if (_isClosed) return;
        SocketCalls.SetResetOnClose(_client);
        SocketCalls.SetResetOnClose(_server);
        Close();
    }

    private void ClientReady() => Ready(_client);

    private void ServerReady() => Ready(_server);

    private void Ready(SafeFileHandle socket)
    {
        if (!_isConnected)
        {
            // Refused or unreachable: the client's connection is reset, as it would have been without a relay.
            if (SocketCalls.TakeError(socket) != 0 || ReferenceEquals(socket, _client))
            {
                Abort();
                return;
            }

            _isConnected = true;
        }

        if (!_up.Move() || !_down.Move() || (Events(socket) == 0 && SocketCalls.TakeError(socket) != 0))
        {
            Abort();
            return;
        }

        if (_up.IsFinished && _down.IsFinished)
        {
            Close();
            return;
        }

        Watch(_client, _clientReady);
        Watch(_server, _serverReady);
    }

    private uint Events(SafeFileHandle socket)
    {
        var (reads, writes) = ReferenceEquals(socket, _client) ? (_up, _down) : (_down, _up);
        return (reads.WantsRead ? Syscall.EPOLLIN : 0) | (writes.WantsWrite ? Syscall.EPOLLOUT : 0);
    }

    // A socket with nothing to do is watched for a reset, but not once its writing side is shut: the other end's closing would be told again and again.
    private void Watch(SafeFileHandle socket, Action ready)
    {
        var events = Events(socket);
        if (events == 0 && (ReferenceEquals(socket, _client) ? _down : _up).IsFinished) _loop.Forget(socket);
        else _loop.Watch(socket, events, ready);
    }

    private void Close()
    {
        _isClosed = true;
        _loop.Forget(_client);
        _loop.Forget(_server);
        _up.Abandon();
        _down.Abandon();
        _client.Dispose();
        _server.Dispose();
        _closed(this);
    }
}
