using System.Buffers.Binary;
using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// A container's name service: answers for the containers that it shares networks with, and asks resolvers outside for all other names. One thread, that of
/// the event loop; a query that is answered from the table costs three system calls and no memory.
/// </summary>
internal sealed class NameServer : IDisposable
{
    private const int LongestMessage = 65535;
    private const int Forward = -1;
    private const int Nothing = 0;

    private static readonly TimeSpan s_idleFor = TimeSpan.FromSeconds(10);

    private readonly EventLoop _events;
    private readonly NameServerSockets _sockets;
    private readonly INameTable _names;
    private readonly UpstreamOptions _upstreams;
    private readonly DatagramBatch _batch = new();
    private readonly DeadlineTimer _timer;
    private readonly Forwarder _forwarder;
    private readonly NameConnections _connections;

    // A message with its length before it: what connections get, and what resolvers answer. Memory that nobody has written to is not there yet.
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(2 + LongestMessage);
    private uint _rotation;

    /// <summary>Begins to serve.</summary>
    /// <param name="events">The loop of the thread that serves.</param>
    /// <param name="sockets">Where, in the container's network namespace. Closed with this.</param>
    /// <param name="names">The names that are answered.</param>
    /// <param name="upstreams">The resolvers for other names.</param>
    /// <param name="idleFor">How long a connection stays on which nothing happens; null for ten seconds.</param>
    internal NameServer(EventLoop events, NameServerSockets sockets, INameTable names, UpstreamOptions upstreams, TimeSpan? idleFor = null)
    {
        (_events, _sockets, _names, _upstreams) = (events, sockets, names, upstreams);
        _timer = new DeadlineTimer(events, Expire);
        _forwarder = new Forwarder(events, _timer, upstreams, _buffer, Deliver);
        _connections = new NameConnections(events, _timer, sockets.Tcp, ReceiveFromStream, idleFor ?? s_idleFor);
        events.Watch(sockets.Udp, Syscall.EPOLLIN, ReceiveDatagrams);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _events.Forget(_sockets.Udp);
        _connections.Dispose();
        _forwarder.Dispose();
        _timer.Dispose();
        _batch.Dispose();
        _sockets.Dispose();
    }

    private void ReceiveDatagrams()
    {
        var count = _batch.Receive(_sockets.Udp.Number());
        for (var i = 0; i < count; i++)
        {
            var buffer = _batch.Buffer(i);
            var length = _batch.Length(i);
            var answer = Answer(buffer, length, isStream: false, out var query);
            if (answer == Forward)
            {
                if (_forwarder.TryForward(buffer[..length], query, null, _batch.Sender(i))) continue;
                answer = DnsReply.Write(buffer, query, ResponseCode.SERVFAIL);
            }

            if (answer != Nothing) _batch.Answer(i, answer);
        }

        _batch.SendAnswers(_sockets.Udp.Number());
    }

    private void ReceiveFromStream(NameConnection connection, ReadOnlySpan<byte> message)
    {
        var buffer = _buffer.AsSpan(2);
        message.CopyTo(buffer);
        var answer = Answer(buffer, message.Length, isStream: true, out var query);
        if (answer == Forward)
        {
            connection.Expect();
            if (_forwarder.TryForward(message, query, connection, default)) return;
            connection.Finish(WithLength(DnsReply.Write(buffer, query, ResponseCode.SERVFAIL)));
        }
        else if (answer != Nothing)
        {
            connection.Send(WithLength(answer));
        }
    }

    // Makes the answer where the query is: its length, Forward or Nothing.
    private int Answer(Span<byte> buffer, int length, bool isStream, out DnsQuery query)
    {
        switch (DnsQuery.Read(buffer[..length], out query))
        {
            case QueryVerdict.Good: break;
            case QueryVerdict.Malformed: return DnsReply.Write(buffer, query, ResponseCode.FORMERR);
            case QueryVerdict.NotImplemented: return DnsReply.Write(buffer, query, ResponseCode.NOTIMP);
            case QueryVerdict.Refused: return DnsReply.Write(buffer, query, ResponseCode.REFUSED);
            case QueryVerdict.BadVersion: return DnsReply.Write(buffer, query, ResponseCode.BADVERS);
            default: return Nothing;
        }

        _names.Refresh();
        var isOurs = query.Class is RecordType.IN or RecordType.AnyClass;
        var answer = isOurs ? AnswerFromTable(buffer, query, isStream ? LongestMessage : Math.Min(query.UdpLimit, DatagramBatch.LongestDatagram)) : Forward;
        if (answer != Forward) return answer;

        // From its own namespace the container could ask them itself: an internal network keeps it from whom it is to be kept from.
        if (_forwarder.Upstreams.Count == 0 || (!_names.MayForward && _upstreams.From is null)) return DnsReply.Write(buffer, query, ResponseCode.SERVFAIL);
        if (_upstreams.KeepSingleLabels && query.Type is RecordType.A or RecordType.AAAA && DnsName.HasOneLabel(query.Name(buffer)))
            return DnsReply.Write(buffer, query, ResponseCode.NXDOMAIN);
        return Forward;
    }

    // A name of ours is never asked outside, whatever is asked of it.
    private int AnswerFromTable(Span<byte> buffer, in DnsQuery query, int limit)
    {
        Span<byte> lower = stackalloc byte[DnsName.Longest];
        var name = DnsName.Lower(query.Name(buffer), lower);
        if (_names.Find(name) is { } addresses) return DnsReply.WriteAddresses(buffer, query, limit, addresses, _rotation++);

        Span<byte> bytes = stackalloc byte[16];
        var address = ReverseName.Address(name, bytes);
        if (address.IsEmpty || _names.NameOf(address) is not { } owner) return Forward;
        return query.Type is RecordType.PTR or RecordType.ANY
            ? DnsReply.WriteName(buffer, query, limit, owner)
            : DnsReply.Write(buffer, query, ResponseCode.NOERROR);
    }

    // What a resolver has answered goes to the client as it is, but for what is longer than the client takes.
    private void Deliver(ForwardedQuery query, int length)
    {
        if (query.Connection is { } connection)
        {
            connection.Finish(WithLength(length));
            return;
        }

        var answer = _buffer.AsSpan(2);
        if (length > query.Query.UdpLimit)
        {
            var code = answer[3] & 0x0f;
            query.CopyQuery(answer);
            length = DnsReply.Write(answer, query.Query, code, isTruncated: true);
        }

        // As with other datagrams, one that finds no room is lost.
        _ = NameSocket.SendTo(_sockets.Udp.Number(), answer[..length], query.Client);
    }

    private ReadOnlySpan<byte> WithLength(int length)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_buffer, (ushort)length);
        return _buffer.AsSpan(0, 2 + length);
    }

    private void Expire(long now)
    {
        _forwarder.Expire(now);
        _connections.Expire(now);
    }
}
