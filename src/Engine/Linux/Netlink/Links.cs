using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Linux.Netlink;

/// <summary>Makes, finds and changes network devices (man 7 rtnetlink, linux/if_link.h).</summary>
internal static class Links
{
    /// <summary>Most characters of a device's name.</summary>
    internal const int LongestName = 15;

    private const ushort RTM_NEWLINK = 16;
    private const ushort RTM_DELLINK = 17;
    private const ushort RTM_GETLINK = 18;
    private const ushort IFLA_ADDRESS = 1;
    private const ushort IFLA_IFNAME = 3;
    private const ushort IFLA_MTU = 4;
    private const ushort IFLA_LINK = 5;
    private const ushort IFLA_MASTER = 10;
    private const ushort IFLA_LINKINFO = 18;
    private const ushort IFLA_NET_NS_FD = 28;
    private const ushort IFLA_INFO_KIND = 1;
    private const ushort IFLA_INFO_DATA = 2;
    private const ushort IFLA_MACVLAN_MODE = 1;
    private const ushort IFLA_IPVLAN_MODE = 1;
    private const ushort VETH_INFO_PEER = 1;
    private const uint IFF_UP = 1;
    private const int MessageSize = 512;

    [StructLayout(LayoutKind.Sequential)]
    private struct ifinfomsg
    {
        internal byte Family;
        internal byte Pad;
        internal ushort Type;
        internal int Index;
        internal uint Flags;
        internal uint Change;
    }

    /// <summary>A device by its name, or null when there is none.</summary>
    internal static LinkInfo? Find(NetlinkSocket socket, string name)
    {
        LinkInfo? found = null;
        var message = new NetlinkMessage(stackalloc byte[MessageSize], RTM_GETLINK, NetlinkSocket.NLM_F_REQUEST | NetlinkSocket.NLM_F_ACK);
        message.Append(new ifinfomsg());
        message.Add(IFLA_IFNAME, name);
        var errno = socket.TryRequest(message, content => found = Read(content));
        return errno == 0 ? found : errno == LibC.ENODEV ? null : throw new KernelException("find network device", name, errno);
    }

    /// <summary>All devices.</summary>
    internal static List<LinkInfo> List(NetlinkSocket socket)
    {
        var links = new List<LinkInfo>();
        var message = new NetlinkMessage(stackalloc byte[MessageSize], RTM_GETLINK, NetlinkSocket.NLM_F_REQUEST | NetlinkSocket.NLM_F_DUMP);
        message.Append(new ifinfomsg());
        socket.Query(message, "list network devices", "", content => links.Add(Read(content)));
        return links;
    }

    /// <summary>Makes a bridge, which is down.</summary>
    internal static void AddBridge(NetlinkSocket socket, string name, PhysicalAddress mac, int mtu)
    {
        var message = New(stackalloc byte[MessageSize], new ifinfomsg());
        message.Add(IFLA_IFNAME, name);
        message.Add(IFLA_ADDRESS, mac.GetAddressBytes());
        message.Add(IFLA_MTU, (uint)mtu);
        var info = message.Begin(IFLA_LINKINFO);
        message.Add(IFLA_INFO_KIND, "bridge");
        message.End(info);
        socket.Request(message, "make bridge", name);
    }

    /// <summary>Makes a pair of devices: one here, up and a port of the bridge, and the other in a namespace, down.</summary>
    internal static void AddVeth(NetlinkSocket socket, string name, int bridge, string peer, SafeFileHandle peerNamespace, PhysicalAddress peerMac, int mtu)
    {
        var message = New(stackalloc byte[MessageSize], new ifinfomsg { Flags = IFF_UP, Change = IFF_UP });
        message.Add(IFLA_IFNAME, name);
        message.Add(IFLA_MTU, (uint)mtu);
        message.Add(IFLA_MASTER, (uint)bridge);
        var info = message.Begin(IFLA_LINKINFO);
        message.Add(IFLA_INFO_KIND, "veth");
        var data = message.Begin(IFLA_INFO_DATA);
        var other = message.Begin(VETH_INFO_PEER);
        message.Append(new ifinfomsg());
        message.Add(IFLA_IFNAME, peer);
        message.Add(IFLA_ADDRESS, peerMac.GetAddressBytes());
        message.Add(IFLA_MTU, (uint)mtu);
        message.Add(IFLA_NET_NS_FD, (uint)peerNamespace.Number());
        message.End(other);
        message.End(data);
        message.End(info);
        socket.Request(message, "make pair of network devices", name);
    }

