using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>Passes TCP connections that reach the host's sockets on to the container.</summary>
internal sealed class TcpRelay : IDisposable
{
    // No descriptor was to be had; others may free some.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    private readonly EventLoop _loop;
    private readonly int _limit;
    private readonly PipePool _pipes = new();
    private readonly LinkedList<RelayConnection> _connections = [];
    private readonly List<(SafeFileHandle Socket, Action Ready)> _listeners = [];
    private readonly OneShotTimer _timer = new();
    private readonly Action<RelayConnection> _closed;
    private bool _isPaused;

    internal TcpRelay(EventLoop loop, int limit)
    {
        (_loop, _limit, _closed) = (loop, limit, Closed);
        _loop.Watch(_timer.File, Syscall.EPOLLIN, TimePassed);
    }

    /// <summary>How many connections there are.</summary>
    internal int Count => _connections.Count;

    /// <summary>Accepts connections from now on.</summary>
    /// <param name="listener">A socket that listens; not closed here.</param>
    /// <param name="target">Where the container is.</param>
    internal void Listen(SafeFileHandle listener, SocketAddress target)
    {
        _listeners.Add((listener, () => Accept(listener, target)));
        if (!_isPaused) _loop.Watch(listener, Syscall.EPOLLIN, _listeners[^1].Ready);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (socket, _) in _listeners) _loop.Forget(socket);
        _listeners.Clear();
        while (_connections.First is { } first) first.Value.Abort();
        _loop.Forget(_timer.File);
        _timer.Dispose();
        _pipes.Dispose();
    }

    private void Accept(SafeFileHandle listener, SocketAddress target)
    {
        if (_connections.Count >= _limit)
        {
            Pause();
            return;
        }

        var fd = SocketCalls.Accept(listener);
        if (fd == -LibC.EMFILE || fd == -LibC.ENFILE || fd == -LibC.ENOMEM || fd == -LibC.ENOBUFS)
        {
            Pause();
            _timer.Set(s_pause);
            return;
        }

        // The client has gone, or what had gone wrong with the connection is told (man 2 accept).
        if (fd < 0) return;
        Connect(new SafeFileHandle(fd, ownsHandle: true), target);
    }

    private void Connect(SafeFileHandle client, SocketAddress target)
    {
        var fd = SocketCalls.Make(target.Family, SocketCalls.SOCK_STREAM, SocketCalls.IPPROTO_TCP);
        var server = fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true);
        var result = server is null ? fd : SocketCalls.Connect(server, target);
        if (server is null || (result < 0 && result != -LibC.EINPROGRESS))
        {
            SocketCalls.SetResetOnClose(client);
            client.Dispose();
            server?.Dispose();
            return;
        }

        var connection = new RelayConnection(_loop, client, server, _pipes, _closed);
        connection.Place = _connections.AddLast(connection);
        connection.Begin();
    }

    private void Closed(RelayConnection connection)
    {
        _connections.Remove(connection.Place!);
        Resume();
    }

    private void TimePassed()
    {
        if (_timer.Take()) Resume();
    }

    private void Pause()
    {
        _isPaused = true;
        foreach (var (socket, _) in _listeners) _loop.Forget(socket);
    }

    private void Resume()
    {
        if (!_isPaused) return;
        _isPaused = false;
        foreach (var (socket, ready) in _listeners) _loop.Watch(socket, Syscall.EPOLLIN, ready);
    }
}
