using System.Buffers.Binary;
using ContainerPS.Engine.Linux.Netlink;

namespace ContainerPS.Engine.Networks;

/// <summary>A transaction of the packet filter in the kernel's own words (linux/netfilter/nf_tables.h): all of its messages are done, or none.</summary>
internal sealed class NetfilterBatch
{
    internal const int NFNL_SUBSYS_NFTABLES = 10;
    internal const ushort NFTA_LIST_ELEM = 1;
    internal const ushort NFTA_DATA_VALUE = 1;

    private const ushort NFNL_MSG_BATCH_BEGIN = 16;
    private const ushort NFNL_MSG_BATCH_END = 17;
    private const int EmptySize = NetlinkMessage.HeaderSize + 4;

    private readonly MemoryStream _bytes = new();
    private int _last;

    /// <summary>Begins one.</summary>
    internal NetfilterBatch() => Add(Limit(NFNL_MSG_BATCH_BEGIN));

    /// <summary>Begins a message.</summary>
    /// <param name="type">NFT_MSG_….</param>
    /// <param name="family">The tables': IPv4, inet, bridge.</param>
    /// <param name="flags">NLM_F_….</param>
    /// <param name="size">How many bytes its attributes have at most.</param>
    internal static NetlinkMessage Message(ushort type, byte family, ushort flags, int size)
    {
        var message = new NetlinkMessage(new byte[EmptySize + size], (ushort)((NFNL_SUBSYS_NFTABLES << 8) | type), (ushort)(NetlinkSocket.NLM_F_REQUEST | flags));

        // nfgenmsg: family, version, and nothing.
        message.Append((uint)family);
        return message;
    }

    /// <summary>Adds a message.</summary>
    internal void Add(in NetlinkMessage message)
    {
        _last = (int)_bytes.Length;
        _bytes.Write(message.Finish(0));
    }

    /// <summary>The whole. Its last message that does something asks for an answer: when all before it were done, it was, too.</summary>
    internal ReadOnlySpan<byte> Finish()
    {
        var last = _last;
        Add(Limit(NFNL_MSG_BATCH_END));
        var bytes = _bytes.GetBuffer().AsSpan(0, (int)_bytes.Length);
        var flags = bytes[(last + 6)..];
        BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | NetlinkSocket.NLM_F_ACK));
        return bytes;
    }

    // nfgenmsg: whose batch it is, in the network's order of bytes.
    private static NetlinkMessage Limit(ushort type)
    {
        var message = new NetlinkMessage(new byte[EmptySize], type, NetlinkSocket.NLM_F_REQUEST);
        message.Append((uint)NFNL_SUBSYS_NFTABLES << 24);
        return message;
    }
}
