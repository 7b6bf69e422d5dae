using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Tests.Networks;

/// <summary>
/// Ports of the host, in a namespace of the test where all of them are free. While no other test starts a program: from fork to exec it would hold the
/// sockets that this process closes.
/// </summary>
[Collection("alone")]
public sealed class PortClaimsTests : IDisposable
{
    private readonly NetworkNamespace _host = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("containerps-ports-").FullName;

    public void Dispose()
    {
        _host.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_port_is_claimed_for_both_families_or_for_the_address_that_was_named()
    {
        using var claims = Claim(Binding(80, 8080), Binding(53, 8053, "udp"), new PortBinding(81, "tcp", "127.0.0.1", 8081, 8081), new PortBinding(82, "tcp", "::1", 8082, 8082));
        Assert.Equal(
            ["0.0.0.0:8080->80/tcp", "[::]:8080->80/tcp", "0.0.0.0:8053->53/udp", "[::]:8053->53/udp", "127.0.0.1:8081->81/tcp", "[::1]:8082->82/tcp"],
            claims.Ports.Select(port => port.Published.ToString()));
        Assert.DoesNotContain(claims.Ports, port => port.IsHeldByLock);
        claims.Dispose();

        // They are free again.
        Claim(Binding(80, 8080)).Dispose();
    }

    [Theory]
    [InlineData("tcp", "0.0.0.0")]
    [InlineData("tcp", "127.0.0.1")]
    [InlineData("tcp", "::")]
    [InlineData("tcp", "::1")]
    [InlineData("udp", "0.0.0.0")]
    [InlineData("udp", "127.0.0.1")]
    [InlineData("udp", "::1")]
    public void A_port_that_a_program_has_is_refused_and_the_program_named(string protocol, string address)
    {
        using var program = Listen(protocol, address, 8080);
        var error = Assert.Throws<PortInUseException>(() => Claim(Binding(80, 8080, protocol)));
        Assert.Equal(("PortInUse", ErrorKind.InUse), (error.ErrorId, error.Kind));
        Assert.Contains($"(process {Environment.ProcessId})", error.Message, StringComparison.Ordinal);
        Assert.Contains(File.ReadAllText("/proc/self/comm").Trim(), error.Message, StringComparison.Ordinal);
        Assert.Contains($":8080/{protocol}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("udp")]
    public void A_program_that_shares_its_port_does_not_share_it_with_us(string protocol)
    {
        using var program = Listen(protocol, "0.0.0.0", 8080, reuse: true);
        Assert.Throws<PortInUseException>(() => Claim(Binding(80, 8080, protocol)));
        program.Dispose();
        using var claims = Claim(Binding(80, 8080, protocol));
        Assert.Throws<SocketException>(() => Listen(protocol, "0.0.0.0", 8080, reuse: true));
        Assert.Throws<SocketException>(() => Listen(protocol, "::", 8080, reuse: true));
    }

    [Fact]
    public void Connections_of_an_earlier_run_do_not_stand_in_the_way()
    {
        for (var run = 0; run < 3; run++)
        {
            using var claims = Claim(Binding(80, 8080));
            using var client = _host.Run(() => Connect("127.0.0.1", 8080));

            // The server's side closes first, so that the kernel remembers the connection there (TIME_WAIT).
            using (var server = new Socket(new SafeSocketHandle(AcceptFirst(claims), true))) server.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, client.Receive(new byte[1]));
        }

        Assert.Contains("06", _host.Run(() => File.ReadAllLines("/proc/thread-self/net/tcp")).Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3]));
    }

