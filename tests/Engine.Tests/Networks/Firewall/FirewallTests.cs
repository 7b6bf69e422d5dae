using System.Net;
using System.Net.Sockets;
using ContainerPS.Engine.Networks;
using static ContainerPS.Engine.Tests.Networks.NetworkLab;

namespace ContainerPS.Engine.Tests.Networks;

/// <summary>Packets between namespaces of the test: who reaches whom, and as whom.</summary>
public class FirewallTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Published_ports_are_reached_from_outside_from_the_host_and_from_other_containers(bool bridgeNetfilter)
    {
        using var lab = new NetworkLab(bridgeNetfilter);
        var (web, client) = Pair(lab);
        var other = lab.AddContainer(lab.AddNetwork());
        Assert.Equal(FirewallOutcome.Rebuilt, lab.Start(client));
        Assert.Equal(FirewallOutcome.Changed, lab.Start(
            web, Any(8080), Any(8080, isVersion6: true), Any(8053, "udp"), Any(8053, "udp", isVersion6: true), new PublishedPort("tcp", IPAddress.Parse("192.0.2.9"), 9090, 80)));
        Assert.Equal(FirewallOutcome.Changed, lab.Start(other));

        // Clients outside are seen as who they are.
        Assert.Equal("192.0.2.2", Reach(lab.Outside, "192.0.2.1", 8080));
        Assert.Equal("192.0.2.2", Reach(lab.Outside, "192.0.2.1", 8053, "udp"));
        Assert.Equal("2001:db8::2", Reach(lab.Outside, "2001:db8::1", 8080));
        Assert.Equal("2001:db8::2", Reach(lab.Outside, "2001:db8::1", 8053, "udp"));

        // Only the address that was named.
        Assert.Equal("192.0.2.2", Reach(lab.Outside, "192.0.2.9", 9090));
        AssertBlocked(lab.Outside, "192.0.2.1", 9090);

        // From the host itself.
        Assert.Equal("192.0.2.1", Reach(lab.Host, "192.0.2.1", 8080));
        Assert.Equal("2001:db8::1", Reach(lab.Host, "2001:db8::1", 8080));
        Assert.Equal("10.201.0.1", Reach(lab.Host, "10.201.0.1", 8053, "udp"));

        // From a container of the same network the answer comes back through the host.
        Assert.Equal("10.201.0.1", Reach(client.Space, "192.0.2.1", 8080));
        Assert.Equal("10.201.0.1", Reach(client.Space, "10.201.0.1", 8053, "udp"));
        Assert.Equal("fd00:201::1", Reach(client.Space, "2001:db8::1", 8080));

        // From another network, though it is kept apart.
        Assert.Equal("10.201.0.1", Reach(other.Space, "192.0.2.1", 8080));
        Assert.Equal("fd00:201::1", Reach(other.Space, "2001:db8::1", 8080));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Networks_are_kept_apart_and_unpublished_ports_are_not_reached_from_outside(bool bridgeNetfilter)
    {
        using var lab = new NetworkLab(bridgeNetfilter);
        var (web, client) = Pair(lab);
        var other = lab.AddContainer(lab.AddNetwork());

        // Without our rules all of them are reached: what follows is the rules' doing.
        foreach (var (from, address) in ((NetworkNamespace, string)[])[(lab.Outside, web.Address4), (lab.Outside, web.Address6), (other.Space, web.Address4), (other.Space, web.Address6)])
            Reach(from, address, 80);
        lab.Start(web, Any(8080));
        lab.Start(client);
        lab.Start(other);
        AssertBlocked(lab.Outside, web.Address4, 80);
        AssertBlocked(lab.Outside, web.Address6, 80);
        AssertBlocked(lab.Outside, web.Address4, 80, "udp");
        AssertBlocked(other.Space, web.Address4, 80);
        AssertBlocked(other.Space, web.Address6, 80);

        // Within a network they see each other as they are, and the host reaches all.
        Assert.Equal(client.Address4, Reach(client.Space, web.Address4, 80));
        Assert.Equal(client.Address6, Reach(client.Space, web.Address6, 80));
        Assert.Equal("10.202.0.1", Reach(lab.Host, other.Address4, 80));
    }

    [Fact]
    public void What_leaves_a_network_has_the_hosts_address_unless_it_is_routed()
    {
        using var lab = new NetworkLab();
        using var server = new TellingServer(lab.Outside, 80);
        var plain = lab.AddContainer(lab.AddNetwork());
        var routed = lab.AddContainer(lab.AddNetwork(hasMasquerade: false));
        lab.Start(plain);
        lab.Start(routed);
        Assert.Equal("192.0.2.1", Reach(plain.Space, "192.0.2.2", 80));
        Assert.Equal("2001:db8::1", Reach(plain.Space, "2001:db8::2", 80));
        Assert.Equal("192.0.2.1", Reach(plain.Space, "192.0.2.2", 80, "udp"));
        Assert.Equal(routed.Address4, Reach(routed.Space, "192.0.2.2", 80));
        Assert.Equal(routed.Address6, Reach(routed.Space, "2001:db8::2", 80));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_internal_network_goes_nowhere(bool bridgeNetfilter)
    {
        using var lab = new NetworkLab(bridgeNetfilter);
        using var server = new TellingServer(lab.Outside, 80);
        var inside = lab.AddNetwork(isInternal: true);
        var (first, second) = (lab.AddContainer(inside), lab.AddContainer(inside));
        var web = lab.AddContainer(lab.AddNetwork());
        Reach(first.Space, "192.0.2.2", 80);
        lab.Start(first);
        lab.Start(second);
        lab.Start(web, Any(8080), Any(8080, isVersion6: true));
        AssertBlocked(first.Space, "192.0.2.2", 80);
        AssertBlocked(first.Space, "2001:db8::2", 80);
        AssertBlocked(first.Space, web.Address4, 80);
        AssertBlocked(lab.Outside, first.Address4, 80);
        AssertBlocked(web.Space, first.Address4, 80);

        // Not by what others publish, either.
        AssertBlocked(first.Space, "10.201.0.1", 8080);
        AssertBlocked(first.Space, "fd00:201::1", 8080);
        Assert.Equal(first.Address4, Reach(first.Space, second.Address4, 80));
        Assert.Equal(first.Address6, Reach(first.Space, second.Address6, 80));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Containers_of_an_isolated_network_do_not_reach_each_other(bool bridgeNetfilter)
    {
        using var lab = new NetworkLab(bridgeNetfilter);
        using var server = new TellingServer(lab.Outside, 80);
        var alone = lab.AddNetwork(isIsolated: true);
        var (first, second) = (lab.AddContainer(alone), lab.AddContainer(alone));
        Reach(first.Space, second.Address4, 80);
        lab.Start(first, Any(8080));
        lab.Start(second);
        AssertBlocked(first.Space, second.Address4, 80);
        AssertBlocked(first.Space, second.Address6, 80);
        Assert.Equal("192.0.2.1", Reach(first.Space, "192.0.2.2", 80));
        Assert.Equal("192.0.2.2", Reach(lab.Outside, "192.0.2.1", 8080));
    }

    [Fact]
    public void Sctp_is_sent_on()
    {
        using var lab = new NetworkLab();
        var web = lab.AddContainer(lab.AddNetwork());
        lab.Start(web, Any(5000, "sctp"));
        using var sender = new PacketSocket(lab.Outside, "eth0");
        using var receiver = new PacketSocket(web.Space, "eth0");
        var host = lab.Host.Shell("cat /sys/class/net/out0/address").Trim();
        var client = lab.Outside.Shell("cat /sys/class/net/eth0/address").Trim();
        Reach(lab.Host, web.Address4, 80);

        // The first chunk of an association; its tag and window are the mark.
        byte[] mark = [0xde, 0xad, 0xbe, 0xef, 0x12, 0x34, 0x56, 0x78];
        sender.Send(Frames.SctpInit(client, host, "192.0.2.2", "192.0.2.1", 4000, 5000, mark));
        var seen = receiver.ReceiveUntil(mark)[^1];
        Assert.Equal([192, 0, 2, 2], seen[26..30]);
        Assert.Equal([10, 201, 0, 2, 4000 >> 8, 4000 & 0xff, 0, 80], seen[30..38]);
    }

    [Fact]
    public void A_client_that_keeps_sending_datagrams_finds_the_container_that_has_the_port_now()
    {
        using var lab = new NetworkLab();
        var network = lab.AddNetwork();
        var (first, second) = (lab.AddContainer(network), lab.AddContainer(network));
        lab.Start(first, Any(8053, "udp"), Any(8053, "udp", isVersion6: true));
        lab.Start(second);

        // One socket for all, so that the kernel sees one flow.
        Socket[] clients = [.. ((string[])["192.0.2.1", "2001:db8::1"]).Select(address => lab.Outside.Run(() =>
        {
            var socket = new Socket(IPAddress.Parse(address).AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 300 };
            socket.Connect(IPAddress.Parse(address), 8053);
            return socket;
        }))];
        Assert.All(clients, client => Assert.True(SpinWait.SpinUntil(() => IsAnswered(client), Long)));
        lab.Stop(first);
        lab.Start(second, Any(8053, "udp"), Any(8053, "udp", isVersion6: true));
        Assert.All(clients, client => Assert.True(SpinWait.SpinUntil(() => IsAnswered(client), Long)));
        foreach (var client in clients) client.Dispose();

        static bool IsAnswered(Socket client)
        {
            try
            {
                client.Send("?"u8);
                return client.Receive(new byte[100]) > 0;
            }
            catch (SocketException)
            {
                return false; // not in time, or refused
            }
        }
    }

    [Fact]
    public void A_drop_of_the_administrator_wins()
    {
        using var lab = new NetworkLab();
        var web = lab.AddContainer(lab.AddNetwork());
        lab.Start(web, Any(8080), Any(8081), Any(8082), Any(8083));
        Assert.Equal("192.0.2.2", Reach(lab.Outside, "192.0.2.1", 8080));

        // As docs/ports.md has it: by the port that was asked for, by the container's, and before addresses are changed; earlier or later than ours.
        lab.Host.Nft("""
            table inet administrator {
                chain forward {
                    type filter hook forward priority 10; policy accept;
                    iifname "out0" meta l4proto tcp ct original proto-dst 8080 drop
                }
                chain earlier {
                    type filter hook forward priority -10; policy accept;
                    iifname "out0" meta l4proto tcp ct original proto-dst 8081 ip saddr 192.0.2.0/25 drop
                }
                chain prerouting {
                    type filter hook prerouting priority raw; policy accept;
                    iifname "out0" tcp dport 8082 drop
                }
            }
            """);
        AssertBlocked(lab.Outside, "192.0.2.1", 8080);
        AssertBlocked(lab.Outside, "192.0.2.1", 8081);
        AssertBlocked(lab.Outside, "192.0.2.1", 8082);
        Assert.Equal("192.0.2.2", Reach(lab.Outside, "192.0.2.1", 8083));

        // Whatever we change afterwards.
        lab.Host.Run(() => lab.Firewall.Rebuild());
        AssertBlocked(lab.Outside, "192.0.2.1", 8080);
        Assert.Equal("192.0.2.2", Reach(lab.Outside, "192.0.2.1", 8083));
    }

    [Fact]
    public void Containers_do_not_reach_the_hosts_loopback_services()
    {
        using var lab = new NetworkLab();
        using var server = new TellingServer(lab.Host, 7777);
        var web = lab.AddContainer(lab.AddNetwork());
        lab.Start(web);
        web.Space.Shell("ip addr del 127.0.0.1/8 dev lo; ip route add 127.0.0.1 via 10.201.0.1 dev eth0; echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet");

        // An administrator may have turned it on for other reasons.
        lab.Host.Shell("echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet");
        AssertBlocked(web.Space, "127.0.0.1", 7777);
        lab.Host.Nft("delete table bridge containerps");
        Assert.Equal(web.Address4, Reach(web.Space, "127.0.0.1", 7777));
    }

    private static (LabContainer First, LabContainer Second) Pair(NetworkLab lab)
    {
        var network = lab.AddNetwork();
        return (lab.AddContainer(network), lab.AddContainer(network));
    }
}
