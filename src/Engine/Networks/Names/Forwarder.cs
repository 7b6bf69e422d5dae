using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>Asks resolvers outside what is none of our names.</summary>
internal sealed class Forwarder : IDisposable
{
    /// <summary>Queries in flight: no more sockets than that, times the resolvers, can a container make the monitor open.</summary>
    internal const int MostInFlight = 256;

    /// <summary>Of these, by TCP.</summary>
    internal const int MostStreams = 32;

    private readonly EventLoop _events;
    private readonly byte[] _buffer;
    private readonly Action<ForwardedQuery, int> _deliver;
    private readonly List<ForwardedQuery> _inFlight = [];
    private readonly Stack<ForwardedQuery> _datagrams = [];
    private readonly Stack<ForwardedQuery> _streams = [];
    private int _streamCount;

    /// <param name="events">What waits for answers.</param>
    /// <param name="timer">What watches the time.</param>
    /// <param name="options">The resolvers.</param>
    /// <param name="buffer">Where answers are put, behind two bytes for a length.</param>
    /// <param name="deliver">Called when a query has an answer in the buffer, with its length.</param>
    internal Forwarder(EventLoop events, DeadlineTimer timer, UpstreamOptions options, byte[] buffer, Action<ForwardedQuery, int> deliver)
    {
        (_events, Timer, _buffer, _deliver) = (events, timer, buffer, deliver);
        Upstreams = new UpstreamList(options);
        Sockets = new ResolverSockets(options.From);
        Attempts = Math.Max(1, options.Attempts);
        Timeout = Math.Max(1, (long)options.Timeout.TotalMilliseconds);
    }

    /// <summary>The resolvers.</summary>
    internal UpstreamList Upstreams { get; }

    /// <summary>What makes the sockets to ask them by.</summary>
    internal ResolverSockets Sockets { get; }

    /// <summary>How often each is asked.</summary>
    internal int Attempts { get; }

    /// <summary>How long each is waited for, in milliseconds.</summary>
    internal long Timeout { get; }

    /// <summary>What watches the time.</summary>
    internal DeadlineTimer Timer { get; }

    /// <summary>Ids for queries.</summary>
    internal RandomIds Ids { get; } = new();

    /// <summary>Where answers are put.</summary>
    internal Span<byte> AnswerBuffer => _buffer.AsSpan(2);

    /// <summary>Forwards a query. False when there are too many of them.</summary>
    internal bool TryForward(ReadOnlySpan<byte> message, in DnsQuery query, NameConnection? connection, ReadOnlySpan<byte> client)
    {
        if (_inFlight.Count >= MostInFlight || (connection is not null && _streamCount >= MostStreams)) return false;
        if (!(connection is null ? _datagrams : _streams).TryPop(out var forwarded)) forwarded = connection is null ? new DatagramQuery(this) : new StreamQuery(this);
        if (connection is not null) _streamCount++;
        forwarded.Place = _inFlight.Count;
        _inFlight.Add(forwarded);
        forwarded.Begin(message, query, connection, client);
        return true;
    }

    /// <summary>Passes an answer, which is in the buffer, to the client.</summary>
    internal void Deliver(ForwardedQuery query, Span<byte> answer) => End(query, answer.Length);

    /// <summary>Tells the client that no resolver has an answer.</summary>
    internal void GiveUp(ForwardedQuery query)
    {
        query.CopyQuery(AnswerBuffer);
        End(query, DnsReply.Write(AnswerBuffer, query.Query, ResponseCode.SERVFAIL));
    }

    /// <summary>Asks further resolvers in place of those that have been silent for too long.</summary>
    internal void Expire(long now)
    {
        // From the end: one that ends has its place taken by the last, which was looked at.
        for (var i = _inFlight.Count - 1; i >= 0; i--)
        {
            if (i >= _inFlight.Count) continue;
            var query = _inFlight[i];
            if (query.Deadline <= now) query.Expire(now);
            else Timer.Need(query.Deadline);
        }
    }

    /// <summary>Watches a socket. False when the kernel does not want to.</summary>
    internal bool Watch(int socket, uint events, Action ready)
    {
        try
        {
            _events.Watch(socket, events, ready);
            return true;
        }
        catch (KernelException)
        {
            // Out of memory, or of what one user may watch: this query has to do without the resolver, the container goes on.
            return false;
        }
    }

    /// <summary>Watches a socket no longer; called before it is closed.</summary>
    internal void Forget(int socket) => _events.Forget(socket);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var query in _inFlight) query.Close();
        _inFlight.Clear();
        Sockets.Dispose();
    }

    private void End(ForwardedQuery query, int length)
    {
        query.Close();
        var last = _inFlight[^1];
        (_inFlight[query.Place], last.Place) = (last, query.Place);
        _inFlight.RemoveAt(_inFlight.Count - 1);
        query.WriteClientId(AnswerBuffer);
        _deliver(query, length);

        // Only now may it be used again: who was told needed to know whose query it was.
        if (query.Connection is not null) _streamCount--;
        (query.Connection is null ? _datagrams : _streams).Push(query);
    }
}
