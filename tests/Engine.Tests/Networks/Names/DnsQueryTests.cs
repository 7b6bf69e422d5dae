using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Tests.Networks.Names;

public class DnsQueryTests
{
    private static readonly byte[] s_opt = [0, 0, 41, 0x10, 0, 0, 0, 0, 0, 0, 0];

    [Fact]
    public void Reads_a_query()
    {
        var packet = Packet.Query("Db.back", RecordType.AAAA);
        Assert.Equal(QueryVerdict.Good, DnsQuery.Read(packet, out var query));
        Assert.Equal(RecordType.AAAA, query.Type);
        Assert.Equal(RecordType.IN, query.Class);
        Assert.Equal(packet.Length, query.QuestionEnd);
        Assert.Equal(Packet.Name("Db.back"), query.Name(packet).ToArray());
        Assert.Equal(512, query.UdpLimit);
        Assert.False(query.HasEdns);
    }

    [Theory]
    [InlineData(0, 512)]
    [InlineData(511, 512)]
    [InlineData(1232, 1232)]
    [InlineData(65535, 65535)]
    public void Reads_what_the_client_takes(int size, int limit)
    {
        Assert.Equal(QueryVerdict.Good, DnsQuery.Read(Packet.Query("db", RecordType.A, edns: size), out var query));
        Assert.Equal(limit, query.UdpLimit);
        Assert.True(query.HasEdns);
        Assert.False(query.WantsSignatures);
    }

    [Fact]
    public void Reads_other_records_around_the_one_of_EDNS()
    {
        // With a cookie in it (RFC 7873), and a record with a name that points to itself before it.
        byte[] packet = [.. Packet.Query("db", RecordType.A), 0xc0, 20, 0, 16, 0, 1, 0, 0, 0, 0, 0, 1, 9, 0, 0, 41, 4, 0xd0, 0, 0, 0x80, 0, 0, 12, 0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8];
        packet[11] = 2;
        Assert.Equal(QueryVerdict.Good, DnsQuery.Read(packet, out var query));
        Assert.Equal(1232, query.UdpLimit);
        Assert.True(query.WantsSignatures);
    }

    public static TheoryData<string, byte[], string> Others => new()
    {
        { "empty", [], "Drop" },
        { "no header", new byte[11], "Drop" },
        { "an answer", Change(Packet.Query("db", 1), 2, 0x81), "Drop" },
        { "a status query", Change(Packet.Query("db", 1), 2, 0x10), "NotImplemented" },
        { "an update", Change(Packet.Query("db", 1), 2, 0x28), "NotImplemented" },
        { "no question", new byte[12], "Malformed" },
        { "two questions", Change([.. Packet.Query("db", 1), .. Packet.Query("db", 1)[12..]], 5, 2), "Malformed" },
        { "more questions than there are", Change(Packet.Query("db", 1), 4, 0xff), "Malformed" },
        { "no type", Packet.Query("db", 1)[..^3], "Malformed" },
        { "no class", Packet.Query("db", 1)[..^1], "Malformed" },
        { "a long label", Change(Packet.Query(new string('a', 63), 1), 12, 64), "Malformed" },
        { "a pointer to itself", [.. new byte[4].AsSpan().ToArray(), 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1], "Malformed" },
        { "a pointer forward", [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 18, 0, 1, 0, 1, 1, 97, 0], "Malformed" },
        { "something behind it", [.. Packet.Query("db", 1), 0], "Malformed" },
        { "more answers than there are", Change(Packet.Query("db", 1), 7, 1), "Malformed" },
        { "more authorities than there are", Change(Packet.Query("db", 1), 8, 0xff), "Malformed" },
        { "more additional records than there are", Change(Packet.Query("db", 1, edns: 512), 10, 0xff), "Malformed" },
        { "fewer additional records than there are", Change(Packet.Query("db", 1, edns: 512), 11, 0), "Malformed" },
        { "a record's data that is longer than the packet", Change(Packet.Query("db", 1, edns: 512), ^1, 1), "Malformed" },
        { "two of EDNS", Change([.. Packet.Query("db", 1), .. s_opt, .. s_opt], 11, 2), "Malformed" },
        { "EDNS among the answers", Change([.. Packet.Query("db", 1), .. s_opt], 7, 1), "Malformed" },
        { "EDNS with a name", Change([.. Packet.Query("db", 1), 1, 97, .. s_opt], 11, 1), "Malformed" },
        { "EDNS with a pointer for a name", Change([.. Packet.Query("db", 1), 0xc0, 15, .. s_opt[1..]], 11, 1), "Malformed" },
        { "EDNS 1", Change(Packet.Query("db", 1, edns: 512), ^5, 1), "BadVersion" },
        { "a whole zone", Packet.Query("db", RecordType.AXFR), "Refused" },
        { "a zone's changes", Packet.Query("db", RecordType.IXFR), "Refused" },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void Others_are_not_looked_up(string what, byte[] packet, string verdict) => Assert.Equal((what, verdict), (what, DnsQuery.Read(packet, out _).ToString()));

    [Fact]
    public void A_packet_that_was_cut_off_is_no_query()
    {
        var packet = Packet.Query("db.back", RecordType.A, edns: 1232);
        for (var length = 0; length < packet.Length; length++) Assert.NotEqual(QueryVerdict.Good, DnsQuery.Read(packet.AsSpan(0, length), out _));
        Assert.Equal(QueryVerdict.Good, DnsQuery.Read(packet, out _));
    }

    private static byte[] Change(byte[] packet, Index place, byte value)
    {
        packet[place] = value;
        return packet;
    }
}
