using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Tests.Networks;

/// <summary>Traffic through the relay, in a namespace where servers on 127.0.0.1 and ::1 stand for the container.</summary>
public sealed class PortRelayTests : IDisposable
{
    private const int Inside = 80;
    private const int Published = 8080;

    private readonly NetworkNamespace _host = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("containerps-relay-").FullName;
    private readonly LoopThread _thread;
    private PortClaims? _claims;
    private PortRelay? _relay;

    public PortRelayTests()
    {
        _host.Shell("ip addr add 192.0.2.1/32 dev lo; ip addr add 192.0.2.2/32 dev lo; ip addr add 2001:db8::1/128 dev lo nodad; ip addr add 2001:db8::2/128 dev lo nodad");
        _thread = new LoopThread(_host);
    }

    public void Dispose()
    {
        if (_relay is not null) _thread.Run(_relay.Dispose);
        _claims?.Dispose();
        _thread.Dispose();
        _host.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Two_hundred_megabytes_arrive_whole_at_a_slow_reader_and_the_answer_comes_after_the_half_close()
    {
        const long Size = 200L << 20;
        Start("tcp");
        using var listener = Listen(receiveBuffer: 8 * 1024);
        byte[]? received = null;
        long count = 0;
        var server = new Thread(() =>
        {
            using var connection = listener.Accept();
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

            // Small pieces through a small window: the client must wait most of the time.
            var buffer = new byte[16 * 1024];
            int read;
            while ((read = connection.Receive(buffer)) > 0)
            {
                count += read;
                hash.AppendData(buffer, 0, read);
            }

            received = hash.GetHashAndReset();
            connection.Send(received);
            connection.Shutdown(SocketShutdown.Send);
        });
        server.Start();
        using var client = Connect("127.0.0.1");
        using var sent = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var random = new Random(6);
        var piece = new byte[1 << 20];
        for (long left = Size; left > 0; left -= piece.Length)
        {
            random.NextBytes(piece);
            sent.AppendData(piece);
            client.Send(piece);
        }

        client.Shutdown(SocketShutdown.Send);
        var answer = new byte[64];
        var length = 0;
        for (int read; (read = client.Receive(answer.AsSpan(length))) > 0;) length += read;
        server.Join();
        Assert.Equal(Size, count);
        Assert.Equal(sent.GetHashAndReset(), received);
        Assert.Equal(received, answer[..length]);
        Eventually(() => Count() == 0);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("192.0.2.2")]
    [InlineData("::1")]
    [InlineData("2001:db8::1")]
    public void Every_address_of_the_host_is_served_though_the_container_has_IPv4_alone(string address)
    {
        using var server = new TellingServer(_host, Inside);
        Start("tcp");
        Assert.Equal("127.0.0.1", _host.Ask("tcp", address, Published, NetworkLab.Long));
    }

    [Fact]
    public void Two_hundred_connections_at_once_are_kept_apart()
    {
        Start("tcp");
        using var listener = Listen();
        var server = new Thread(() => Echo(listener, 200));
        server.Start();
        Socket[] clients = [.. Enumerable.Range(0, 200).Select(i => Connect(i % 2 == 0 ? "127.0.0.1" : "::1"))];
        Eventually(() => Count() == 200);
        for (var i = 0; i < clients.Length; i++) clients[i].Send(BitConverter.GetBytes(i));
        for (var i = clients.Length - 1; i >= 0; i--)
        {
            var answer = new byte[4];
            for (var length = 0; length < 4;) length += Received(clients[i].Receive(answer.AsSpan(length)));
            Assert.Equal(i, BitConverter.ToInt32(answer));
        }

        foreach (var client in clients) client.Dispose();
        server.Join();
        Eventually(() => Count() == 0);
    }

    [Fact]
    public void A_port_where_nobody_listens_resets_the_client()
    {
        Start("tcp");
        using var client = Connect("127.0.0.1");
        var error = Assert.Throws<SocketException>(() => client.Receive(new byte[1]));
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
        Eventually(() => Count() == 0);
    }

    [Fact]
    public void A_reset_of_either_end_is_passed_on()
    {
        Start("tcp");
        using var listener = Listen();
        for (var end = 0; end < 2; end++)
        {
            using var client = Connect("127.0.0.1");
            using var server = listener.Accept();
            client.Send([1]);
            Assert.Equal(1, server.Receive(new byte[1]));
            var (resetting, other) = end == 0 ? (client, server) : (server, client);
            resetting.LingerState = new LingerOption(true, 0);
            resetting.Close();
            Assert.Equal(SocketError.ConnectionReset, Assert.Throws<SocketException>(() => other.Receive(new byte[1])).SocketErrorCode);
            Eventually(() => Count() == 0);
        }
    }

    [Fact]
    public void A_client_that_is_gone_while_its_bytes_wait_is_noticed()
    {
        Start("tcp");
        using var listener = Listen(receiveBuffer: 4096);
        var client = Connect("127.0.0.1");
        using var server = listener.Accept();
        client.Blocking = false;

        // Until nothing fits any more, anywhere on the way.
        while (client.Poll(TimeSpan.FromMilliseconds(500), SelectMode.SelectWrite)) client.Send(new byte[64 * 1024]);
        client.LingerState = new LingerOption(true, 0);
        client.Close();
        Eventually(() => Count() == 0);
    }

    [Fact]
    public void More_connections_than_the_limit_wait_until_one_ends()
    {
        Start("tcp", new RelayLimits { Connections = 2 });
        using var listener = Listen();
        Socket[] clients = [Connect("127.0.0.1"), Connect("127.0.0.1")];
        Socket[] servers = [listener.Accept(), listener.Accept()];
        using var third = Connect("127.0.0.1");
        third.Send([3]);
        Assert.False(listener.Poll(TimeSpan.FromMilliseconds(500), SelectMode.SelectRead));
        Assert.Equal(2, Count());
        clients[0].Dispose();
        servers[0].Dispose();
        servers[1].Dispose();
        using var served = listener.Accept();
        var got = new byte[1];
        Assert.Equal((1, 3), (served.Receive(got), got[0]));
        clients[1].Dispose();
    }

    [Fact]
    public void A_new_address_of_the_container_ends_connections_to_the_old_one()
    {
        using var first = new TellingServer(_host, Inside);
        Start("tcp");
        Assert.Equal("127.0.0.1", _host.Ask("tcp", "127.0.0.1", Published, NetworkLab.Long));
        using var waiting = Connect("127.0.0.1");
        _thread.Run(() => _relay!.Start(_claims!, null, IPAddress.IPv6Loopback));
        Assert.Equal("::1", _host.Ask("tcp", "127.0.0.1", Published, NetworkLab.Long));
        _thread.Run(_relay!.Stop);
        Assert.Equal(0, Count());
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("192.0.2.1", "127.0.0.1")]
    [InlineData("192.0.2.2", "127.0.0.1")]
    [InlineData("::1", "127.0.0.1")]
    [InlineData("2001:db8::1", "127.0.0.1")]
    [InlineData("2001:db8::2", "127.0.0.1")]
    public void Datagrams_are_answered_from_the_address_that_was_asked(string address, string seen)
    {
        using var server = new TellingServer(_host, Inside);
        Start("udp");

        // A connected socket takes answers from that address alone.
        Assert.Equal(seen, _host.Ask("udp", address, Published, NetworkLab.Long, from: address.Contains(':') ? "2001:db8::1" : "192.0.2.1"));
        Assert.Equal(1, Count());
    }

    [Fact]
    public void Datagrams_keep_their_bounds_and_clients_their_own()
    {
        Start("udp");
        using var server = _host.Run(() => Bound("127.0.0.1", Inside));
        Socket[] clients = [.. Enumerable.Range(0, 20).Select(_ => _host.Run(() => Bound("127.0.0.1", 0)))];
        foreach (var client in clients) client.Connect(IPAddress.Loopback, Published);
        var sizes = new[] { 0, 1, 1500, 9000, 65507 };
        foreach (var size in sizes)
        {
            for (var i = 0; i < clients.Length; i++)
            {
                var datagram = new byte[size];
                Array.Fill(datagram, (byte)i);
                clients[i].Send(datagram);
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                var buffer = new byte[65536];
                server.ReceiveTimeout = clients[i].ReceiveTimeout = 30000;
                var length = server.ReceiveFrom(buffer, ref from);
                server.SendTo(buffer.AsSpan(0, length), from);
                var answer = new byte[65536];
                Assert.Equal(datagram, answer[..clients[i].Receive(answer)]);
            }
        }

        Assert.Equal(20, Count());
        foreach (var client in clients) client.Dispose();
    }

    [Fact]
    public void Silent_clients_are_forgotten_and_there_are_never_too_many()
    {
        using var server = new TellingServer(_host, Inside);
        Start("udp", new RelayLimits { Clients = 3, ClientTimeout = TimeSpan.FromSeconds(2) });
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal("127.0.0.1", _host.Ask("udp", "127.0.0.1", Published, NetworkLab.Long));
            Assert.InRange(Count(), 1, 3);
        }

        Eventually(() => Count() == 0);
        Assert.Equal("127.0.0.1", _host.Ask("udp", "127.0.0.1", Published, NetworkLab.Long));
    }

