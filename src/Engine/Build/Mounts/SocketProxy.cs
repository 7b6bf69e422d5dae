using System.Net.Sockets;

namespace ContainerPS.Engine.Build;

/// <summary>A socket in a folder of this build's whose connections are passed on to an SSH agent: its owner and mode are the mount's, whoever owns the agent's.</summary>
internal sealed class SocketProxy : IDisposable
{
    private readonly Socket _listener;
    private readonly string _agent;
    private readonly string _path;
    private readonly Lock _gate = new();
    private readonly HashSet<Socket> _open = [];
    private bool _isDisposed;

    /// <param name="path">Where it listens.</param>
    /// <param name="agent">The agent's socket.</param>
    internal SocketProxy(string path, string agent)
    {
        (_path, _agent) = (path, agent);
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        new Thread(Accept) { IsBackground = true, Name = "ssh-agent" }.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            foreach (var socket in _open) socket.Dispose();
            _listener.Dispose();
        }

        File.Delete(_path);
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                var client = Keep(_listener.Accept());
                var agent = Keep(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified));
                try
                {
                    agent.Connect(new UnixDomainSocketEndPoint(_agent));
                }
                catch (SocketException)
                {
                    // The agent has gone: who asked sees a connection that closes.
                    Drop(client, agent);
                    continue;
                }

                new Thread(() => Pass(client, agent)) { IsBackground = true, Name = "ssh-agent" }.Start();
                new Thread(() => Pass(agent, client)) { IsBackground = true, Name = "ssh-agent" }.Start();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was disposed of.
        }
    }

    private void Pass(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = from.Receive(buffer)) > 0)
                for (var sent = 0; sent < count;) sent += to.Send(buffer.AsSpan(sent, count - sent));
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Drop(from, to);
        }
    }

    private Socket Keep(Socket socket)
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                socket.Dispose();
                throw new ObjectDisposedException(nameof(SocketProxy));
            }

            _open.Add(socket);
            return socket;
        }
    }

    private void Drop(Socket one, Socket other)
    {
        lock (_gate)
        {
            _open.Remove(one);
            _open.Remove(other);
        }

        one.Dispose();
        other.Dispose();
    }
}
