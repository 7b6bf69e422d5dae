using ContainerPS.Engine.Linux.Netlink;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// Changes of what is in our sets, as messages to the kernel: a tenth of a millisecond, where the program <c>nft</c> reads all elements that there are before it
/// adds one. No table and no set is made: where ours are gone a change fails, and everything is made anew.
/// </summary>
internal static class FirewallMessages
{
    private const ushort NFT_MSG_NEWSETELEM = 12;
    private const ushort NFT_MSG_DELSETELEM = 14;
    private const ushort NFTA_SET_ELEM_LIST_TABLE = 1;
    private const ushort NFTA_SET_ELEM_LIST_SET = 2;
    private const ushort NFTA_SET_ELEM_LIST_ELEMENTS = 3;
    private const ushort NFTA_SET_ELEM_KEY = 1;
    private const ushort NFTA_SET_ELEM_DATA = 2;
    private const ushort NFTA_SET_ELEM_FLAGS = 3;
    private const ushort NFTA_SET_ELEM_KEY_END = 10;
    private const uint NFT_SET_ELEM_INTERVAL_END = 1;

    // So many fit into an answer that tells of an error.
    private const int ElementsOfMessage = 128;
    private const int LongestElement = 160;
    private const int LongestNames = 256;

    /// <summary>What is added is added again when it is there, without harm.</summary>
    internal static NetfilterBatch Add(string table, FirewallState part)
    {
        var batch = Begin(table);
        Add(batch, NFT_MSG_NEWSETELEM, table, FirewallElements.Of(part));
        return batch;
    }

    /// <summary>What is taken away is added first, so that it may be gone already. What is there with another target makes it fail: it is somebody else's by now.</summary>
    internal static NetfilterBatch Remove(string table, FirewallState part)
    {
        var batch = Begin(table);
        var elements = FirewallElements.Of(part);
        Add(batch, NFT_MSG_NEWSETELEM, table, elements);
        Add(batch, NFT_MSG_DELSETELEM, table, elements);
        return batch;
    }

    // Fails when the rules are of another version.
    private static NetfilterBatch Begin(string table)
    {
        var batch = new NetfilterBatch();
        foreach (var family in (ReadOnlySpan<byte>)[InstalledRules.Inet, InstalledRules.Bridge])
            batch.Add(Message(NFT_MSG_NEWSETELEM, family, table, FirewallRules.VersionSet, [new FirewallElement([FirewallWords.Mark(FirewallRules.VersionElement)], [])]));
        return batch;
    }

    private static void Add(NetfilterBatch batch, ushort type, string table, FirewallElements elements)
    {
        Add(batch, type, InstalledRules.Inet, table, elements.Inet);
        Add(batch, type, InstalledRules.Bridge, table, elements.Bridge);
    }

    private static void Add(NetfilterBatch batch, ushort type, byte family, string table, IReadOnlyDictionary<string, HashSet<FirewallElement>> sets)
    {
        foreach (var (set, elements) in sets)
            foreach (var some in elements.Chunk(ElementsOfMessage)) batch.Add(Message(type, family, table, set, some));
    }

    private static NetlinkMessage Message(ushort type, byte family, string table, string set, FirewallElement[] elements)
    {
        var message = NetfilterBatch.Message(type, family, type == NFT_MSG_NEWSETELEM ? NetlinkSocket.NLM_F_CREATE : (ushort)0, LongestNames + (elements.Length * LongestElement));
        message.Add(NFTA_SET_ELEM_LIST_TABLE, table);
        message.Add(NFTA_SET_ELEM_LIST_SET, set);
        var list = message.Begin(NFTA_SET_ELEM_LIST_ELEMENTS);
        foreach (var element in elements) Add(ref message, element);
        message.End(list);
        return message;
    }

    // An interval of one word is two elements, of which the second begins what is outside again; one of several words is an element with two keys.
    private static void Add(ref NetlinkMessage message, FirewallElement element)
    {
        var key = Join(element.Key, static word => word.Bytes);
        var isInterval = element.Key.Any(static word => word.IsInterval);
        Add(ref message, key, isInterval && element.Key.Count > 1 ? Join(element.Key, static word => word.Last) : [], Join(element.Data, static word => word.Bytes));
        if (isInterval && element.Key.Count == 1 && Next(element.Key[0].Last) is { } next) Add(ref message, next, [], [], NFT_SET_ELEM_INTERVAL_END);
    }

    private static void Add(ref NetlinkMessage message, byte[] key, byte[] last, byte[] data, uint flags = 0)
    {
        var element = message.Begin(NetfilterBatch.NFTA_LIST_ELEM);
        AddValue(ref message, NFTA_SET_ELEM_KEY, key);
        if (last.Length > 0) AddValue(ref message, NFTA_SET_ELEM_KEY_END, last);
        if (data.Length > 0) AddValue(ref message, NFTA_SET_ELEM_DATA, data);
        if (flags != 0) message.AddNetworkOrder(NFTA_SET_ELEM_FLAGS, flags);
        message.End(element);
    }

    private static void AddValue(ref NetlinkMessage message, ushort attribute, byte[] value)
    {
        var data = message.Begin(attribute);
        message.Add(NetfilterBatch.NFTA_DATA_VALUE, value);
        message.End(data);
    }

    // One after the other; of several, each is padded to four bytes.
    private static byte[] Join(IReadOnlyList<FirewallWord> words, Func<FirewallWord, byte[]> bytesOf)
    {
        if (words.Count == 1) return bytesOf(words[0]);
        var joined = new byte[words.Sum(word => NetlinkMessage.Padded(bytesOf(word).Length))];
        var place = 0;
        foreach (var word in words)
        {
            var bytes = bytesOf(word);
            bytes.CopyTo(joined, place);
            place += NetlinkMessage.Padded(bytes.Length);
        }

        return joined;
    }

    // The next address; null after the last one that there is.
    private static byte[]? Next(byte[] address)
    {
        var next = (byte[])address.Clone();
        for (var i = next.Length - 1; i >= 0; i--)
            if (++next[i] != 0) return next;
        return null;
    }
}