    [Fact]
    public void Bytes_that_pass_allocate_nothing()
    {
        Start("tcp");
        using var listener = Listen();
        using var client = Connect("127.0.0.1");
        using var server = listener.Accept();
        Exchange(50);
        var before = _thread.Run(GC.GetAllocatedBytesForCurrentThread);
        var call = _thread.Run(GC.GetAllocatedBytesForCurrentThread) - before;
        before += call;
        Exchange(1000);
        Assert.InRange(_thread.Run(GC.GetAllocatedBytesForCurrentThread) - before, 0, 10 * Math.Max(1024, call));

        void Exchange(int times)
        {
            var bytes = new byte[1000];
            for (var i = 0; i < times; i++)
            {
                client.Send(bytes);
                for (var length = 0; length < bytes.Length;) length += Received(server.Receive(bytes, length, bytes.Length - length, SocketFlags.None));
                server.Send(bytes);
                for (var length = 0; length < bytes.Length;) length += Received(client.Receive(bytes, length, bytes.Length - length, SocketFlags.None));
            }
        }
    }

    private void Start(string protocol, RelayLimits? limits = null)
    {
        _claims = _host.Run(() => PortClaims.Claim([new PortBinding(Inside, protocol, "", Published, Published)], new StorePaths(_folder, _folder, "/none"), _ => null));
        _thread.Run(() =>
        {
            _relay = new PortRelay(_thread.Loop, limits ?? new RelayLimits());
            _relay.Start(_claims, IPAddress.Loopback, null);
        });
    }

