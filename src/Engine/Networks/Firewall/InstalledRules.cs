using System.Text;
using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// Asks the kernel how many rules a table has (linux/netfilter/nf_tables.h): a tenth of a millisecond, so that every change can see that
/// <c>nft flush table</c> has left our sets without rules.
/// </summary>
internal static class InstalledRules
{
    /// <summary>The family that has IPv4 and IPv6 in one.</summary>
    internal const byte Inet = 1;

    /// <summary>The family of bridges.</summary>
    internal const byte Bridge = 7;

    private const int NFNL_SUBSYS_NFTABLES = 10;
    private const int NFT_MSG_GETRULE = 7;
    private const int NFTA_RULE_TABLE = 1;

    /// <summary>How many rules the table has; 0 also when there is no such table.</summary>
    internal static int Count(byte family, string table)
    {
        using var socket = NetfilterSocket.TryOpen();
        if (socket is null) return 0;
        var name = Encoding.ASCII.GetBytes(table + '\0');
        var attribute = new byte[(4 + name.Length + 3) & ~3];
        BitConverter.TryWriteBytes(attribute, (ushort)(4 + name.Length));
        BitConverter.TryWriteBytes(attribute.AsSpan(2), (ushort)NFTA_RULE_TABLE);
        name.CopyTo(attribute, 4);
        var count = 0;
        var errno = socket.List(NFNL_SUBSYS_NFTABLES, NFT_MSG_GETRULE, family, attribute, (_, _) => count++);
        return errno == 0 ? count : errno == LibC.ENOENT ? 0 : throw new KernelException("NFT_MSG_GETRULE", table, errno);
    }
}
