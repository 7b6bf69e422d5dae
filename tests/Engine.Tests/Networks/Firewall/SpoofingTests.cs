using System.Text;

namespace ContainerPS.Engine.Tests.Networks;

/// <summary>Frames that a container sends as somebody else: another container of its network sees them without our rules, and not with them.</summary>
public class SpoofingTests
{
    private const string Own = "02:00:00:00:01:01";
    private const string OwnLinkLocal = "fe80::ff:fe00:101";
    private const string Other = "02:00:00:00:01:02";
    private const string Gateway = "02:00:00:00:00:01";
    private const string Everybody = "ff:ff:ff:ff:ff:ff";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_container_speaks_for_itself_alone(bool bridgeNetfilter)
    {
        using var lab = new NetworkLab(bridgeNetfilter);
        var network = lab.AddNetwork();
        var (attacker, victim) = (lab.AddContainer(network), lab.AddContainer(network));
        using var sender = new PacketSocket(attacker.Space, "eth0");
        using var receiver = new PacketSocket(victim.Space, "eth0");

        // Without our rules the bridge carries every frame of the table: what is dropped below is so by them.
        Assert.Equal(Table().Select(row => row.Name), Delivered(sender, receiver));
        lab.Start(attacker);
        lab.Start(victim);
        Assert.Equal(Table().Where(row => row.IsOwn).Select(row => row.Name), Delivered(sender, receiver));
    }

    private static List<string> Delivered(PacketSocket sender, PacketSocket receiver)
    {
        var delivered = new List<string>();
        foreach (var (name, _, frame) in Table())
        {
            sender.Send(frame);

            // A frame of its own, to see that the one before it should have come.
            var last = Encoding.ASCII.GetBytes($"last of {name}");
            sender.Send(Frames.IPv4(Own, Other, "10.201.0.2", "10.201.0.3", last));
            if (receiver.ReceiveUntil(last).Exists(seen => PacketSocket.Holds(seen, Mark(name)))) delivered.Add(name);
        }

        return delivered;
    }

    private static byte[] Mark(string name) => Encoding.ASCII.GetBytes($"<{name}>");

