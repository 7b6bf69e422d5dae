using System.Net;
using System.Net.Sockets;
using ContainerPS.Engine.Networks;
using static ContainerPS.Engine.Tests.Networks.Names.FakeResolver;
using static ContainerPS.Engine.Tests.Networks.Names.TestNames;

namespace ContainerPS.Engine.Tests.Networks.Names;

/// <summary>Names that are none of the table's, and the resolvers that are asked for them.</summary>
public class ForwardingTests
{
    private static readonly byte[] s_query = Packet.Query("wWw.Example.com", RecordType.A);

    [Fact]
    public void An_answer_comes_through_as_it_is()
    {
        byte[] sent = [];
        using var resolver = new FakeResolver(query => [sent = [.. Packet.Answer(query, 0, RecordType.A, [10, 9, 9, 1], [10, 9, 9, 2])]]);
        using var server = Server(resolver);
        var query = Packet.Query("wWw.Example.com", RecordType.A, id: 0xbeef, edns: 1232);
        var answer = server.Query(query);
        Assert.Equal([0xbe, 0xef, .. sent[2..]], answer);

        // The question went out in the client's letters and with its EDNS, under an id of ours.
        var (asked, _) = Assert.Single(resolver.Datagrams);
        Assert.Equal(query[2..], asked[2..]);
        Assert.Empty(resolver.Messages);
        Assert.Equal("10.9.9.1\n10.9.9.2\n", server.Dig("+short", "example.com"));
    }

    [Fact]
    public void Dig_is_told_that_a_name_does_not_exist()
    {
        using var resolver = new FakeResolver(WithCode(ResponseCode.NXDOMAIN));
        using var server = Server(resolver);
        Assert.Contains("status: NXDOMAIN", server.Dig("nowhere.example", "A"));
        Assert.Contains("status: NXDOMAIN", server.Dig("+tcp", "nowhere.example", "A"));
        Assert.Contains("status: NXDOMAIN", server.Dig("-x", "10.0.0.99"));
        Assert.Single(resolver.Messages);
    }

    [Fact]
    public void Each_query_has_a_port_and_an_id_of_its_own()
    {
        using var resolver = new FakeResolver(WithAddress(1));
        using var server = Server(resolver);
        for (var i = 0; i < 100; i++) server.Query(s_query);
        Assert.InRange(resolver.Datagrams.Select(asked => Packet.Count(asked.Query, 0)).Distinct().Count(), 95, 100);
        Assert.InRange(resolver.Datagrams.Select(asked => asked.Client.Port).Distinct().Count(), 90, 100);
    }

    [Fact]
    public void Answers_to_something_else_are_not_believed()
    {
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        FakeResolver? resolver = null;
        IEnumerable<byte[]> Answers(byte[] query)
        {
            var bad = Packet.Answer(query, 0, RecordType.A, [6, 6, 6, 6]);
            stranger.SendTo(bad, resolver!.Datagrams.Last().Client);
            yield return Change(bad, 0, (byte)(bad[0] ^ 1)); // another id
            yield return Change(bad, 2, 0x01); // a query
            yield return Change(bad, 2, 0x91); // another kind of query
            yield return Change(bad, 13, (byte)'X'); // another name
            yield return Change(bad, Packet.QuestionEnd(bad) - 3, 28); // another type
            yield return Change(bad, Packet.QuestionEnd(bad) - 1, 3); // another class
            yield return Change(bad, 5, 0); // no question
            yield return Change(bad, 5, 2);
            yield return bad[..11];
            yield return bad[..20];
            yield return [];
            yield return Packet.Answer(query, 0, RecordType.A, [10, 9, 9, 1]);
        }

        using (resolver = new FakeResolver(Answers))
        {
            using var server = Server(resolver);
            Assert.Equal(new byte[] { 10, 9, 9, 1 }, server.Query(s_query)[^4..]);
        }
    }

