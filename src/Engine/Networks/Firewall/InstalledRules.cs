using System.Buffers.Binary;
using System.Text;
using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// Asks the kernel what there is of our tables (linux/netfilter/nf_tables.h): a tenth of a millisecond, so that every change can see what others have done to
/// them.
/// </summary>
internal static class InstalledRules
{
    /// <summary>The family that has IPv4 and IPv6 in one.</summary>
    internal const byte Inet = 1;

    /// <summary>The family of bridges.</summary>
    internal const byte Bridge = 7;

    private const int NFT_MSG_GETRULE = 7;
    private const int NFT_MSG_GETSETELEM = 13;
    private const int NFT_MSG_GETGEN = 16;
    private const ushort NFTA_RULE_TABLE = 1;
    private const ushort NFTA_SET_ELEM_LIST_TABLE = 1;
    private const ushort NFTA_SET_ELEM_LIST_SET = 2;
    private const int NFTA_SET_ELEM_LIST_ELEMENTS = 3;
    private const int NFTA_SET_ELEM_FLAGS = 3;
    private const int NFTA_GEN_ID = 1;
    private const uint NFT_SET_ELEM_INTERVAL_END = 1;

    /// <summary>How many rules the table has; 0 also when there is no such table.</summary>
    internal static int Count(byte family, string table)
    {
        using var socket = NetfilterSocket.TryOpen();
        if (socket is null) return 0;
        var count = 0;
        var errno = socket.List(NetfilterBatch.NFNL_SUBSYS_NFTABLES, NFT_MSG_GETRULE, family, Text(NFTA_RULE_TABLE, table), (_, _) => count++);
        return errno == 0 ? count : errno == LibC.ENOENT ? 0 : throw new KernelException("NFT_MSG_GETRULE", table, errno);
    }

    /// <summary>True when each set of the table has as many elements as there are to be; those that are not named, none.</summary>
    internal static bool HasElements(byte family, string table, IEnumerable<string> sets, IReadOnlyDictionary<string, HashSet<FirewallElement>> elements)
    {
        using var socket = NetfilterSocket.TryOpen();
        if (socket is null) return false;
        foreach (var set in sets)
        {
            var count = 0;
            byte[] attributes = [.. Text(NFTA_SET_ELEM_LIST_TABLE, table), .. Text(NFTA_SET_ELEM_LIST_SET, set)];
            var errno = socket.List(NetfilterBatch.NFNL_SUBSYS_NFTABLES, NFT_MSG_GETSETELEM, family, attributes, (_, answer) => count += CountElements(answer));
            if (errno != 0 || count != (elements.TryGetValue(set, out var known) ? known.Count : 0)) return false;
        }

        return true;
    }

    /// <summary>
    /// The number of the last transaction of all tables in this network namespace, whosever they are; null when it cannot be known. Each transaction has the next.
    /// </summary>
    internal static uint? Generation()
    {
        using var socket = NetfilterSocket.TryOpen();
        uint? generation = null;
        _ = socket?.Do(NetfilterBatch.NFNL_SUBSYS_NFTABLES, NFT_MSG_GETGEN, 0, [], (_, answer) =>
        {
            var number = NetfilterSocket.Find(answer, NFTA_GEN_ID);
            if (number.Length == 4) generation = BinaryPrimitives.ReadUInt32BigEndian(number);
        });
        return generation;
    }

    // An interval may be two elements, of which one is its end.
    private static int CountElements(ReadOnlySpan<byte> answer)
    {
        var count = 0;
        var list = new Linux.Netlink.NetlinkAttributes(NetfilterSocket.Find(answer, NFTA_SET_ELEM_LIST_ELEMENTS));
        while (list.Next())
        {
            var flags = NetfilterSocket.Find(list.Value, NFTA_SET_ELEM_FLAGS);
            if (flags.Length != 4 || (BinaryPrimitives.ReadUInt32BigEndian(flags) & NFT_SET_ELEM_INTERVAL_END) == 0) count++;
        }

        return count;
    }

    // An attribute that is text with a zero at its end.
    private static byte[] Text(ushort type, string text)
    {
        var length = 4 + text.Length + 1;
        var attribute = new byte[(length + 3) & ~3];
        BitConverter.TryWriteBytes(attribute, (ushort)length);
        BitConverter.TryWriteBytes(attribute.AsSpan(2), type);
        Encoding.ASCII.GetBytes(text, attribute.AsSpan(4));
        return attribute;
    }
}