    /// <summary>Makes a device in a namespace that has an address of its own on the parent's wire.</summary>
    internal static void AddMacvlan(NetlinkSocket socket, string name, LinkInfo parent, SafeFileHandle target, PhysicalAddress mac, uint mode, int mtu)
    {
        var message = New(stackalloc byte[MessageSize], new ifinfomsg());
        message.Add(IFLA_ADDRESS, mac.GetAddressBytes());
        AddOnParent(ref message, name, parent, target, mtu, "macvlan", out var info);
        var data = message.Begin(IFLA_INFO_DATA);
        message.Add(IFLA_MACVLAN_MODE, mode);
        message.End(data);
        message.End(info);
        socket.Request(message, "make macvlan device", name);
    }

    /// <summary>Makes a device in a namespace that shares the parent's address on its wire.</summary>
    internal static void AddIpvlan(NetlinkSocket socket, string name, LinkInfo parent, SafeFileHandle target, ushort mode, int mtu)
    {
        var message = New(stackalloc byte[MessageSize], new ifinfomsg());
        AddOnParent(ref message, name, parent, target, mtu, "ipvlan", out var info);
        var data = message.Begin(IFLA_INFO_DATA);
        message.AddShort(IFLA_IPVLAN_MODE, mode);
        message.End(data);
        message.End(info);
        socket.Request(message, "make ipvlan device", name);
    }

    /// <summary>Takes a device up.</summary>
    internal static void Raise(NetlinkSocket socket, int index, string name)
    {
        var message = new NetlinkMessage(stackalloc byte[MessageSize], RTM_NEWLINK, NetlinkSocket.NLM_F_REQUEST | NetlinkSocket.NLM_F_ACK);
        message.Append(new ifinfomsg { Index = index, Flags = IFF_UP, Change = IFF_UP });
        socket.Request(message, "take up network device", name);
    }

    /// <summary>Removes a device, and with it the other of its pair; false when there is none.</summary>
    internal static bool Delete(NetlinkSocket socket, string name)
    {
        var message = new NetlinkMessage(stackalloc byte[MessageSize], RTM_DELLINK, NetlinkSocket.NLM_F_REQUEST | NetlinkSocket.NLM_F_ACK);
        message.Append(new ifinfomsg());
        message.Add(IFLA_IFNAME, name);
        var errno = socket.TryRequest(message);
        return errno == 0 || (errno == LibC.ENODEV ? false : throw new KernelException("remove network device", name, errno));
    }

    private static NetlinkMessage New(Span<byte> buffer, ifinfomsg device)
    {
        var message = new NetlinkMessage(buffer, RTM_NEWLINK, NetlinkSocket.NLM_F_REQUEST | NetlinkSocket.NLM_F_ACK | NetlinkSocket.NLM_F_CREATE | NetlinkSocket.NLM_F_EXCL);
        message.Append(device);
        return message;
    }

    private static void AddOnParent(ref NetlinkMessage message, string name, LinkInfo parent, SafeFileHandle target, int mtu, string kind, out int info)
    {
        message.Add(IFLA_IFNAME, name);
        message.Add(IFLA_LINK, (uint)parent.Index);
        message.Add(IFLA_MTU, (uint)mtu);
        message.Add(IFLA_NET_NS_FD, (uint)target.Number());
        info = message.Begin(IFLA_LINKINFO);
        message.Add(IFLA_INFO_KIND, kind);
    }

    private static LinkInfo Read(ReadOnlySpan<byte> content)
    {
        var device = MemoryMarshal.Read<ifinfomsg>(content);
        var (name, mtu, kind) = ("", 0, "");
        var attributes = new NetlinkAttributes(content[Marshal.SizeOf<ifinfomsg>()..]);
        while (attributes.Next())
        {
            if (attributes.Type == IFLA_IFNAME) name = attributes.Text;
            else if (attributes.Type == IFLA_MTU) mtu = (int)attributes.Number;
            else if (attributes.Type == IFLA_LINKINFO) kind = KindOf(attributes.Value);
        }

        return new LinkInfo(device.Index, name, mtu, kind, (device.Flags & IFF_UP) != 0);
    }

    private static string KindOf(ReadOnlySpan<byte> info)
    {
        var attributes = new NetlinkAttributes(info);
        while (attributes.Next())
            if (attributes.Type == IFLA_INFO_KIND) return attributes.Text;
        return "";
    }
}
