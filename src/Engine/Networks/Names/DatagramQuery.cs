using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// A query that goes out in datagrams. Each resolver gets it from a socket that was made for this query and is connected to it, with an id that was drawn for
/// it: who wants to answer in its place has to guess port and id. A resolver that was too slow may still answer while the next one is asked.
/// </summary>
internal sealed class DatagramQuery : ForwardedQuery
{
    /// <summary>Datagrams per turn that are no answer to what was asked.</summary>
    private const int MostStrayed = 8;

    private readonly int[] _sockets;
    private readonly ushort[] _ids;
    private readonly Action _ready;

    internal DatagramQuery(Forwarder owner)
        : base(owner)
    {
        _sockets = new int[owner.Upstreams.Count];
        _ids = new ushort[owner.Upstreams.Count];
        _ready = Receive;
        Array.Fill(_sockets, -1);
    }

    /// <inheritdoc/>
    internal override void Close()
    {
        for (var server = 0; server < _sockets.Length; server++) Close(server);
    }

    /// <inheritdoc/>
    protected override bool Ask(int server)
    {
        if (_sockets[server] < 0 && !Open(server)) return false;
        WriteId(_ids[server]);
        var result = NameSocket.Send(_sockets[server], Message);
        if (result >= 0 || result == -LibC.EAGAIN) return true;
        Close(server);
        return false;
    }

    private bool Open(int server)
    {
        var address = Owner.Upstreams.Addresses[server];
        var socket = Owner.Sockets.Make(address, NameSocket.SOCK_DGRAM);
        if (socket < 0) return false;
        if (NameSocket.Connect(socket, address) < 0 || !Owner.Watch(socket, Syscall.EPOLLIN, _ready))
        {
            NameSocket.Close(socket);
            return false;
        }

        _sockets[server] = socket;
        _ids[server] = Owner.Ids.Next();
        return true;
    }

    private void Receive()
    {
        for (var server = 0; server < _sockets.Length; server++)
        {
            if (_sockets[server] >= 0 && Receive(server)) return;
        }
    }

    // True when something has become of it: another query may be in this object's place by now.
    private bool Receive(int server)
    {
        for (var i = 0; i < MostStrayed; i++)
        {
            var length = NameSocket.Receive(_sockets[server], Owner.AnswerBuffer);
            if (length == -LibC.EAGAIN || length == -LibC.EINTR) return false;
            if (length < 0)
            {
                // Nobody listens there, or there is no way there.
                Close(server);
                Fail(server);
                return true;
            }

            if (Take(server, _ids[server], Owner.AnswerBuffer[..length])) return true;
        }

        return false;
    }

    private void Close(int server)
    {
        var socket = _sockets[server];
        if (socket < 0) return;
        _sockets[server] = -1;
        Owner.Forget(socket);
        NameSocket.Close(socket);
    }
}
