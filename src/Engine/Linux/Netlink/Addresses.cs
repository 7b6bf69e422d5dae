using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Tmds.Linux;

namespace ContainerPS.Engine.Linux.Netlink;

/// <summary>Gives addresses to network devices and takes them (man 7 rtnetlink).</summary>
internal static class Addresses
{
    private const ushort RTM_NEWADDR = 20;
    private const ushort RTM_DELADDR = 21;
    private const ushort IFA_ADDRESS = 1;
    private const ushort IFA_LOCAL = 2;
    private const ushort IFA_BROADCAST = 4;
    private const byte IFA_F_NODAD = 2;
    private const int MessageSize = 128;

    [StructLayout(LayoutKind.Sequential)]
    private struct ifaddrmsg
    {
        internal byte Family;
        internal byte PrefixLength;
        internal byte Flags;
        internal byte Scope;
        internal int Index;
    }

    /// <summary>Gives a device an address. One of IPv6 is used at once: nobody is asked whether he has it.</summary>
    internal static void Add(NetlinkSocket socket, LinkInfo device, IPAddress address, int prefixLength)
    {
        var message = Message(stackalloc byte[MessageSize], RTM_NEWADDR, NetlinkSocket.NLM_F_CREATE | NetlinkSocket.NLM_F_EXCL, device, address, prefixLength);
        if (address.AddressFamily == AddressFamily.InterNetwork && prefixLength < 31) message.Add(IFA_BROADCAST, Broadcast(address, prefixLength));
        socket.Request(message, $"give '{device.Name}' the address", $"{address}/{prefixLength}");
    }

    /// <summary>Takes an address from a device; false when it does not have it.</summary>
    internal static bool Delete(NetlinkSocket socket, LinkInfo device, IPAddress address, int prefixLength)
    {
        var errno = socket.TryRequest(Message(stackalloc byte[MessageSize], RTM_DELADDR, 0, device, address, prefixLength));
        return errno == 0 || (errno == LibC.EADDRNOTAVAIL ? false : throw new KernelException($"take from '{device.Name}' the address", $"{address}/{prefixLength}", errno));
    }

    /// <summary>The kernel's number of an address's family.</summary>
    internal static byte FamilyOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? (byte)2 /* AF_INET */ : (byte)10 /* AF_INET6 */;

    private static byte[] Broadcast(IPAddress address, int prefixLength)
    {
        var bytes = address.GetAddressBytes();
        BinaryPrimitives.WriteUInt32BigEndian(bytes, BinaryPrimitives.ReadUInt32BigEndian(bytes) | (uint)(uint.MaxValue >> prefixLength));
        return bytes;
    }

    private static NetlinkMessage Message(Span<byte> buffer, ushort type, ushort flags, LinkInfo device, IPAddress address, int prefixLength)
    {
        var message = new NetlinkMessage(buffer, type, (ushort)(NetlinkSocket.NLM_F_REQUEST | NetlinkSocket.NLM_F_ACK | flags));
        var isVersion6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        message.Append(new ifaddrmsg { Family = FamilyOf(address), PrefixLength = (byte)prefixLength, Flags = isVersion6 ? IFA_F_NODAD : (byte)0, Index = device.Index });
        message.Add(IFA_LOCAL, address.GetAddressBytes());
        message.Add(IFA_ADDRESS, address.GetAddressBytes());
        return message;
    }
}