    [Fact]
    public void An_answer_in_other_letters_is_one()
    {
        using var resolver = new FakeResolver(query =>
        {
            var answer = Packet.Answer(query, 0, RecordType.A, [10, 9, 9, 1]);
            DnsName.Lower(answer.AsSpan(12, 17), answer.AsSpan(12, 17));
            return [answer];
        });
        using var server = Server(resolver);
        Assert.Equal(new byte[] { 10, 9, 9, 1 }, server.Query(s_query)[^4..]);
    }

    [Fact]
    public void Who_is_silent_is_followed_by_the_next_and_then_asked_last()
    {
        using var silent = new FakeResolver(Silence);
        using var second = new FakeResolver(WithAddress(2));
        using var server = Server(100, silent, second);
        for (var i = 0; i < 10; i++) Assert.Equal(2, server.Query(s_query)[^1]);
        Assert.Equal(2, server.QueryByStream(s_query)[^1]);
        Assert.Equal(3, silent.Datagrams.Count);
        Assert.Empty(silent.Messages);
    }

    [Fact]
    public void Who_was_too_slow_is_still_listened_to()
    {
        using var slow = new FakeResolver(Silence);
        FakeResolver? second = null;
        IEnumerable<byte[]> AnswerInPlaceOfTheFirst(byte[] query)
        {
            var (asked, client) = slow.Datagrams.First();
            slow.Send(Packet.Answer(asked, 0, RecordType.A, [10, 9, 9, 1]), client);
            return [];
        }

        using (second = new FakeResolver(AnswerInPlaceOfTheFirst))
        {
            using var server = Server(200, slow, second);
            Assert.Equal(1, server.Query(s_query)[^1]);
        }
    }

    [Fact]
    public void Where_nobody_listens_the_next_is_asked_at_once()
    {
        var nobody = new IPEndPoint(IPAddress.Parse("127.77.0.1"), 1);
        using var second = new FakeResolver(WithAddress(2));
        using var server = new TestNameServer(Table(), new UpstreamOptions { Servers = [nobody, second.EndPoint], Timeout = TimeSpan.FromHours(1) });
        Assert.Equal(2, server.Query(s_query)[^1]);
        Assert.Equal(2, server.QueryByStream(s_query)[^1]);
        using var lonely = new TestNameServer(Table(), new UpstreamOptions { Servers = [nobody], Timeout = TimeSpan.FromHours(1) });
        AssertFailed(lonely.Query(s_query));
        AssertFailed(lonely.QueryByStream(s_query));
    }

    [Theory]
    [InlineData(ResponseCode.SERVFAIL)]
    [InlineData(ResponseCode.REFUSED)]
    [InlineData(ResponseCode.NOTIMP)]
    public void Who_cannot_tell_is_followed_by_the_next(int code)
    {
        using var first = new FakeResolver(WithCode(code));
        using var second = new FakeResolver(WithAddress(2));
        using var server = Server(3_600_000, first, second);
        Assert.Equal(2, server.Query(s_query)[^1]);
        Assert.Equal(2, server.QueryByStream(s_query)[^1]);

        // Each is asked once, and the last one's answer is the answer.
        using var alone = Server(3_600_000, first, first);
        Assert.Equal(code, alone.Query(s_query)[3] & Packet.Code);
        Assert.Equal(3, first.Datagrams.Count);
    }

    [Fact]
    public void Who_cannot_even_read_the_query_is_followed_by_the_next()
    {
        using var first = new FakeResolver(query => [[.. query[..2], 0x81, 0x81, 0, 0, 0, 0, 0, 0, 0, 0]]);
        using var second = new FakeResolver(WithAddress(2));
        using var server = Server(3_600_000, first, second);
        Assert.Equal(2, server.Query(s_query)[^1]);
        using var alone = Server(3_600_000, first);
        AssertFailed(alone.Query(s_query));
    }

