using ContainerPS.Engine.Linux.Netlink;
using Tmds.Linux;

namespace ContainerPS.Engine.Tests.Networks;

/// <summary>Messages to and from the kernel, byte by byte.</summary>
public sealed class NetlinkMessageTests
{
    [Fact]
    public void Attributes_have_a_length_a_type_and_padding()
    {
        var message = new NetlinkMessage(new byte[128], 16, 5);
        message.Append(0x01020304u);
        message.Add(3, "eth0");
        var inner = message.Begin(18);
        message.Add(1, 0xaabbccddu);
        message.AddShort(2, 7);
        message.End(inner);
        Assert.Equal(
            "34000000" + "1000" + "0500" + "09000000" + "00000000"
            + "04030201"
            + "0900" + "0300" + "65746830" + "00" + "000000"
            + "1400" + "1200" + "0800" + "0100" + "ddccbbaa" + "0600" + "0200" + "0700" + "0000",
            Convert.ToHexStringLower(message.Finish(9)));
    }

    [Fact]
    public void Attributes_are_read_back()
    {
        var message = new NetlinkMessage(new byte[128], 16, 5);
        message.Add(3, "eth0");
        message.Add(4, 1400u);
        message.Add(5, []);
        var attributes = new NetlinkAttributes(message.Finish(1)[NetlinkMessage.HeaderSize..]);
        Assert.True(attributes.Next());
        Assert.Equal((3, "eth0"), (attributes.Type, attributes.Text));
        Assert.True(attributes.Next());
        Assert.Equal((4, 1400u), (attributes.Type, attributes.Number));
        Assert.True(attributes.Next());
        Assert.Equal(0u, attributes.Number);
        Assert.False(attributes.Next());
    }

    [Fact]
    public void Nonsense_ends_the_list()
    {
        var random = new Random(7);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            var attributes = new NetlinkAttributes(bytes);
            var (count, size) = (0, 0);
            while (attributes.Next()) (count, size) = (count + 1, size + attributes.Value.Length);
            Assert.True(count <= bytes.Length / 4 && size <= bytes.Length);
            NetlinkSocket.ErrorOf(bytes, (ushort)random.Next(ushort.MaxValue));
        }
    }

    [Fact]
    public void What_the_kernel_says_of_an_error_is_read()
    {
        var bytes = new byte[4 + NetlinkMessage.HeaderSize + 16];
        BitConverter.TryWriteBytes(bytes, -(int)LibC.EINVAL);
        BitConverter.TryWriteBytes(bytes.AsSpan(4), 16);
        BitConverter.TryWriteBytes(bytes.AsSpan(20), (ushort)(4 + 9));
        BitConverter.TryWriteBytes(bytes.AsSpan(22), (ushort)1);
        "No route\0"u8.CopyTo(bytes.AsSpan(24));
        Assert.Equal(((int)LibC.EINVAL, "No route"), NetlinkSocket.ErrorOf(bytes, 0x200));
        Assert.Equal(((int)LibC.EINVAL, (string?)null), NetlinkSocket.ErrorOf(bytes, 0));
    }
}
