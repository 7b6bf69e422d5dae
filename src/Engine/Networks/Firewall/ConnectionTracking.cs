using System.Buffers.Binary;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// The kernel's memory of which packets belong together (linux/netfilter/nfnetlink_conntrack.h). A client that keeps sending datagrams keeps its entry alive:
/// it would go on to the address of a container that is gone, or to whoever gets that address next.
/// </summary>
internal static class ConnectionTracking
{
    private const int NFNL_SUBSYS_CTNETLINK = 1;
    private const int IPCTNL_MSG_CT_GET = 1;
    private const int IPCTNL_MSG_CT_DELETE = 2;
    private const int CTA_TUPLE_ORIG = 1;
    private const int CTA_TUPLE_REPLY = 2;
    private const int CTA_ID = 12;
    private const int CTA_ZONE = 18;
    private const int CTA_TUPLE_IP = 1;
    private const int CTA_TUPLE_PROTO = 2;
    private const int CTA_IP_V4_SRC = 1;
    private const int CTA_IP_V6_SRC = 3;
    private const int CTA_PROTO_NUM = 1;
    private const int CTA_PROTO_SRC_PORT = 2;
    private const int CTA_PROTO_DST_PORT = 3;
    private const byte AF_INET = 2;
    private const byte AF_INET6 = 10;

    /// <summary>Forgets the clients of ports that are published no more. Connections of TCP end by themselves. What cannot be forgotten times out.</summary>
    internal static void Forget(IReadOnlyList<FirewallPort> ports)
    {
        foreach (var version6 in (ReadOnlySpan<bool>)[false, true])
        {
            List<Flow> flows = [];
            foreach (var port in ports)
            {
                if (port.Published.Protocol != "tcp" && port.Published.IsVersion6 == version6 && port.Target is { } target)
                    flows.Add(new Flow(port.Published.Protocol == "udp" ? 17 : 132, port.Published.HostPort, target.GetAddressBytes(), port.Published.Port));
            }

            if (flows.Count > 0) Forget(version6 ? AF_INET6 : AF_INET, flows);
        }
    }

    private static void Forget(byte family, List<Flow> flows)
    {
        using var socket = NetfilterSocket.TryOpen();
        if (socket is null) return;
        var entries = new List<byte[]>();
        _ = socket.List(NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_GET, family, [], (_, entry) =>
        {
            foreach (var flow in flows)
            {
                if (!flow.Fits(entry)) continue;
                entries.Add([
                    .. NetfilterSocket.Find(entry, CTA_TUPLE_ORIG, withHeader: true),
                    .. NetfilterSocket.Find(entry, CTA_ID, withHeader: true),
                    .. NetfilterSocket.Find(entry, CTA_ZONE, withHeader: true)]);
                return;
            }
        });
        foreach (var entry in entries) _ = socket.Do(NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_DELETE, family, entry);
    }

    /// <summary>What was sent to a port of the host, and is answered by a container.</summary>
    private sealed record Flow(int Protocol, int HostPort, byte[] Target, int Port)
    {
        internal bool Fits(ReadOnlySpan<byte> entry)
        {
            var asked = NetfilterSocket.Find(entry, CTA_TUPLE_ORIG);
            var answered = NetfilterSocket.Find(entry, CTA_TUPLE_REPLY);
            var number = NetfilterSocket.Find(NetfilterSocket.Find(asked, CTA_TUPLE_PROTO), CTA_PROTO_NUM);
            if (number.Length != 1 || number[0] != Protocol || PortOf(asked, CTA_PROTO_DST_PORT) != HostPort || PortOf(answered, CTA_PROTO_SRC_PORT) != Port) return false;
            return NetfilterSocket.Find(NetfilterSocket.Find(answered, CTA_TUPLE_IP), Target.Length == 4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC).SequenceEqual(Target);
        }

        private static int PortOf(ReadOnlySpan<byte> tuple, int type)
        {
            var port = NetfilterSocket.Find(NetfilterSocket.Find(tuple, CTA_TUPLE_PROTO), type);
            return port.Length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(port) : -1;
        }
    }
}
