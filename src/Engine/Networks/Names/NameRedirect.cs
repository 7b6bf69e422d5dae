using System.Buffers.Binary;
using ContainerPS.Engine.Linux.Netlink;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// Leads queries to the name service's address, port 53, on to the port that it has: port 53 stays free for a DNS server that listens at all addresses of its
/// container. One table with two rules, of the network namespace that the thread is in:
/// <code>
/// table ip containerps {
///     chain output {
///         type nat hook output priority -100;
///         ip daddr 127.0.0.11 udp dport 53 dnat to :PORT
///         ip daddr 127.0.0.11 tcp dport 53 dnat to :PORT
///     }
/// }
/// </code>
/// Told to the kernel in its own words (linux/netfilter/nf_tables.h): a container's start does not wait for a program that does it, and a host without one can
/// do it, too.
/// </summary>
internal static class NameRedirect
{
    private const string Table = "containerps";
    private const string Chain = "output";
    private const int QueryPort = 53;

    private const byte AF_INET = 2;
    private const byte IPPROTO_TCP = 6;
    private const byte IPPROTO_UDP = 17;
    private const ushort NLM_F_APPEND = 0x800;
    private const ushort NFT_MSG_NEWTABLE = 0;
    private const ushort NFT_MSG_NEWCHAIN = 3;
    private const ushort NFT_MSG_NEWRULE = 6;
    private const ushort NFTA_TABLE_NAME = 1;
    private const ushort NFTA_CHAIN_TABLE = 1;
    private const ushort NFTA_CHAIN_NAME = 3;
    private const ushort NFTA_CHAIN_HOOK = 4;
    private const ushort NFTA_CHAIN_TYPE = 7;
    private const ushort NFTA_HOOK_HOOKNUM = 1;
    private const ushort NFTA_HOOK_PRIORITY = 2;
    private const ushort NFTA_RULE_TABLE = 1;
    private const ushort NFTA_RULE_CHAIN = 2;
    private const ushort NFTA_RULE_EXPRESSIONS = 4;
    private const ushort NFTA_EXPR_NAME = 1;
    private const ushort NFTA_EXPR_DATA = 2;
    private const int NF_INET_LOCAL_OUT = 3;
    private const int NF_IP_PRI_NAT_DST = -100;

    // What an expression loads and the next one takes.
    private const uint Register = 1;

    /// <summary>Makes the rules; false where the kernel has no such, or they are there.</summary>
    /// <param name="port">The port of 127.0.0.11 that the name service has, for datagrams and for connections.</param>
    internal static bool TryMake(int port)
    {
        using var socket = NetfilterSocket.TryOpen();
        return socket is not null && socket.Change(Batch(port)) == 0;
    }

    private static NetfilterBatch Batch(int port)
    {
        var batch = new NetfilterBatch();
        var table = Message(NFT_MSG_NEWTABLE, NetlinkSocket.NLM_F_CREATE | NetlinkSocket.NLM_F_EXCL);
        table.Add(NFTA_TABLE_NAME, Table);
        batch.Add(table);
        var chain = Message(NFT_MSG_NEWCHAIN, NetlinkSocket.NLM_F_CREATE);
        chain.Add(NFTA_CHAIN_TABLE, Table);
        chain.Add(NFTA_CHAIN_NAME, Chain);
        chain.Add(NFTA_CHAIN_TYPE, "nat");
        var hook = chain.Begin(NFTA_CHAIN_HOOK);
        chain.AddNetworkOrder(NFTA_HOOK_HOOKNUM, NF_INET_LOCAL_OUT);
        chain.AddNetworkOrder(NFTA_HOOK_PRIORITY, unchecked((uint)NF_IP_PRI_NAT_DST));
        chain.End(hook);
        batch.Add(chain);
        batch.Add(Rule(IPPROTO_UDP, port));
        batch.Add(Rule(IPPROTO_TCP, port));
        return batch;
    }

    // The names and numbers of an expression's attributes are nft_payload's, nft_cmp's, nft_meta's, nft_immediate's and nft_nat's.
    private static NetlinkMessage Rule(byte protocol, int port)
    {
        const uint networkHeader = 1, transportHeader = 2, equal = 0, protocolOfTransport = 16, destination = 1;
        Span<byte> number = stackalloc byte[2];
        var rule = Message(NFT_MSG_NEWRULE, NetlinkSocket.NLM_F_CREATE | NLM_F_APPEND);
        rule.Add(NFTA_RULE_TABLE, Table);
        rule.Add(NFTA_RULE_CHAIN, Chain);
        var expressions = rule.Begin(NFTA_RULE_EXPRESSIONS);
        Express(ref rule, "payload", [Register, networkHeader, 16, 4]);
        Express(ref rule, "cmp", [Register, equal], NameServerSockets.Address.Address.GetAddressBytes());
        Express(ref rule, "meta", [Register, protocolOfTransport]);
        Express(ref rule, "cmp", [Register, equal], [protocol]);
        Express(ref rule, "payload", [Register, transportHeader, 2, 2]);
        BinaryPrimitives.WriteUInt16BigEndian(number, QueryPort);
        Express(ref rule, "cmp", [Register, equal], number);
        BinaryPrimitives.WriteUInt16BigEndian(number, (ushort)port);
        Express(ref rule, "immediate", [Register], number);
        Express(ref rule, "nat", [destination, AF_INET, null, null, Register]);
        rule.End(expressions);
        return rule;
    }

    // Its attributes have the types 1, 2, …: numbers, but for those that are left out, and a value at the end.
    private static void Express(ref NetlinkMessage rule, string name, scoped ReadOnlySpan<uint?> numbers, scoped ReadOnlySpan<byte> value = default)
    {
        var element = rule.Begin(NetfilterBatch.NFTA_LIST_ELEM);
        rule.Add(NFTA_EXPR_NAME, name);
        var data = rule.Begin(NFTA_EXPR_DATA);
        ushort attribute = 1;
        foreach (var number in numbers)
        {
            if (number is not null) rule.AddNetworkOrder(attribute, number.Value);
            attribute++;
        }

        if (!value.IsEmpty)
        {
            var nested = rule.Begin(attribute);
            rule.Add(NetfilterBatch.NFTA_DATA_VALUE, value);
            rule.End(nested);
        }

        rule.End(data);
        rule.End(element);
    }

    private static NetlinkMessage Message(ushort type, ushort flags) => NetfilterBatch.Message(type, AF_INET, flags, 512);
}
