using System.Buffers.Binary;
using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>A query that goes out by TCP (RFC 7766), as those do that came so: a connection for each, to one resolver at a time.</summary>
internal sealed class StreamQuery : ForwardedQuery
{
    private readonly Action _ready;
    private readonly byte[] _head = new byte[2];
    private int _socket = -1;
    private ushort _id;
    private int _sent;
    private int _received;
    private byte[]? _answer;

    internal StreamQuery(Forwarder owner)
        : base(owner) => _ready = Continue;

    /// <inheritdoc/>
    internal override void Close()
    {
        if (_socket < 0) return;
        Owner.Forget(_socket);
        NameSocket.Close(_socket);
        _socket = -1;
        _answer = null;
    }

    /// <inheritdoc/>
    protected override bool Ask(int server)
    {
        Close();
        var address = Owner.Upstreams.Addresses[server];
        var socket = Owner.Sockets.Make(address, NameSocket.SOCK_STREAM);
        if (socket < 0) return false;
        var result = NameSocket.Connect(socket, address);
        if ((result < 0 && result != -LibC.EINPROGRESS) || !Owner.Watch(socket, Syscall.EPOLLOUT, _ready))
        {
            NameSocket.Close(socket);
            return false;
        }

        _socket = socket;
        _id = Owner.Ids.Next();
        WriteId(_id);
        (_sent, _received) = (0, 0);
        return true;
    }

    private void Continue()
    {
        var isGood = _sent < StreamMessage.Length ? Send() : Receive();
        if (isGood) return;
        var server = Current;
        Close();
        Fail(server);
    }

    private bool Send()
    {
        if (_sent == 0 && NameSocket.TakeError(_socket) < 0) return false;
        var result = NameSocket.Send(_socket, StreamMessage[_sent..]);
        if (result < 0) return result == -LibC.EAGAIN || result == -LibC.EINTR;
        _sent += result;
        return _sent < StreamMessage.Length || Owner.Watch(_socket, Syscall.EPOLLIN, _ready);
    }

    private bool Receive()
    {
        var target = _answer is null ? _head.AsSpan(_received) : _answer.AsSpan(_received);
        var length = NameSocket.Receive(_socket, target);
        if (length <= 0) return length == -LibC.EAGAIN || length == -LibC.EINTR;
        _received += length;
        if (_answer is null)
        {
            if (_received < _head.Length) return true;
            (_answer, _received) = (new byte[BinaryPrimitives.ReadUInt16BigEndian(_head)], 0);
            return _answer.Length > 0;
        }

        if (_received < _answer.Length) return true;
        var answer = Owner.AnswerBuffer[.._answer.Length];
        _answer.CopyTo(answer);
        return Take(Current, _id, answer);
    }
}
