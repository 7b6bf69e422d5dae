using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ContainerPS.Engine.Networks;
using static ContainerPS.Engine.Tests.Networks.Names.TestNames;

namespace ContainerPS.Engine.Tests.Networks.Names;

/// <summary>The names of the table.</summary>
public class NameServerTests
{
    private const string Id = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

    [Fact]
    public void Dig_finds_names()
    {
        using var server = new TestNameServer(Table(Endpoint("db", "10.0.0.2", "fd00::2", id: Id, aliases: ["sql"]), Endpoint("old", "10.0.0.3")));
        foreach (var name in (string[])["db", "DB", "sql", "fedcba987654", "db.back", "Sql.Back"])
        {
            foreach (var transport in (string[])["+notcp", "+tcp"])
            {
                foreach (var edns in (string[])["+noedns", "+edns=0"])
                {
                    Assert.Equal("10.0.0.2\n", server.Dig("+short", transport, edns, name, "A"));
                    Assert.Equal("fd00::2\n", server.Dig("+short", transport, edns, name, "AAAA"));
                }
            }
        }

        Assert.Equal("10.0.0.2\nfd00::2\n", server.Dig("+short", "db", "ANY"));
    }

    [Fact]
    public void Dig_sees_all_of_an_answer()
    {
        using var server = new TestNameServer(Table(Endpoint("db", "10.0.0.2")));
        var text = server.Dig("+noedns", "+nostats", "+nocmd", "dB", "A");
        Assert.Contains("status: NOERROR", text);
        Assert.Contains("flags: qr rd ra; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 0", text);
        Assert.Contains(";dB.\t", text);
        Assert.Matches(@"dB\.\s+600\s+IN\s+A\s+10\.0\.0\.2\n", text);
        Assert.DoesNotContain("Warning", text);
        Assert.Contains("; EDNS: version: 0, flags: do; udp: 4096", server.Dig("+dnssec", "db", "A"));
        Assert.Contains("status: BADVERS", server.Dig("+edns=1", "+noednsneg", "db", "A"));
        Assert.Contains("status: NOTIMP", server.Dig("+opcode=status", "db", "A"));
        Assert.Equal(ResponseCode.REFUSED, server.Query(Packet.Query("db", RecordType.AXFR))[3] & Packet.Code);
    }

    [Fact]
    public void Dig_names_addresses()
    {
        using var server = new TestNameServer(Table(Endpoint("db", "10.0.0.2", "fd00::2", aliases: ["sql"])));
        Assert.Equal("db.back.\n", server.Dig("+short", "-x", "10.0.0.2"));
        Assert.Equal("db.back.\n", server.Dig("+short", "-x", "fd00::2"));
        Assert.Equal("db.back.\n", server.Dig("+short", "+tcp", "-x", "10.0.0.2"));
        Assert.Contains("status: NOERROR", server.Dig("2.0.0.10.in-addr.arpa", "TXT"));
    }

    [Fact]
    public void A_name_without_an_address_of_the_kind_has_an_empty_answer()
    {
        using var resolver = new FakeResolver(FakeResolver.WithCode(ResponseCode.NXDOMAIN));
        using var server = new TestNameServer(Table(Endpoint("db", "10.0.0.2")), new UpstreamOptions { Servers = [resolver.EndPoint] });
        foreach (var type in (string[])["AAAA", "MX", "TXT", "SRV", "HTTPS"])
        {
            var text = server.Dig("db", type);
            Assert.Contains("status: NOERROR", text);
            Assert.Contains("ANSWER: 0", text);
        }

        Assert.Empty(resolver.Datagrams);
    }

    [Fact]
    public void An_answer_that_is_too_long_is_cut_and_dig_comes_again_by_TCP()
    {
        var endpoints = Enumerable.Range(1, 200).Select(i => Endpoint($"c{i}", $"10.0.0.{i}", aliases: ["all"])).ToArray();
        using var server = new TestNameServer(Table(endpoints));
        var cut = server.Dig("+noedns", "+ignore", "all", "A");
        Assert.Contains("flags: qr tc rd ra;", cut);
        Assert.Matches("MSG SIZE  rcvd: (49[0-9]|50[0-9]|51[0-2])", cut);
        Assert.Matches("MSG SIZE  rcvd: (12[01][0-9]|122[0-9]|123[0-2])", server.Dig("+bufsize=1232", "+ignore", "all", "A"));
        Assert.Equal(200, server.Dig("+short", "all", "A").Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Count());
    }

    [Fact]
    public void Addresses_of_an_alias_take_turns()
    {
        using var server = new TestNameServer(Table(Endpoint("a", "10.0.0.1", aliases: ["web"]), Endpoint("b", "10.0.0.2", aliases: ["web"]), Endpoint("c", "10.0.0.3", aliases: ["web"])));
        var first = Enumerable.Range(0, 6).Select(_ => Packet.Records(server.Query(Packet.Query("web", RecordType.A)))[0][3]).ToArray();
        Assert.Equal(new byte[] { 1, 2, 3, 1, 2, 3 }, first);
    }

