using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;

namespace ContainerPS.Engine.Tests.Networks;

/// <summary>Ethernet frames, written by hand so that anything in them may be false. Each ends with a mark to be known by.</summary>
internal static class Frames
{
    internal static byte[] IPv4(string sourceMac, string targetMac, string source, string target, byte[] mark) =>
        IPv4(sourceMac, targetMac, source, target, 17, Udp(mark));

    /// <summary>The first packet of an SCTP association (RFC 9260, 3.3.2); tag and window are the mark's eight bytes.</summary>
    internal static byte[] SctpInit(string sourceMac, string targetMac, string source, string target, ushort sourcePort, ushort targetPort, byte[] mark)
    {
        var packet = new byte[32];
        BinaryPrimitives.WriteUInt16BigEndian(packet, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), targetPort);
        (packet[12], packet[15]) = (1 /* INIT */, 20);
        mark.CopyTo(packet, 16);
        (packet[25], packet[27], packet[31]) = (1, 1, 1);
        var sum = uint.MaxValue;
        foreach (var value in packet) sum = System.Numerics.BitOperations.Crc32C(sum, value);
        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(8), ~sum);
        return IPv4(sourceMac, targetMac, source, target, 132, packet);
    }

    private static byte[] IPv4(string sourceMac, string targetMac, string source, string target, byte protocol, byte[] payload)
    {
        var packet = new byte[20 + payload.Length];
        (packet[0], packet[8], packet[9]) = (0x45, 64, protocol);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        Write(packet, 12, source);
        Write(packet, 16, target);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), Sum(packet.AsSpan(0, 20), 0));
        payload.CopyTo(packet, 20);
        return Ethernet(sourceMac, targetMac, 0x0800, packet);
    }

    internal static byte[] Arp(string sourceMac, string targetMac, int operation, string senderMac, string sender, string target, byte[] mark)
    {
        var packet = new byte[28 + mark.Length];
        packet[1] = 1;
        packet[2] = 8;
        (packet[4], packet[5], packet[7]) = (6, 4, (byte)operation);
        Mac(senderMac).CopyTo(packet, 8);
        Write(packet, 14, sender);
        Write(packet, 24, target);
        mark.CopyTo(packet, 28);
        return Ethernet(sourceMac, targetMac, 0x0806, packet);
    }

    internal static byte[] IPv6(string sourceMac, string targetMac, string source, string target, byte protocol, byte[] payload, byte[]? extension = null)
    {
        var packet = new byte[40 + (extension?.Length ?? 0) + payload.Length];
        packet[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)(packet.Length - 40));
        (packet[6], packet[7]) = (extension is null ? protocol : (byte)0, 255);
        Write(packet, 8, source);
        Write(packet, 24, target);
        extension?.CopyTo(packet, 40);
        payload.CopyTo(packet, packet.Length - payload.Length);
        return Ethernet(sourceMac, targetMac, 0x86dd, packet);
    }

    /// <summary>A message of ICMPv6 with the address that neighbour discovery is about.</summary>
    internal static byte[] Icmp6(string source, string destination, byte type, string target, byte[] mark)
    {
        var message = new byte[24 + mark.Length];
        message[0] = type;
        Write(message, 8, target);
        mark.CopyTo(message, 24);
        var pseudo = new byte[40];
        Write(pseudo, 0, source);
        Write(pseudo, 16, destination);
        (pseudo[35], pseudo[39]) = ((byte)message.Length, 58);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Sum(message, Add(pseudo, 0)));
        return message;
    }

    internal static byte[] Udp(byte[] mark)
    {
        var datagram = new byte[8 + mark.Length];
        BinaryPrimitives.WriteUInt16BigEndian(datagram, 4000);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), 4001);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)datagram.Length);
        mark.CopyTo(datagram, 8);
        return datagram;
    }

    internal static byte[] Ethernet(string sourceMac, string targetMac, ushort protocol, byte[] packet) =>
        [.. Mac(targetMac), .. Mac(sourceMac), (byte)(protocol >> 8), (byte)protocol, .. packet];

    /// <summary>The frame with a VLAN's tag.</summary>
    internal static byte[] Tagged(byte[] frame) => [.. frame[..12], 0x81, 0, 0, 5, .. frame[12..]];

    private static byte[] Mac(string text) => PhysicalAddress.Parse(text).GetAddressBytes();

    private static void Write(byte[] packet, int offset, string address) => IPAddress.Parse(address).GetAddressBytes().CopyTo(packet, offset);

    private static uint Add(ReadOnlySpan<byte> bytes, uint sum)
    {
        for (var i = 0; i < bytes.Length; i += 2) sum += (uint)((bytes[i] << 8) | (i + 1 < bytes.Length ? bytes[i + 1] : 0));
        return sum;
    }

    private static ushort Sum(ReadOnlySpan<byte> bytes, uint start)
    {
        var sum = Add(bytes, start);
        while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }
}
