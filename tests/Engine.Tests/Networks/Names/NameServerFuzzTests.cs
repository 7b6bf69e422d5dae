using System.Buffers.Binary;
using System.Net.Sockets;
using ContainerPS.Engine.Networks;
using static ContainerPS.Engine.Tests.Networks.Names.TestNames;

namespace ContainerPS.Engine.Tests.Networks.Names;

/// <summary>Packets that are not as they should be, the same ones in every run.</summary>
public class NameServerFuzzTests
{
    private const int Seed = 20260801;
    private const int Count = 10_000;

    // Sent behind each packet: when it is answered, the packet has been dealt with.
    private static readonly byte[] s_sentinel = Packet.Query("sentinel", RecordType.AAAA, id: 0xfffe);

    [Fact]
    public void Malformed_queries_are_survived_and_not_amplified()
    {
        var random = new Random(Seed);
        using var resolver = new FakeResolver(query => [Packet.Answer(query, 0, RecordType.A, [.. Enumerable.Range(0, 250).Select(i => new byte[] { 10, 9, 9, (byte)i })])]);
        var endpoints = Enumerable.Range(1, 250).Select(i => Endpoint($"c{i}", $"10.0.0.{i}", aliases: ["all"])).Append(Endpoint("sentinel", null, "fd00::1")).ToArray();
        using var server = new TestNameServer(Table(endpoints), new UpstreamOptions { Servers = [resolver.EndPoint] });
        using var socket = server.Datagrams();
        var (answered, malformed) = (0, 0);
        var packets = new byte[Count][];
        for (var i = 0; i < Count; i++)
        {
            var packet = packets[i] = Malform(random, random.Next(3) == 0 ? Packet.Query("www.example.com", RecordType.A, edns: 4096) : Packet.Query("all", RecordType.A, edns: random.Next(2) == 0 ? null : 4096));
            Packet.Number((ushort)i).AsSpan(0, Math.Min(2, packet.Length)).CopyTo(packet);
            socket.Send(packet);
            socket.Send(s_sentinel);
            for (var answer = socket.ReceivePacket(); !answer.AsSpan(0, 2).SequenceEqual(s_sentinel.AsSpan(0, 2)); answer = socket.ReceivePacket())
            {
                // What a resolver was asked may be answered later than this packet.
                var query = packets[Packet.Count(answer, 0)];
                answered++;
                Assert.InRange(answer.Length, 12, Limit(query));
                Assert.NotEqual(0, answer[2] & 0x80);
                if ((answer[3] & Packet.Code) != ResponseCode.FORMERR) continue;
                malformed++;
                Assert.InRange(answer.Length, 12, query.Length);
            }
        }

        // Both happen: some are so malformed that nothing is said, others can be answered.
        Assert.InRange(answered, Count / 10, Count);
        Assert.InRange(malformed, Count / 20, Count);
        Assert.Equal(28, server.Query(s_sentinel).Length - Packet.QuestionEnd(s_sentinel));
    }

    [Fact]
    public void Malformed_queries_by_TCP_are_survived()
    {
        var random = new Random(Seed);
        using var server = new TestNameServer(Table(Endpoint("db", "10.0.0.2")));
        for (var i = 0; i < 1000; i++)
        {
            using var socket = server.Connect();
            var packet = Malform(random, Packet.Query("db", RecordType.A, edns: 4096));
            byte[] message = random.Next(4) == 0 ? packet : SocketMessages.WithLength(packet);
            socket.Send(message);
            socket.Shutdown(SocketShutdown.Send);
            while (socket.ReceiveMessage() is { } answer) Assert.InRange(answer.Length, 12, 512);
        }

        Assert.Equal(2, server.QueryByStream(Packet.Query("db", RecordType.A))[^1]);
    }

    [Fact]
    public void Malformed_answers_are_survived()
    {
        var random = new Random(Seed);
        using var resolver = new FakeResolver(query =>
        {
            var answer = Malform(random, Packet.Answer(query, 0, RecordType.A, [10, 9, 9, 1], [10, 9, 9, 2]));
            return random.Next(2) == 0 ? [answer, Packet.Answer(query, 0, RecordType.A, [10, 9, 9, 3])] : [answer, answer[..random.Next(answer.Length + 1)], Packet.Answer(query, 0, RecordType.A, [10, 9, 9, 3])];
        });
        using var server = new TestNameServer(Table(Endpoint("db", "10.0.0.2")), new UpstreamOptions { Servers = [resolver.EndPoint], Timeout = TimeSpan.FromSeconds(60) });
        using var socket = server.Datagrams();
        for (var i = 0; i < 2000; i++)
        {
            socket.Send(Packet.Query("www.example.com", RecordType.A, (ushort)i));
            var answer = socket.ReceivePacket();
            Assert.Equal(i, Packet.Count(answer, 0));
            Assert.InRange(answer.Length, 12, 512);
        }

        Assert.Equal(2, server.Query(Packet.Query("db", RecordType.A))[^1]);
    }

    // Of an answer's length: 512, or what the packet says, if it is understood as EDNS.
    private static int Limit(byte[] packet) => DnsQuery.Read(packet, out var query) == QueryVerdict.Good && query.HasEdns ? Math.Max(512, query.UdpLimit) : 512;

    private static byte[] Malform(Random random, byte[] packet)
    {
        switch (random.Next(8))
        {
            case 0: // anything at all
                packet = new byte[random.Next(0, 600)];
                random.NextBytes(packet);
                break;
            case 1: // cut off
                packet = packet[..random.Next(packet.Length)];
                break;
            case 2: // with something behind it
                packet = [.. packet, .. new byte[random.Next(1, 1000)]];
                break;
            case 3: // counts that lie
                BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4 + 2 * random.Next(4)), (ushort)random.Next(65536));
                break;
            case 4: // a label, a length or a pointer somewhere in the question
                packet[12 + random.Next(packet.Length - 12)] = (byte)random.Next(0x3f, 0x100);
                break;
            case 5: // pointers in circles
                for (var at = 12 + random.Next(4); at + 1 < packet.Length; at += 2) (packet[at], packet[at + 1]) = (0xc0, (byte)random.Next(packet.Length));
                break;
            case 6: // a name without an end
                packet = [.. packet[..12], .. Enumerable.Repeat<byte[]>([1, (byte)'a'], random.Next(120, 300)).SelectMany(label => label), 0, 0, 1, 0, 1];
                break;
            default: // bits
                for (var i = random.Next(1, 8); i > 0; i--) packet[random.Next(2, packet.Length)] ^= (byte)(1 << random.Next(8));
                break;
        }

        return packet;
    }
}
