using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Tests.Networks.Names;

public class DnsReplyTests
{
    [Fact]
    public void Keeps_id_flags_and_letters()
    {
        var packet = Packet.Query("dB.bAcK", RecordType.A);
        packet[3] = 0x10; // checking disabled
        var answer = Addresses(packet, 512, 1, 0);
        Assert.Equal(packet[..2], answer[..2]);
        Assert.Equal([0x81, 0x90], answer[2..4]);
        Assert.Equal(packet[12..], answer[12..packet.Length]);
        Assert.Equal([[10, 0, 0, 0]], Packet.Records(answer));
    }

    [Theory]
    [InlineData(RecordType.A, new[] { 4, 4 })]
    [InlineData(RecordType.AAAA, new[] { 16, 16, 16 })]
    [InlineData(RecordType.ANY, new[] { 4, 4, 16, 16, 16 })]
    [InlineData(15 /* MX */, new int[0])]
    [InlineData(65 /* HTTPS */, new int[0])]
    public void Answers_with_what_was_asked_for(ushort type, int[] sizes) =>
        Assert.Equal(sizes, Packet.Records(Addresses(Packet.Query("db", type), 512, 2, 3)).Select(record => record.Length));

    [Fact]
    public void Rotates()
    {
        var first = Enumerable.Range(0, 4).Select(i => Packet.Records(Addresses(Packet.Query("db", RecordType.A), 512, 3, 0, (uint)i))[0][3]);
        Assert.Equal(new byte[] { 0, 1, 2, 0 }, first);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1232)]
    public void Leaves_out_what_does_not_fit(int? edns)
    {
        var answer = Addresses(Packet.Query("db", RecordType.ANY, edns: edns), edns ?? 512, 100, 100);
        Assert.InRange(answer.Length, (edns ?? 512) - 28, edns ?? 512);
        Assert.Equal(0x02, answer[2] & 0x02);
        Assert.NotEmpty(Packet.Records(answer));
        var whole = Addresses(Packet.Query("db", RecordType.ANY, edns: edns), 65535, 100, 100);
        Assert.Equal(0, whole[2] & 0x02);
        Assert.Equal(200, Packet.Records(whole).Count);
    }

    [Fact]
    public void Answers_EDNS_with_EDNS()
    {
        var packet = Packet.Query("db", RecordType.A, edns: 1232);
        packet[^4] = 0x80; // the client wants signatures
        var answer = Addresses(packet, 1232, 1, 0);
        Assert.Equal(1, Packet.Count(answer, 10));
        Assert.Equal([0, 0, 41, 0x10, 0, 0, 0, 0x80, 0, 0, 0], answer[^11..]);
    }

    [Fact]
    public void Says_which_EDNS_it_knows()
    {
        var packet = Packet.Query("db", RecordType.A, edns: 1232);
        packet[^5] = 1;
        Assert.Equal(QueryVerdict.BadVersion, DnsQuery.Read(packet, out var query));
        var buffer = Buffer(packet);
        var answer = buffer[..DnsReply.Write(buffer, query, ResponseCode.BADVERS)];
        Assert.Equal(0, answer[3] & Packet.Code);
        Assert.Equal([0, 0, 41, 0x10, 0, 1, 0, 0, 0, 0, 0], answer[^11..]);
    }

    [Fact]
    public void An_error_without_a_question_is_a_header()
    {
        byte[] packet = [.. Packet.Query("db", RecordType.A)[..14], 0xc0, 0xff];
        Assert.Equal(QueryVerdict.Malformed, DnsQuery.Read(packet, out var query));
        var buffer = Buffer(packet);
        Assert.Equal(12, DnsReply.Write(buffer, query, ResponseCode.FORMERR));
        Assert.Equal([0x12, 0x34, 0x81, 0x81, 0, 0, 0, 0, 0, 0, 0, 0], buffer[..12]);
    }

    [Fact]
    public void Names_an_address()
    {
        var packet = Packet.Query("2.0.0.10.in-addr.arpa", RecordType.PTR);
        DnsQuery.Read(packet, out var query);
        var buffer = Buffer(packet);
        var answer = buffer[..DnsReply.WriteName(buffer, query, 512, Packet.Name("db.back"))];
        Assert.Equal([Packet.Name("db.back")], Packet.Records(answer));
    }

    private static byte[] Addresses(byte[] packet, int limit, int version4, int version6, uint first = 0)
    {
        Assert.Equal(QueryVerdict.Good, DnsQuery.Read(packet, out var query));
        var addresses = new NamedAddresses(
            [.. Enumerable.Range(0, version4).SelectMany(i => new byte[] { 10, 0, 0, (byte)i })],
            [.. Enumerable.Range(0, version6).SelectMany(i => new byte[] { 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)i })]);
        var buffer = Buffer(packet);
        return buffer[..DnsReply.WriteAddresses(buffer, query, limit, addresses, first)];
    }

    private static byte[] Buffer(byte[] packet)
    {
        var buffer = new byte[65535];
        Array.Fill(buffer, (byte)0xee);
        packet.CopyTo(buffer, 0);
        return buffer;
    }
}
