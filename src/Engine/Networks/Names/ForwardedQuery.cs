using System.Buffers.Binary;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// A client's query that resolvers outside are asked: one after the other, each as often as it is said, until one has answered. Kept and used again for other
/// queries, so that forwarding allocates nothing.
/// </summary>
internal abstract class ForwardedQuery
{
    private readonly byte[] _client = new byte[NameSocket.LongestAddress];
    private readonly int[] _order;
    private readonly bool[] _failed;
    private int _clientLength;
    private int _step;
    private ushort _clientId;
    private DnsQuery _query;

    // The message with its length before it, as streams want it.
    private byte[] _message = new byte[2 + DnsQuery.SmallestLimit];
    private int _length;

    protected ForwardedQuery(Forwarder owner)
    {
        Owner = owner;
        _order = new int[owner.Upstreams.Count];
        _failed = new bool[owner.Upstreams.Count];
    }

    /// <summary>The connection it came by, or null when it was a datagram.</summary>
    internal NameConnection? Connection { get; private set; }

    /// <summary>Where the datagram came from.</summary>
    internal ReadOnlySpan<byte> Client => _client.AsSpan(0, _clientLength);

    /// <summary>What was asked.</summary>
    internal ref readonly DnsQuery Query => ref _query;

    /// <summary>When the next resolver is asked.</summary>
    internal long Deadline { get; private set; }

    /// <summary>Its place among those in flight.</summary>
    internal int Place { get; set; }

    /// <summary>The resolver that was asked last.</summary>
    protected int Current { get; private set; }

    /// <summary>Who keeps it.</summary>
    protected Forwarder Owner { get; }

    /// <summary>The message as streams want it, with the id that the resolver was given.</summary>
    protected ReadOnlySpan<byte> StreamMessage => _message.AsSpan(0, 2 + _length);

    /// <summary>The message, with the id that the resolver was given.</summary>
    protected ReadOnlySpan<byte> Message => _message.AsSpan(2, _length);

    /// <summary>Takes a query and asks the first resolver.</summary>
    internal void Begin(ReadOnlySpan<byte> message, in DnsQuery query, NameConnection? connection, ReadOnlySpan<byte> client)
    {
        if (_message.Length < 2 + message.Length) _message = new byte[2 + DatagramBatch.LongestDatagram];
        message.CopyTo(_message.AsSpan(2));
        _length = message.Length;
        BinaryPrimitives.WriteUInt16BigEndian(_message, (ushort)_length);
        _clientId = BinaryPrimitives.ReadUInt16BigEndian(message);
        (_query, Connection) = (query, connection);
        client.CopyTo(_client);
        _clientLength = client.Length;
        _step = 0;
        Array.Clear(_failed);
        Owner.Upstreams.WriteOrder(_order, DeadlineTimer.Now);
        AskNext();
    }

    /// <summary>The resolver has been silent for too long.</summary>
    internal void Expire(long now)
    {
        Owner.Upstreams.WasSilent(Current, now);
        AskNext();
    }

    /// <summary>Copies the query as the client sent it: its length.</summary>
    internal int CopyQuery(Span<byte> buffer)
    {
        Message.CopyTo(buffer);
        WriteClientId(buffer);
        return _length;
    }

    /// <summary>Gives a message the client's own id.</summary>
    internal void WriteClientId(Span<byte> message) => BinaryPrimitives.WriteUInt16BigEndian(message, _clientId);

    /// <summary>Closes all sockets.</summary>
    internal abstract void Close();

    /// <summary>Asks a resolver. False when that is not possible.</summary>
    protected abstract bool Ask(int server);

    /// <summary>Gives the message another id.</summary>
    protected void WriteId(ushort id) => BinaryPrimitives.WriteUInt16BigEndian(_message.AsSpan(2), id);

    /// <summary>Notes that a resolver is not to be had; the next is asked when this one was waited for.</summary>
    protected void Fail(int server)
    {
        _failed[server] = true;
        if (server == Current) AskNext();
    }

    /// <summary>Looks at what came from a resolver. False when it is no answer to what was asked: it is as if it had not come.</summary>
    protected bool Take(int server, ushort id, Span<byte> answer)
    {
        if (answer.Length < DnsQuery.HeaderLength || BinaryPrimitives.ReadUInt16BigEndian(answer) != id || (answer[2] & 0xf8) != 0x80) return false;
        var code = answer[3] & 0x0f;
        var hasQuestion = BinaryPrimitives.ReadUInt16BigEndian(answer[4..]) == 1;
        if (hasQuestion ? !HasQuestion(answer) : code == ResponseCode.NOERROR) return false;
        Owner.Upstreams.HasAnswered(server);

        // One that cannot or does not want to know says nothing of what others know.
        if (hasQuestion && code is not (ResponseCode.SERVFAIL or ResponseCode.NOTIMP or ResponseCode.REFUSED)) Owner.Deliver(this, answer);
        else FailWith(server, answer, hasQuestion);
        return true;
    }

    private void FailWith(int server, Span<byte> answer, bool hasQuestion)
    {
        _failed[server] = true;
        if (server != Current) return;
        if (hasQuestion && !HasNext()) Owner.Deliver(this, answer);
        else AskNext();
    }

    private bool HasQuestion(ReadOnlySpan<byte> answer)
    {
        var end = _query.QuestionEnd;
        if (answer.Length < end) return false;
        var question = Message[DnsQuery.HeaderLength..end];
        var answered = answer[DnsQuery.HeaderLength..end];

        // Some resolvers change letters to lower case.
        return answered[^4..].SequenceEqual(question[^4..]) && DnsName.AreEqual(answered[..^4], question[..^4]);
    }

    private bool HasNext()
    {
        for (var step = _step; step < Owner.Attempts * _order.Length; step++)
        {
            if (!_failed[_order[step % _order.Length]]) return true;
        }

        return false;
    }

    private void AskNext()
    {
        while (_step < Owner.Attempts * _order.Length)
        {
            var server = _order[_step++ % _order.Length];
            if (_failed[server]) continue;
            if (Ask(server))
            {
                Current = server;
                Deadline = DeadlineTimer.Now + Owner.Timeout;
                Owner.Timer.Need(Deadline);
                return;
            }

            _failed[server] = true;
        }

        Owner.GiveUp(this);
    }
}
