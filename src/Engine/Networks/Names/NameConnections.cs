using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>The TCP connections of a container's programs to its name service: so many and no more; others wait until one has ended.</summary>
internal sealed class NameConnections : IDisposable
{
    /// <summary>Connections at a time.</summary>
    internal const int Most = 32;

    /// <summary>How long no connection is taken when the kernel has given none, in milliseconds.</summary>
    private const long RestAfterFailure = 1000;

    private readonly SafeFileHandle _listener;
    private readonly DeadlineTimer _timer;
    private readonly StreamQueryReceiver _receive;
    private readonly Action _accept;
    private readonly List<NameConnection> _connections = [];
    private long _restsUntil;
    private bool _isDisposed;

    /// <param name="events">What waits for them.</param>
    /// <param name="timer">What watches the time.</param>
    /// <param name="listener">Where they come.</param>
    /// <param name="receive">Answers queries.</param>
    /// <param name="idleFor">How long one stays on which nothing happens.</param>
    internal NameConnections(EventLoop events, DeadlineTimer timer, SafeFileHandle listener, StreamQueryReceiver receive, TimeSpan idleFor)
    {
        (Events, _timer, _listener, _receive, _accept) = (events, timer, listener, receive, Accept);
        IdleFor = (long)idleFor.TotalMilliseconds;
        events.Watch(listener, Syscall.EPOLLIN, _accept);
    }

    /// <summary>What waits for them.</summary>
    internal EventLoop Events { get; }

    /// <summary>How long one stays on which nothing happens, in milliseconds.</summary>
    internal long IdleFor { get; }

    /// <summary>Has a query answered.</summary>
    internal void Receive(NameConnection connection, ReadOnlySpan<byte> message) => _receive(connection, message);

    /// <summary>Forgets one that has been closed.</summary>
    internal void Remove(NameConnection connection)
    {
        _connections.Remove(connection);
        if (!_isDisposed && _restsUntil == 0) Listen();
    }

    /// <summary>Closes those that have been idle for too long.</summary>
    internal void Expire(long now)
    {
        for (var i = _connections.Count - 1; i >= 0; i--)
        {
            var connection = _connections[i];
            if (connection.Deadline <= now) connection.Expire(now);
            if (!connection.IsClosed) _timer.Need(connection.Deadline);
        }

        if (_restsUntil == 0) return;
        if (now < _restsUntil)
        {
            _timer.Need(_restsUntil);
            return;
        }

        _restsUntil = 0;
        if (_connections.Count < Most) Listen();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        Events.Forget(_listener);
        for (var i = _connections.Count - 1; i >= 0; i--) _connections[i].Close();
    }

    private void Accept()
    {
        var socket = NameSocket.Accept(_listener.Number());
        if (socket < 0)
        {
            if (socket == -LibC.EAGAIN || socket == -LibC.EINTR || socket == -LibC.ECONNABORTED) return;

            // No descriptors or no memory: asking again at once would be all that this thread does.
            Rest();
            return;
        }

        var connection = new NameConnection(this, socket);
        _connections.Add(connection);
        if (!connection.Begin())
        {
            connection.Close();
            return;
        }

        _timer.Need(connection.Deadline);
        if (_connections.Count >= Most) Events.Forget(_listener);
    }

    private void Listen()
    {
        try
        {
            Events.Watch(_listener, Syscall.EPOLLIN, _accept);
        }
        catch (KernelException)
        {
            // The same.
            Rest();
        }
    }

    private void Rest()
    {
        Events.Forget(_listener);
        _restsUntil = DeadlineTimer.Now + RestAfterFailure;
        _timer.Need(_restsUntil);
    }
}