    private static List<(string Name, bool IsOwn, byte[] Frame)> Table()
    {
        var table = new List<(string, bool, byte[])>();
        Add("IPv4", true, mark => Frames.IPv4(Own, Other, "10.201.0.2", "10.201.0.3", mark));
        Add("IPv4 to all", true, mark => Frames.IPv4(Own, Everybody, "10.201.0.2", "255.255.255.255", mark));
        Add("IPv4 of the other", false, mark => Frames.IPv4(Own, Other, "10.201.0.3", "10.201.0.3", mark));
        Add("IPv4 of the gateway", false, mark => Frames.IPv4(Own, Other, "10.201.0.1", "10.201.0.3", mark));
        Add("IPv4 of the host", false, mark => Frames.IPv4(Own, Other, "192.0.2.1", "10.201.0.3", mark));
        Add("IPv4 of anybody", false, mark => Frames.IPv4(Own, Other, "198.51.100.7", "10.201.0.3", mark));
        Add("IPv4 of loopback", false, mark => Frames.IPv4(Own, Other, "127.0.0.1", "10.201.0.3", mark));
        Add("IPv4 to loopback", false, mark => Frames.IPv4(Own, Other, "10.201.0.2", "127.0.0.1", mark));
        Add("IPv4 by another MAC", false, mark => Frames.IPv4("02:00:00:00:01:77", Other, "10.201.0.2", "10.201.0.3", mark));
        Add("IPv4 by the gateway's MAC", false, mark => Frames.IPv4("02:00:00:00:00:02", Other, "10.201.0.2", "10.201.0.3", mark));
        Add("IPv4 in a VLAN", false, mark => Frames.Tagged(Frames.IPv4(Own, Other, "10.201.0.2", "10.201.0.3", mark)));
        Add("another protocol", false, mark => Frames.Ethernet(Own, Other, 0x88b5, mark));
        Add("ARP request", true, mark => Frames.Arp(Own, Everybody, 1, Own, "10.201.0.2", "10.201.0.3", mark));
        Add("ARP reply", true, mark => Frames.Arp(Own, Other, 2, Own, "10.201.0.2", "10.201.0.3", mark));
        Add("ARP probe", true, mark => Frames.Arp(Own, Everybody, 1, Own, "0.0.0.0", "10.201.0.2", mark));
        Add("ARP reply for the gateway", false, mark => Frames.Arp(Own, Other, 2, Own, "10.201.0.1", "10.201.0.3", mark));
        Add("ARP announcement for the gateway", false, mark => Frames.Arp(Own, Everybody, 1, Own, "10.201.0.1", "10.201.0.1", mark));
        Add("ARP reply with another MAC inside", false, mark => Frames.Arp(Own, Other, 2, Gateway, "10.201.0.2", "10.201.0.3", mark));
        Add("ARP reply by another MAC", false, mark => Frames.Arp("02:00:00:00:01:77", Other, 2, Own, "10.201.0.2", "10.201.0.3", mark));
        Add("ARP probe with another MAC inside", false, mark => Frames.Arp(Own, Everybody, 1, Gateway, "0.0.0.0", "10.201.0.9", mark));
        Add("IPv6", true, mark => Frames.IPv6(Own, Other, "fd00:201::2", "fd00:201::3", 17, Frames.Udp(mark)));
        Add("IPv6 link-local", true, mark => Frames.IPv6(Own, Other, OwnLinkLocal, "fe80::ff:fe00:102", 17, Frames.Udp(mark)));
        Add("IPv6 of the gateway", false, mark => Frames.IPv6(Own, Other, "fd00:201::1", "fd00:201::3", 17, Frames.Udp(mark)));
        Add("IPv6 link-local of another", false, mark => Frames.IPv6(Own, Other, "fe80::ff:fe00:1", "fe80::ff:fe00:102", 17, Frames.Udp(mark)));
        Add("IPv6 of loopback", false, mark => Frames.IPv6(Own, Other, "::1", "fd00:201::3", 17, Frames.Udp(mark)));
        Add("IPv6 of nobody", false, mark => Frames.IPv6(Own, Other, "::", "fd00:201::3", 17, Frames.Udp(mark)));
        Add("IPv6 by another MAC", false, mark => Frames.IPv6("02:00:00:00:01:77", Other, "fd00:201::2", "fd00:201::3", 17, Frames.Udp(mark)));
        AddNeighbour("solicitation", true, 135, "fd00:201::2", "fd00:201::3");
        AddNeighbour("solicitation of an address of its own", true, 135, "::", "fd00:201::2");
        AddNeighbour("solicitation of an address of the gateway", false, 135, "::", "fd00:201::1");
        AddNeighbour("advertisement", true, 136, "fd00:201::2", "fd00:201::2");
        AddNeighbour("advertisement of its link-local address", true, 136, OwnLinkLocal, OwnLinkLocal);
        AddNeighbour("advertisement for the gateway", false, 136, "fd00:201::2", "fd00:201::1");
        AddNeighbour("advertisement for the gateway as nobody", false, 136, "::", "fd00:201::1");
        AddNeighbour("advertisement of a router", false, 134, OwnLinkLocal, "::");
        AddNeighbour("redirection", false, 137, OwnLinkLocal, "fd00:201::9");

        // Behind a header of options (hop by hop, padding) it is the same.
        Add("ND hidden advertisement for the gateway", false, mark => Frames.IPv6(
            Own, Other, "fd00:201::2", "fd00:201::3", 58, Frames.Icmp6("fd00:201::2", "fd00:201::3", 136, "fd00:201::1", mark), [58, 0, 1, 4, 0, 0, 0, 0]));
        return table;

        void Add(string name, bool isOwn, Func<byte[], byte[]> frame) => table.Add((name, isOwn, frame(Mark(name))));

        void AddNeighbour(string name, bool isOwn, byte type, string source, string target)
        {
            const string Group = "ff02::1";
            Add($"ND {name}", isOwn, mark => Frames.IPv6(Own, "33:33:00:00:00:01", source, Group, 58, Frames.Icmp6(source, Group, type, target, mark)));
        }
    }
}