    [Fact]
    public void When_all_are_silent_the_query_has_failed()
    {
        using var silent = new FakeResolver(Silence);
        using var other = new FakeResolver(Silence);
        using var server = Server(50, silent, other);
        AssertFailed(server.Query(s_query));
        Assert.Equal((2, 2), (silent.Datagrams.Count, other.Datagrams.Count));
        Assert.Single(silent.Datagrams.Select(asked => asked.Client).Distinct());
        AssertFailed(server.QueryByStream(s_query));
        Assert.Equal(1, Packet.Count(server.Query(Packet.Query("example.com", RecordType.A, edns: 1232)), 10));
    }

    [Fact]
    public void Resolvers_take_turns()
    {
        using var first = new FakeResolver(WithAddress(1));
        using var second = new FakeResolver(WithAddress(2));
        using var server = new TestNameServer(Table(), new UpstreamOptions { Servers = [first.EndPoint, second.EndPoint], Rotate = true });
        Assert.Equal([1, 2, 1, 2], Enumerable.Range(0, 4).Select(_ => (int)server.Query(s_query)[^1]));
        using var inOrder = Server(first, second);
        Assert.Equal([1, 1], Enumerable.Range(0, 2).Select(_ => (int)inOrder.Query(s_query)[^1]));
    }

    [Fact]
    public void Resolvers_may_have_IPv6()
    {
        using var resolver = new FakeResolver(WithAddress(6), IPAddress.IPv6Loopback);
        using var server = Server(resolver);
        Assert.Equal(6, server.Query(s_query)[^1]);
        Assert.Equal(6, server.QueryByStream(s_query)[^1]);
    }