    private int Count() => _thread.Run(() => _relay!.Count);

    private Socket Listen(int receiveBuffer = 0) => _host.Run(() =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (receiveBuffer > 0) socket.ReceiveBufferSize = receiveBuffer;
        socket.Bind(new IPEndPoint(IPAddress.Loopback, Inside));
        socket.Listen(256);
        return socket;
    });

    private Socket Connect(string address) => _host.Run(() =>
    {
        var ip = IPAddress.Parse(address);
        var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 60000 };
        socket.Connect(ip, Published);
        return socket;
    });

    private static Socket Bound(string address, int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), port));
        return socket;
    }

    private static int Received(int count) => count > 0 ? count : throw new EndOfStreamException();

    // Answers with what comes, on all connections, until all have ended.
    private static void Echo(Socket listener, int count)
    {
        var connections = new List<Socket>();
        while (connections.Count < count) connections.Add(listener.Accept());
        var buffer = new byte[64];
        while (connections.Count > 0)
        {
            var ready = new List<Socket>(connections);
            Socket.Select(ready, null, null, TimeSpan.FromSeconds(30));
            foreach (var connection in ready)
            {
                var read = connection.Receive(buffer);
                if (read > 0) connection.Send(buffer, read, SocketFlags.None);
                else
                {
                    connection.Dispose();
                    connections.Remove(connection);
                }
            }
        }
    }

    private static void Eventually(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(60)));
}
