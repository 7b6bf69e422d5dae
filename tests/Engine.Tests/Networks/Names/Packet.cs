using System.Buffers.Binary;
using System.Text;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Tests.Networks.Names;

/// <summary>Packets for the tests, put together and taken apart without the code that is tested.</summary>
internal static class Packet
{
    internal const int Code = 0x0f;

    /// <summary>A query.</summary>
    internal static byte[] Query(string name, ushort type, ushort id = 0x1234, int? edns = null, ushort @class = 1)
    {
        List<byte> bytes = [.. Number(id), 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, (byte)(edns is null ? 0 : 1), .. Name(name), .. Number(type), .. Number(@class)];
        if (edns is { } size) bytes.AddRange([0, .. Number(41), .. Number((ushort)size), 0, 0, 0, 0, 0, 0]);
        return [.. bytes];
    }

    /// <summary>An answer to a query without EDNS, with records that have its name.</summary>
    internal static byte[] Answer(ReadOnlySpan<byte> query, int code, ushort type, params byte[][] records)
    {
        var end = QuestionEnd(query);
        List<byte> bytes = [.. query[..2], 0x81, (byte)(0x80 | code), 0, 1, .. Number((ushort)records.Length), 0, 0, 0, 0, .. query[12..end]];
        foreach (var data in records) bytes.AddRange([0xc0, 12, .. Number(type), 0, 1, 0, 0, 0, 60, .. Number((ushort)data.Length), .. data]);
        return [.. bytes];
    }

    internal static byte[] Name(string name)
    {
        List<byte> bytes = [];
        foreach (var label in name.Split('.', StringSplitOptions.RemoveEmptyEntries)) bytes.AddRange([(byte)label.Length, .. Encoding.UTF8.GetBytes(label)]);
        return [.. bytes, 0];
    }

    internal static byte[] Number(ushort value) => [(byte)(value >> 8), (byte)value];

    internal static int Count(ReadOnlySpan<byte> packet, int place) => BinaryPrimitives.ReadUInt16BigEndian(packet[place..]);

    internal static int QuestionEnd(ReadOnlySpan<byte> packet)
    {
        var at = 12;
        while (packet[at] != 0) at += packet[at] + 1;
        return at + 5;
    }

    /// <summary>The data of the answers, in order.</summary>
    internal static List<byte[]> Records(ReadOnlySpan<byte> packet)
    {
        List<byte[]> records = [];
        var at = QuestionEnd(packet);
        for (var i = Count(packet, 6); i > 0; i--)
        {
            Assert.Equal(0xc00c, Count(packet, at));
            Assert.Equal((int)DnsReply.TimeToLive, Count(packet, at + 8));
            var length = Count(packet, at + 10);
            records.Add(packet.Slice(at + 12, length).ToArray());
            at += 12 + length;
        }

        return records;
    }
}
