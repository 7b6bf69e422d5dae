using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Runtime;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Containers;

/// <summary>The shells that are attached: the one that started the container, and those that connected to its socket since.</summary>
internal sealed class ClientList : IDisposable
{
    private readonly EventLoop _events;
    private readonly List<MonitorClient> _clients = [];
    private readonly Action _connect;
    private SafeFileHandle? _listener;
    private Action<MonitorClient>? _receive;
    private int _initPid;

    internal ClientList(EventLoop events)
    {
        _events = events;
        _connect = AcceptOne;
    }

    /// <summary>True while the shell that started the container has not read what it is sent.</summary>
    internal bool HoldBack => _clients.Exists(client => client.HoldsBack);

    /// <summary>True while anything waits to be sent.</summary>
    internal bool AreWaiting => _clients.Exists(client => client.IsWaiting);

    /// <summary>Adds the shell that starts the container.</summary>
    internal void Add(MonitorClient client)
    {
        client.Ready = () => Serve(client);
        _clients.Add(client);
    }

    /// <summary>Lets shells attach from now on.</summary>
    /// <param name="path">The socket's path.</param>
    /// <param name="initPid">What they are told.</param>
    /// <param name="receive">Called with a client that has sent something; receives at least one message.</param>
    internal void Listen(string path, int initPid, Action<MonitorClient> receive)
    {
        (_initPid, _receive) = (initPid, receive);
        _listener = UnixSocket.Listen(path);
        _events.Watch(_listener, Syscall.EPOLLIN, _connect);
    }

    /// <summary>Sends output to all.</summary>
    internal void SendOutput(ReadOnlySpan<byte> message)
    {
        foreach (var client in _clients) client.SendOutput(message);
    }

    /// <summary>Tells all that the container has ended, those as well that have just connected; nobody can connect any more.</summary>
    internal void SendExited(int exitCode)
    {
        if (_listener is not null)
        {
            while (Polling.WaitReadable(_listener, TimeSpan.Zero, CancellationToken.None)) AcceptOne();
            _events.Forget(_listener);
            _listener.Dispose();
            _listener = null;
        }

        foreach (var client in _clients) client.Send(MonitorMessage.Exited, exitCode);
    }

    /// <summary>Watches all for what is of use now, and lets go of those that have gone.</summary>
    /// <param name="wantsInput">False while nothing is to be received.</param>
    /// <returns>True when the container's input went with one of them.</returns>
    internal bool Watch(bool wantsInput)
    {
        var inputIsGone = false;
        for (var i = _clients.Count - 1; i >= 0; i--)
        {
            var client = _clients[i];
            var interest = (wantsInput ? Syscall.EPOLLIN : 0) | (client.IsWaiting ? Syscall.EPOLLOUT : 0);
            if (client.IsClosed)
            {
                inputIsGone |= client.IsInput;
                _events.Forget(client.Socket);
                client.Dispose();
                _clients.RemoveAt(i);
            }
            else if (interest == 0)
            {
                _events.Forget(client.Socket);
            }
            else
            {
                _events.Watch(client.Socket, interest, client.Ready!);
            }
        }

        return inputIsGone;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener?.Dispose();
        foreach (var client in _clients) client.Dispose();
    }

    private void AcceptOne()
    {
        var fd = Syscall.accept(_listener!.Number());
        if (fd < 0) return;
        var client = new MonitorClient(new SafeFileHandle(fd, ownsHandle: true), losesNothing: false, isInput: false);
        client.Send(MonitorMessage.Started, _initPid);
        Add(client);
    }

    private void Serve(MonitorClient client)
    {
        client.Flush();
        _receive?.Invoke(client);
    }
}
