using System.Text;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Tests.Networks.Names;

public class DnsNameTests
{
    [Fact]
    public void A_name_ends_behind_its_zero() => Assert.Equal(8, DnsName.End([3, .. "abc"u8, 2, .. "de"u8, 0, 7, 7], 0));

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void A_label_has_63_bytes_at_most(int length, bool isName) =>
        Assert.Equal(isName ? length + 2 : -1, DnsName.End([(byte)length, .. new byte[length], 0], 0));

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void A_name_has_255_bytes_at_most(int length, bool isName)
    {
        var name = new byte[length];
        for (var at = 0; at < length - 1;)
        {
            var label = Math.Min(50, length - at - 2);
            name[at] = (byte)label;
            at += label + 1;
        }

        Assert.Equal(isName ? length : -1, DnsName.End(name, 0));
        Assert.Equal(isName ? length : -1, DnsName.SkipName(name, 0));
    }

    [Theory]
    [InlineData("03616263")] // no zero
    [InlineData("0a616263")] // a label that is longer than the packet
    [InlineData("")]
    [InlineData("c00c")] // a pointer
    [InlineData("0161c000")] // a pointer behind a label
    [InlineData("416100")] // kinds of labels that are not used
    [InlineData("806100")]
    public void No_name_of_a_question(string hex) => Assert.Equal(-1, DnsName.End(Convert.FromHexString(hex), 0));

    [Theory]
    [InlineData("c00000", 2)] // to itself
    [InlineData("c0ff00", 2)] // beyond the packet
    [InlineData("0161c00000", 4)]
    [InlineData("c0", -1)]
    [InlineData("0161c0", -1)]
    [InlineData("800000", -1)]
    [InlineData("410000", -1)]
    public void Pointers_of_records_are_skipped_and_not_followed(string hex, int end) => Assert.Equal(end, DnsName.SkipName(Convert.FromHexString(hex), 0));

    [Theory]
    [InlineData(-1)]
    [InlineData(5)]
    [InlineData(int.MaxValue)]
    public void No_name_outside_the_packet(int start)
    {
        Assert.Equal(-1, DnsName.End([0, 0, 0], start));
        Assert.Equal(-1, DnsName.SkipName([0, 0, 0], start));
    }

    [Fact]
    public void Letters_become_lower_and_lengths_stay()
    {
        byte[] name = [63, .. Encoding.ASCII.GetBytes(new string('Z', 63)), 3, .. "a@["u8, 0];
        Assert.Equal([63, .. Encoding.ASCII.GetBytes(new string('z', 63)), 3, .. "a@["u8, 0], DnsName.Lower(name, new byte[255]).ToArray());
    }

    [Theory]
    [InlineData("db", "DB", true)]
    [InlineData("db", "dB", true)]
    [InlineData("d@", "d`", false)] // differ in the same bit as letters do
    [InlineData("d[", "d{", false)]
    [InlineData("db", "dc", false)]
    [InlineData("db", "dbb", false)]
    public void Names_are_compared_without_case(string a, string b, bool areEqual) => Assert.Equal(areEqual, DnsName.AreEqual(Encoding.ASCII.GetBytes(a), Encoding.ASCII.GetBytes(b)));

    [Fact]
    public void Encodes_what_packets_can_hold()
    {
        Assert.Equal("\u0001a\u0002Bc\0"u8.ToArray(), DnsName.Encode("a.Bc"));
        Assert.NotNull(DnsName.Encode(new string('a', 63)));
        Assert.Null(DnsName.Encode(new string('a', 64)));
        Assert.Null(DnsName.Encode("a..b"));
        Assert.Null(DnsName.Encode(""));
        Assert.Null(DnsName.Encode("a."));
        Assert.Equal(255, DnsName.Encode(string.Join('.', Enumerable.Repeat("abcdefghi", 25)) + ".abc")!.Length);
        Assert.Null(DnsName.Encode(string.Join('.', Enumerable.Repeat("abcdefghi", 25)) + ".abcd"));
    }

    [Theory]
    [InlineData("db", true)]
    [InlineData("db.back", false)]
    [InlineData("", false)]
    public void Tells_names_of_one_label(string name, bool hasOne) => Assert.Equal(hasOne, DnsName.HasOneLabel(Packet.Name(name)));

    [Theory]
    [InlineData("4.3.2.1.in-addr.arpa", "01020304")]
    [InlineData("255.0.0.10.in-addr.arpa", "0a0000ff")]
    [InlineData("256.0.0.10.in-addr.arpa", "")]
    [InlineData("04.3.2.1.in-addr.arpa", "")]
    [InlineData("0x4.3.2.1.in-addr.arpa", "")]
    [InlineData("3.2.1.in-addr.arpa", "")]
    [InlineData("5.4.3.2.1.in-addr.arpa", "")]
    [InlineData("in-addr.arpa", "")]
    [InlineData("4.3.2.1.in-addr.arpa.de", "")]
    [InlineData("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.d.f.ip6.arpa", "fd010db8000000000000000000000001")]
    [InlineData("g.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.d.f.ip6.arpa", "")]
    [InlineData("0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.d.f.ip6.arpa", "")]
    [InlineData("10.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.d.f.0.ip6.arpa", "")]
    [InlineData("ip6.arpa", "")]
    public void Reads_the_names_of_addresses(string name, string address) =>
        Assert.Equal(address, Convert.ToHexStringLower(ReverseName.Address(Packet.Name(name), new byte[16])));
}