    [Fact]
    public void Follows_changes_within_a_tenth_of_a_second()
    {
        var (stamp, address) = (0L, 1);
        using var server = new TestNameServer(new EndpointNames(() => new NamedEndpoints([Endpoint("db", $"10.0.0.{Volatile.Read(ref address)}")], MayForward: true), () => Volatile.Read(ref stamp)));
        using var socket = server.Datagrams();
        for (var i = 1; i <= 20; i++)
        {
            Volatile.Write(ref address, i);
            Interlocked.Increment(ref stamp);
            var watch = Stopwatch.StartNew();
            while (true)
            {
                // An answer counts from when the query was sent: how long the machine takes to run either side does not matter.
                var sent = watch.ElapsedMilliseconds;
                socket.Send(Packet.Query("db", RecordType.A));
                if (Packet.Records(socket.ReceivePacket())[0][3] == i) break;
                Assert.InRange(sent, 0, 100);
            }
        }
    }

    [Fact]
    public void Queries_about_names_cost_no_memory()
    {
        using var server = new TestNameServer(Table(Endpoint("db", "10.0.0.2", "fd00::2", aliases: ["sql"])));
        byte[][] queries = [Packet.Query("db", RecordType.A), Packet.Query("SQL.back", RecordType.AAAA, edns: 1232), Packet.Query("2.0.0.10.in-addr.arpa", RecordType.PTR), Packet.Query("db", 15)];
        using var socket = server.Datagrams();
        var buffer = new byte[512];
        void Ask(int count)
        {
            const int window = 32;
            for (var i = 0; i < count; i += window)
            {
                for (var j = 0; j < window; j++) socket.Send(queries[j % queries.Length]);
                for (var j = 0; j < window; j++) socket.Receive(buffer);
            }
        }

        Ask(3200);
        var before = server.Allocated();
        Ask(100_000);
        Assert.InRange(server.Allocated() - before, 0, 64 * 1024);
    }

    [Fact]
    public void Serves_a_namespace_from_another_and_leaves_port_53_to_its_programs()
    {
        using var space = new NetworkNamespace();
        Assert.NotEqual(53, ServeNamespace(space, portOfProgram: 53));
    }

    [Fact]
    public void Serves_at_port_53_itself_where_queries_cannot_be_led_elsewhere()
    {
        // Somebody's table has the name of ours.
        using var space = new NetworkNamespace();
        space.Nft("add table ip containerps");
        Assert.Equal(53, ServeNamespace(space, portOfProgram: 54));
    }

    [Fact]
    public void Asks_resolvers_from_the_namespace_that_it_is_told_even_of_an_internal_network()
    {
        // Two of the same address, which is another one in each namespace.
        using var space = new NetworkNamespace();
        using var outer = new FakeResolver(FakeResolver.WithAddress(1));
        using var inner = space.Run(() => new FakeResolver(FakeResolver.WithAddress(7), port: outer.EndPoint.Port));
        var names = new EndpointNames(() => new NamedEndpoints([Endpoint("db", "10.0.0.2")], MayForward: false), () => 1);
        var sockets = space.Run(NameServerSockets.OpenInside);
        using var server = new TestNameServer(names, new UpstreamOptions { Servers = [outer.EndPoint], From = sockets.Namespace }, sockets);
        space.Run(() =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 60_000 };
            socket.Connect(NameServerSockets.Address);
            socket.Send(Packet.Query("example.com", RecordType.A));
            Assert.Equal(new byte[] { 10, 9, 9, 7 }, socket.ReceivePacket()[^4..]);
            using var connection = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 60_000 };
            connection.Connect(NameServerSockets.Address);
            connection.SendMessage(Packet.Query("example.com", RecordType.A));
            Assert.Equal(new byte[] { 10, 9, 9, 7 }, connection.ReceiveMessage()![^4..]);
        });
        Assert.Single(inner.Datagrams);
        Assert.Single(inner.Messages);
        Assert.Empty(outer.Datagrams);
        Assert.Empty(outer.Messages);

        // The thread is where it was.
        Assert.Equal(Namespace(), server.Ask(Namespace));

        static string? Namespace() => new FileInfo("/proc/thread-self/ns/net").LinkTarget;
    }

    // Asks for names by UDP and TCP in a namespace in which a program has a port at all addresses, too: the port at which the service really is.
    private static int ServeNamespace(NetworkNamespace space, int portOfProgram)
    {
        using var resolver = new FakeResolver(FakeResolver.WithAddress(7));
        var sockets = space.Run(NameServerSockets.OpenInside);
        using var server = new TestNameServer(Table(Endpoint("db", "10.0.0.2")), new UpstreamOptions { Servers = [resolver.EndPoint] }, sockets);
        space.Run(() =>
        {
            using var program = new UdpClient(portOfProgram);
            using var listener = new TcpListener(IPAddress.Any, portOfProgram);
            listener.Start();
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 60_000 };
            socket.Connect(NameServerSockets.Address);
            socket.Send(Packet.Query("db", RecordType.A));
            Assert.Equal("10.0.0.2", string.Join('.', Packet.Records(socket.ReceivePacket())[0]));
            socket.Send(Packet.Query("example.com", RecordType.A));
            Assert.Equal(new byte[] { 10, 9, 9, 7 }, socket.ReceivePacket()[^4..]);
            using var connection = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 60_000 };
            connection.Connect(NameServerSockets.Address);
            connection.SendMessage(Packet.Query("db", RecordType.A));
            Assert.Equal("10.0.0.2", string.Join('.', Packet.Records(connection.ReceiveMessage()!)[0]));

            // What is meant for the program is not the service's.
            using var asker = new UdpClient("127.0.0.1", portOfProgram);
            asker.Send("?"u8);
            program.Client.ReceiveTimeout = 60_000;
            var from = new IPEndPoint(IPAddress.Any, 0);
            Assert.Equal("?"u8.ToArray(), program.Receive(ref from));
        });
        return server.Port;
    }
}