    [Fact]
    public void What_a_resolver_cut_is_asked_again_by_TCP_when_the_client_does()
    {
        // By UDP the resolver answers "truncated", by TCP with 100 addresses.
        FakeResolver? resolver = null;
        IEnumerable<byte[]> Answer(byte[] query) => resolver!.Messages.IsEmpty
            ? [Change(Packet.Answer(query, 0, RecordType.A), 2, 0x83)]
            : [Packet.Answer(query, 0, RecordType.A, [.. Enumerable.Range(0, 100).Select(i => new byte[] { 10, 9, 9, (byte)i })])];
        using (resolver = new FakeResolver(Answer))
        {
            using var server = Server(resolver);
            Assert.Equal(100, server.Dig("+short", "example.com", "A").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
            Assert.Equal((1, 1), (resolver.Datagrams.Count, resolver.Messages.Count));
        }
    }

    [Fact]
    public void No_answer_is_longer_than_the_client_takes()
    {
        using var resolver = new FakeResolver(query => [Packet.Answer(query, 3, RecordType.A, [.. Enumerable.Range(0, 60).Select(i => new byte[] { 10, 9, 9, (byte)i })])]);
        using var server = Server(resolver);
        var cut = server.Query(s_query);
        Assert.Equal(s_query.Length, cut.Length);
        Assert.Equal((0x02, 3, 0), (cut[2] & 0x02, cut[3] & Packet.Code, Packet.Count(cut, 6)));
        Assert.Equal(s_query[..2], cut[..2]);
        Assert.Equal(60, Packet.Count(server.Query(Packet.Query("wWw.Example.com", RecordType.A, edns: 1232)), 6));
        Assert.Equal(60, Packet.Count(server.QueryByStream(s_query), 6));
    }

    [Fact]
    public void Answers_of_64_KB_come_through_by_TCP()
    {
        byte[] sent = [];
        using var resolver = new FakeResolver(query => [sent = [.. Packet.Answer(query, 0, RecordType.A), .. new byte[65535 - query.Length]]]);
        using var server = Server(resolver);
        var answer = server.QueryByStream(s_query);
        Assert.Equal(65535, answer.Length);
        Assert.Equal(sent[2..], answer[2..]);
    }

    [Fact]
    public void An_internal_network_asks_nobody()
    {
        using var resolver = new FakeResolver(WithAddress(1));
        var mayForward = false;
        var stamp = 0L;
        var names = new EndpointNames(() => new NamedEndpoints([Endpoint("db", "10.0.0.2")], Volatile.Read(ref mayForward)), () => Volatile.Read(ref stamp));
        using var server = new TestNameServer(names, new UpstreamOptions { Servers = [resolver.EndPoint] });
        AssertFailed(server.Query(s_query));
        AssertFailed(server.QueryByStream(s_query));
        Assert.Equal(2, server.Query(Packet.Query("db", RecordType.A))[^1]);
        Assert.Empty(resolver.Datagrams);
        Assert.Empty(resolver.Messages);

        // Until it is connected to another.
        Volatile.Write(ref mayForward, true);
        Interlocked.Increment(ref stamp);
        Assert.True(SpinWait.SpinUntil(() => (server.Query(s_query)[3] & Packet.Code) == 0, TimeSpan.FromSeconds(60)));
        using var lonely = new TestNameServer(Table());
        AssertFailed(lonely.Query(s_query));
    }

    [Fact]
    public void Names_of_one_label_stay_when_that_is_wanted()
    {
        using var resolver = new FakeResolver(WithAddress(1));
        using var server = new TestNameServer(Table(Endpoint("db", "10.0.0.2")), new UpstreamOptions { Servers = [resolver.EndPoint], KeepSingleLabels = true });
        Assert.Equal(ResponseCode.NXDOMAIN, server.Query(Packet.Query("nosuch", RecordType.A))[3] & Packet.Code);
        Assert.Equal(ResponseCode.NXDOMAIN, server.Query(Packet.Query("nosuch", RecordType.AAAA))[3] & Packet.Code);
        Assert.Equal(2, server.Query(Packet.Query("db", RecordType.A))[^1]);
        Assert.Empty(resolver.Datagrams);
        Assert.Equal(1, server.Query(s_query)[^1]);
        Assert.Equal(ResponseCode.NOERROR, server.Query(Packet.Query("com", 2 /* NS */))[3] & Packet.Code);
    }

    [Fact]
    public void Queries_in_flight_are_bounded_and_names_are_answered_all_the_same()
    {
        using var silent = new FakeResolver(Silence);
        using var server = new TestNameServer(Table(Endpoint("db", "10.0.0.2")), new UpstreamOptions { Servers = [silent.EndPoint], Timeout = TimeSpan.FromHours(1) });
        using var socket = server.Datagrams();
        var refused = 0;
        for (var i = 0; i < Forwarder.MostInFlight + 100; i++)
        {
            socket.Send(Packet.Query("example.com", RecordType.A, (ushort)i));
            socket.Send(Packet.Query("db", RecordType.A, (ushort)i));
            for (var answer = socket.ReceivePacket(); ; answer = socket.ReceivePacket())
            {
                if (answer[^1] == 2) break;
                AssertFailed(answer);
                refused++;
            }
        }

        Assert.Equal(100, refused);
        Assert.True(SpinWait.SpinUntil(() => silent.Datagrams.Count == Forwarder.MostInFlight, TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void Forwarding_costs_no_memory()
    {
        using var resolver = new FakeResolver(WithAddress(1));
        using var server = Server(resolver);
        using var socket = server.Datagrams();
        var buffer = new byte[512];
        void Ask(int count)
        {
            for (var i = 0; i < count; i++)
            {
                socket.Send(s_query);
                socket.Receive(buffer);
            }
        }

        Ask(100);
        var before = server.Allocated();
        Ask(5000);
        Assert.InRange(server.Allocated() - before, 0, 64 * 1024);
    }

    private static TestNameServer Server(params FakeResolver[] resolvers) => Server(60_000, resolvers);

    private static TestNameServer Server(int timeout, params FakeResolver[] resolvers) =>
        new(Table(), new UpstreamOptions { Servers = [.. resolvers.Select(resolver => resolver.EndPoint)], Timeout = TimeSpan.FromMilliseconds(timeout) });

    private static void AssertFailed(byte[] answer) => Assert.Equal((0x80, ResponseCode.SERVFAIL), (answer[2] & 0x80, answer[3] & Packet.Code));

    private static byte[] Change(byte[] packet, int place, byte value)
    {
        byte[] changed = [.. packet];
        changed[place] = value;
        return changed;
    }
}
