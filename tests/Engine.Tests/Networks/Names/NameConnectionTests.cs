using System.Net.Sockets;
using ContainerPS.Engine.Networks;
using static ContainerPS.Engine.Tests.Networks.Names.TestNames;

namespace ContainerPS.Engine.Tests.Networks.Names;

/// <summary>Clients that come by TCP.</summary>
public class NameConnectionTests
{
    private static readonly byte[] s_db = Packet.Query("db", RecordType.A);

    [Fact]
    public void Several_queries_come_by_one_connection()
    {
        using var resolver = new FakeResolver(FakeResolver.WithAddress(1));
        using var server = Server(resolver);
        using var socket = server.Connect();
        List<byte> all = [];
        for (var i = 0; i < 100; i++) all.AddRange(SocketMessages.WithLength(Packet.Query(i % 3 == 0 ? "example.com" : "db", RecordType.A, (ushort)i)));
        socket.Send(all.ToArray());
        var answers = Enumerable.Range(0, 100).Select(_ => socket.ReceiveMessage()!).ToDictionary(answer => Packet.Count(answer, 0), answer => (int)answer[^1]);
        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(i % 3 == 0 ? 1 : 2, answers[i]));
    }

    [Fact]
    public void A_query_may_come_byte_by_byte()
    {
        using var server = Server();
        using var socket = server.Connect();
        foreach (var part in SocketMessages.WithLength(s_db)) socket.Send([part]);
        Assert.Equal(2, socket.ReceiveMessage()![^1]);
    }

    [Fact]
    public void Who_sends_no_more_still_has_its_answers()
    {
        using var resolver = new FakeResolver(FakeResolver.WithAddress(1));
        using var server = Server(resolver);
        using var socket = server.Connect();
        socket.SendMessage(s_db);
        socket.SendMessage(Packet.Query("example.com", RecordType.A));
        socket.Shutdown(SocketShutdown.Send);
        Assert.Equal([1, 2], new[] { (int)socket.ReceiveMessage()![^1], socket.ReceiveMessage()![^1] }.Order());
        Assert.Null(socket.ReceiveMessage());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    [InlineData(DatagramBatch.LongestDatagram + 1)]
    [InlineData(65535)]
    public void What_cannot_be_a_query_ends_the_connection(int length)
    {
        using var server = Server();
        using var socket = server.Connect();
        socket.Send(Packet.Number((ushort)length));
        Assert.Null(socket.ReceiveMessage());
        Assert.Equal(2, server.QueryByStream(s_db)[^1]);
    }

    [Fact]
    public void Connections_are_bounded_and_the_next_comes_when_one_has_gone()
    {
        using var server = Server();
        var sockets = Enumerable.Range(0, NameConnections.Most).Select(_ => server.Connect()).ToList();
        foreach (var socket in sockets)
        {
            socket.SendMessage(s_db);
            Assert.Equal(2, socket.ReceiveMessage()![^1]);
        }

        using var next = server.Connect();
        next.SendMessage(s_db);
        Assert.Equal(2, server.Query(s_db)[^1]);
        Assert.Equal(0, next.Available);
        sockets[5].Dispose();
        Assert.Equal(2, next.ReceiveMessage()![^1]);
        foreach (var socket in sockets) socket.Dispose();
    }

    [Fact]
    public void An_idle_connection_is_closed()
    {
        using var server = new TestNameServer(Table(Endpoint("db", "10.0.0.2")), idleFor: TimeSpan.FromSeconds(2));
        using var socket = server.Connect();
        using var half = server.Connect();
        half.Send([0, 50, 1, 2, 3]);
        Assert.Null(socket.ReceiveMessage());
        Assert.Null(half.ReceiveMessage());
    }

    [Fact]
    public void Who_does_not_read_is_waited_for_and_harms_nobody()
    {
        var endpoints = Enumerable.Range(1, 250).Select(i => Endpoint($"c{i}", $"10.0.0.{i}", aliases: ["all"])).ToArray();
        using var server = new TestNameServer(Table(endpoints));
        using var socket = server.Connect();
        socket.Blocking = false;

        // Far more answers than any buffer holds: at some point no more queries are taken.
        var query = SocketMessages.WithLength(Packet.Query("all", RecordType.A));
        var sent = 0;
        var before = server.Allocated();
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                try
                {
                    while (true) sent += socket.Send(query.AsSpan(sent % query.Length));
                }
                catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
                {
                    server.Query(Packet.Query("c1", RecordType.A));
                    return !socket.Poll(200_000, SelectMode.SelectWrite);
                }
            },
            TimeSpan.FromSeconds(60)));
        Assert.InRange(server.Allocated() - before, 0, 1024 * 1024);

        // All that was asked is answered when it reads again, and in whole.
        socket.Blocking = true;
        for (var i = 0; i < sent / query.Length; i++) Assert.Equal(250, Packet.Count(socket.ReceiveMessage()!, 6));
    }

    [Fact]
    public void Who_goes_while_a_resolver_is_asked_is_forgotten()
    {
        using var silent = new FakeResolver(FakeResolver.Silence);
        using var server = new TestNameServer(Table(Endpoint("db", "10.0.0.2")), new UpstreamOptions { Servers = [silent.EndPoint], Timeout = TimeSpan.FromMilliseconds(100) });
        for (var i = 0; i < 3 * NameConnections.Most; i++)
        {
            using var socket = server.Connect();
            socket.SendMessage(Packet.Query("example.com", RecordType.A));
            socket.LingerState = new LingerOption(true, 0); // closed with a reset
        }

        Assert.Equal(2, server.QueryByStream(s_db)[^1]);
    }

    private static TestNameServer Server(FakeResolver? resolver = null) =>
        new(Table(Endpoint("db", "10.0.0.2")), new UpstreamOptions { Servers = resolver is null ? [] : [resolver.EndPoint] });
}