    [Fact]
    public void A_container_is_named()
    {
        using var first = Claim(Binding(80, 8080));
        var error = Assert.Throws<PortInUseException>(() => _host.Run(() => PortClaims.Claim([Binding(80, 8080)], Paths, port => port.HostPort == 8080 ? "web" : null)));
        Assert.Equal("the container 'web'", error.User);
        Assert.Contains("'web'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Asked_for_twice_is_once_and_two_ports_on_one_are_refused()
    {
        Assert.Equal(2, CountAndFree(Claim(Binding(80, 8080), Binding(80, 8080))));
        var error = Assert.Throws<PortInUseException>(() => Claim(Binding(80, 8080), Binding(81, 8080)));
        Assert.Contains("another -Publish of this container", error.Message, StringComparison.Ordinal);

        // All of it is given back.
        Assert.Equal(2, CountAndFree(Claim(Binding(80, 8080))));
    }

    [Fact]
    public void Of_a_range_the_first_that_is_free_on_both_families_is_taken()
    {
        using var first = Listen("tcp", "0.0.0.0", 9000);
        using var second = Listen("tcp", "::1", 9001);
        using var claims = Claim(new PortBinding(80, "tcp", "", 9000, 9003));
        Assert.All(claims.Ports, port => Assert.Equal(9002, port.Published.HostPort));
        var error = Assert.Throws<PortInUseException>(() => Claim(new PortBinding(80, "tcp", "", 9000, 9002)));
        Assert.Contains("9000-9002/tcp", error.Message, StringComparison.Ordinal);

        // Who has no choice goes first, wherever it stands.
        using var both = Claim(new PortBinding(80, "tcp", "", 9100, 9101), Binding(81, 9100));
        Assert.Equal([9101, 9101, 9100, 9100], both.Ports.Select(port => port.Published.HostPort));
    }

    [Fact]
    public void A_random_port_is_free_on_both_families()
    {
        _host.Shell("echo 40000 40003 > /proc/sys/net/ipv4/ip_local_port_range");
        using var first = Listen("tcp", "::1", 40000);
        using var second = Listen("tcp", "::", 40001, onlyVersion6: true);
        using var third = Listen("tcp", "::1", 40003);
        using var claims = Claim(new PortBinding(80, "tcp", "", null, null));
        Assert.Equal([40002, 40002], claims.Ports.Select(port => port.Published.HostPort));
        var error = Assert.Throws<PortInUseException>(() => Claim(new PortBinding(81, "tcp", "", 0, 0)));
        Assert.Contains("40000-40003", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("udp")]
    [InlineData("sctp")]
    public void Four_processes_at_once_never_get_the_same_port(string protocol)
    {
        _host.Shell("echo 40000 40127 > /proc/sys/net/ipv4/ip_local_port_range");
        Process[] processes = [.. Enumerable.Range(0, 4).Select(_ => _host.Run(() => Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [typeof(PortClaimsTests).Assembly.Location, "claim", _folder, protocol, "24"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, Environment = { ["DOTNET_EnableDiagnostics"] = "0" },
        })!))];
        try
        {
            // Each waits for a line to begin, and holds its ports until there is no more.
            foreach (var process in processes) Assert.Equal("ready", process.StandardOutput.ReadLine());
            foreach (var process in processes) process.StandardInput.WriteLine();
            string[] ports = [.. processes.SelectMany(process => process.StandardOutput.ReadLine()!.Split(' '))];
            Assert.Equal(4 * 24, ports.Length);
            Assert.Equal(ports.Length, ports.Distinct().Count());
        }
        finally
        {
            foreach (var process in processes)
            {
                process.StandardInput.Close();
                process.WaitForExit();
                process.Dispose();
            }
        }
    }

    [Fact]
    public void Of_many_at_once_exactly_one_gets_a_port()
    {
        for (var round = 0; round < 20; round++)
        {
            var winners = new PortClaims?[6];
            using var start = new Barrier(winners.Length);
            Thread[] threads = [.. winners.Select((_, i) => new Thread(() => winners[i] = _host.Run(() =>
            {
                start.SignalAndWait();
                try
                {
                    return PortClaims.Claim([Binding(80, 8080)], Paths, _ => null);
                }
                catch (PortInUseException)
                {
                    return null;
                }
            })))];
            foreach (var thread in threads) thread.Start();
            foreach (var thread in threads) thread.Join();

            // One who has the first family may lose the other to nobody: at most one, and here all ask for the families in one order.
            Assert.Single(winners, winner => winner is not null);
            foreach (var winner in winners) winner?.Dispose();
        }
    }

    [Fact]
    public void Sctp_is_held_by_a_lock_where_the_kernel_has_no_sockets_of_it()
    {
        using var all = Claim(Binding(5000, 5000, "sctp"));
        var hasSockets = _host.Run(() => SocketCalls.Make(2, SocketCalls.SOCK_STREAM, SocketCalls.IPPROTO_SCTP)) >= 0;
        Assert.All(all.Ports, port => Assert.Equal(!hasSockets, port.IsHeldByLock));
        Assert.Throws<PortInUseException>(() => Claim(Binding(5000, 5000, "sctp")));
        Assert.Throws<PortInUseException>(() => Claim(new PortBinding(5000, "sctp", "127.0.0.1", 5000, 5000)));
        using var one = Claim(new PortBinding(1, "sctp", "127.0.0.1", 5001, 5001));
        using var other = Claim(new PortBinding(1, "sctp", "127.0.0.2", 5001, 5001));
        Assert.Throws<PortInUseException>(() => Claim(Binding(1, 5001, "sctp")));
        all.Dispose();
        Claim(Binding(5000, 5000, "sctp")).Dispose();
    }

    [Fact]
    public void An_address_that_the_host_has_not_is_refused()
    {
        var error = Assert.Throws<InvalidSettingException>(() => Claim(new PortBinding(80, "tcp", "198.51.100.7", 8080, 8080)));
        Assert.Contains("198.51.100.7", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidSettingException>(() => Claim(new PortBinding(80, "udp", "2001:db8::7", 8080, 8080)));
    }

    [Fact]
    public void A_host_without_IPv6_publishes_IPv4()
    {
        _host.Shell("echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6");
        using var claims = Claim(Binding(80, 8080));
        Assert.Contains(claims.Ports, port => port.Published.ToString() == "0.0.0.0:8080->80/tcp");
    }

    [Fact]
    public void All_exposed_ports_are_published_once()
    {
        List<PortBinding> asked = [Binding(80, 8080), Binding(80, 8080)];
        var plan = PortPlan.WithExposed(asked, [new PortBinding(80, "tcp", "", null, null), new PortBinding(80, "udp", "", null, null), new PortBinding(22, "tcp", "", null, null)]);
        Assert.Equal([("tcp", 80, 8080), ("udp", 80, null), ("tcp", 22, (int?)null)], plan.Select(port => (port.Protocol, port.Port, port.HostPort)));
        using var claims = Claim([.. plan]);
        Assert.Equal(6, claims.Ports.Count);
        Assert.All(claims.Ports.Chunk(2), pair => Assert.Equal(pair[0].Published.HostPort, pair[1].Published.HostPort));
    }

    private StorePaths Paths => new(_folder, _folder, "/none");

    private static PortBinding Binding(int port, int hostPort, string protocol = "tcp") => new(port, protocol, "", hostPort, hostPort);

    private PortClaims Claim(params PortBinding[] bindings) => _host.Run(() => PortClaims.Claim(bindings, Paths, _ => null));

    private Socket Listen(string protocol, string address, int port, bool reuse = false, bool onlyVersion6 = true) => _host.Run(() =>
    {
        var ip = IPAddress.Parse(address);
        var socket = protocol == "tcp" ? new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp) : new Socket(ip.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (ip.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = !onlyVersion6;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, reuse);
            socket.Bind(new IPEndPoint(ip, port));
            if (protocol == "tcp") socket.Listen();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    });

    private static Socket Connect(string address, int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Parse(address), port);
        return socket;
    }

    private static nint AcceptFirst(PortClaims claims)
    {
        var fd = SocketCalls.Accept(claims.Ports[0].Socket!);
        Assert.True(fd >= 0);
        return fd;
    }

    private static int CountAndFree(PortClaims claims)
    {
        var count = claims.Ports.Count;
        claims.Dispose();
        return count;
    }
}
