using System.Net;
using System.Runtime.InteropServices;
using Tmds.Linux;

namespace ContainerPS.Engine.Linux.Netlink;

/// <summary>Makes and lists routes (man 7 rtnetlink).</summary>
internal static class Routes
{
    private const ushort RTM_NEWROUTE = 24;
    private const ushort RTM_DELROUTE = 25;
    private const ushort RTM_GETROUTE = 26;
    private const ushort RTA_DST = 1;
    private const ushort RTA_OIF = 4;
    private const ushort RTA_GATEWAY = 5;
    private const ushort RTA_TABLE = 15;
    private const byte RT_TABLE_MAIN = 254;
    private const byte RTPROT_BOOT = 3;
    private const byte RT_SCOPE_UNIVERSE = 0;
    private const byte RTN_UNICAST = 1;
    private const int MessageSize = 128;

    [StructLayout(LayoutKind.Sequential)]
    private struct rtmsg
    {
        internal byte Family;
        internal byte DestinationLength;
        internal byte SourceLength;
        internal byte Tos;
        internal byte Table;
        internal byte Protocol;
        internal byte Scope;
        internal byte Type;
        internal uint Flags;
    }

    /// <summary>Sends all that goes elsewhere to a gateway.</summary>
    internal static void AddDefault(NetlinkSocket socket, IPAddress gateway, LinkInfo device) =>
        socket.Request(Default(stackalloc byte[MessageSize], RTM_NEWROUTE, NetlinkSocket.NLM_F_CREATE | NetlinkSocket.NLM_F_REPLACE, gateway, device), "make route to gateway", $"{gateway}");

    /// <summary>Takes that route away; false when there is none.</summary>
    internal static bool DeleteDefault(NetlinkSocket socket, IPAddress gateway, LinkInfo device)
    {
        var errno = socket.TryRequest(Default(stackalloc byte[MessageSize], RTM_DELROUTE, 0, gateway, device));
        return errno == 0 || (errno == LibC.ESRCH ? false : throw new KernelException("remove route to gateway", $"{gateway}", errno));
    }

    /// <summary>All routes of the main table, of both families.</summary>
    internal static List<RouteInfo> List(NetlinkSocket socket)
    {
        var routes = new List<RouteInfo>();
        Span<byte> buffer = stackalloc byte[MessageSize];
        foreach (var family in (ReadOnlySpan<byte>)[2, 10])
        {
            var message = new NetlinkMessage(buffer, RTM_GETROUTE, NetlinkSocket.NLM_F_REQUEST | NetlinkSocket.NLM_F_DUMP);
            message.Append(new rtmsg { Family = family });
            socket.Query(message, "list routes", "", content =>
            {
                if (TryRead(content, out var route)) routes.Add(route);
            });
        }

        return routes;
    }

    private static NetlinkMessage Default(Span<byte> buffer, ushort type, ushort flags, IPAddress gateway, LinkInfo device)
    {
        var message = new NetlinkMessage(buffer, type, (ushort)(NetlinkSocket.NLM_F_REQUEST | NetlinkSocket.NLM_F_ACK | flags));
        message.Append(new rtmsg { Family = Addresses.FamilyOf(gateway), Table = RT_TABLE_MAIN, Protocol = RTPROT_BOOT, Scope = RT_SCOPE_UNIVERSE, Type = RTN_UNICAST });
        message.Add(RTA_GATEWAY, gateway.GetAddressBytes());
        message.Add(RTA_OIF, (uint)device.Index);
        return message;
    }

    private static bool TryRead(ReadOnlySpan<byte> content, out RouteInfo route)
    {
        var header = MemoryMarshal.Read<rtmsg>(content);
        uint table = header.Table;
        var device = 0;
        var destination = header.Family == 2 ? IPAddress.Any : IPAddress.IPv6Any;
        var attributes = new NetlinkAttributes(content[Marshal.SizeOf<rtmsg>()..]);
        while (attributes.Next())
        {
            if (attributes.Type == RTA_TABLE) table = attributes.Number;
            else if (attributes.Type == RTA_OIF) device = (int)attributes.Number;
            else if (attributes.Type == RTA_DST) destination = new IPAddress(attributes.Value);
        }

        route = new RouteInfo(new IPNetwork(destination, header.DestinationLength), device);
        return table == RT_TABLE_MAIN && header.Type == RTN_UNICAST;
    }
}
