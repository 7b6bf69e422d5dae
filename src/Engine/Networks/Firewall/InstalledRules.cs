using System.Text;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// Asks the kernel how many rules a table has (linux/netfilter/nf_tables.h), in the network namespace of the calling thread: a tenth of a millisecond, so that
/// every change can see that <c>nft flush table</c> has left our sets without rules.
/// </summary>
internal static unsafe class InstalledRules
{
    /// <summary>The family that has IPv4 and IPv6 in one.</summary>
    internal const byte Inet = 1;

    /// <summary>The family of bridges.</summary>
    internal const byte Bridge = 7;

    private const int AF_NETLINK = 16;
    private const int SOCK_RAW = 3;
    private const int NETLINK_NETFILTER = 12;
    private const int NFNL_SUBSYS_NFTABLES = 10;
    private const int NFT_MSG_NEWRULE = 6;
    private const int NFT_MSG_GETRULE = 7;
    private const int NFTA_RULE_TABLE = 1;
    private const int NLM_F_REQUEST = 1;
    private const int NLM_F_DUMP = 0x300;
    private const int NLMSG_ERROR = 2;
    private const int NLMSG_DONE = 3;

    /// <summary>How many rules the table has; 0 also when there is no such table.</summary>
    internal static int Count(byte family, string table)
    {
        var fd = (int)Syscall.Raw(Syscall.Number(41, 198) /* socket */, AF_NETLINK, SOCK_RAW | Syscall.SOCK_CLOEXEC, NETLINK_NETFILTER);

        // A kernel without nftables has none of our rules.
        if (fd == -LibC.EPROTONOSUPPORT || fd == -LibC.EAFNOSUPPORT) return 0;
        if (fd < 0) throw new KernelException("socket(NETLINK_NETFILTER)", table, -fd);
        using var socket = new SafeFileHandle(fd, ownsHandle: true);
        Ask(socket, family, table);
        return CountAnswers(socket, table);
    }

    private static void Ask(SafeFileHandle socket, byte family, string table)
    {
        // nlmsghdr (16), nfgenmsg (4), one attribute: length, type, name
        var name = Encoding.ASCII.GetBytes(table + '\0');
        Span<byte> message = stackalloc byte[20 + ((4 + name.Length + 3) & ~3)];
        message.Clear();
        BitConverter.TryWriteBytes(message, message.Length);
        BitConverter.TryWriteBytes(message[4..], (ushort)((NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_GETRULE));
        BitConverter.TryWriteBytes(message[6..], (ushort)(NLM_F_REQUEST | NLM_F_DUMP));
        message[16] = family;
        BitConverter.TryWriteBytes(message[20..], (ushort)(4 + name.Length));
        BitConverter.TryWriteBytes(message[22..], (ushort)NFTA_RULE_TABLE);
        name.CopyTo(message[24..]);
        nint result;
        fixed (byte* bytes = message) result = Syscall.send(socket.Number(), bytes, message.Length, 0);
        if (result < 0) throw new KernelException("send(NFT_MSG_GETRULE)", table, (int)-result);
    }

    private static int CountAnswers(SafeFileHandle socket, string table)
    {
        var buffer = new byte[32 * 1024];
        var count = 0;
        while (true)
        {
            nint length;
            fixed (byte* bytes = buffer) length = Syscall.recv(socket.Number(), bytes, buffer.Length, 0);
            if (length == -LibC.EINTR) continue;
            if (length < 0) throw new KernelException("recv(NFT_MSG_GETRULE)", table, (int)-length);
            ReadOnlySpan<byte> rest = buffer.AsSpan(0, (int)length);
            while (rest.Length >= 16)
            {
                var size = BitConverter.ToInt32(rest);
                var type = BitConverter.ToUInt16(rest[4..]);
                if (size < 16 || size > rest.Length) throw new KernelException("recv(NFT_MSG_GETRULE)", table, LibC.EIO);
                if (type == NLMSG_DONE) return count;
                if (type == NLMSG_ERROR)
                {
                    var errno = -BitConverter.ToInt32(rest[16..]);
                    return errno is 0 || errno == LibC.ENOENT ? 0 : throw new KernelException("NFT_MSG_GETRULE", table, errno);
                }

                if (type == ((NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_NEWRULE)) count++;
                rest = rest[Math.Min(rest.Length, (size + 3) & ~3)..];
            }
        }
    }
}
