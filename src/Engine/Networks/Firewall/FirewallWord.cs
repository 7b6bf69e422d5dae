namespace ContainerPS.Engine.Networks;

/// <summary>A value in one of our sets, as nft writes it and as the kernel holds it.</summary>
/// <param name="text">A word of nft's language.</param>
/// <param name="bytes">What packets are compared with: numbers of packets in the network's order of bytes.</param>
/// <param name="last">Where the word means all values up to another: that one.</param>
internal readonly struct FirewallWord(string text, byte[] bytes, byte[]? last = null)
{
    /// <summary>A word of nft's language.</summary>
    internal string Text { get; } = text;

    /// <summary>The value, or the first of those that are meant.</summary>
    internal byte[] Bytes { get; } = bytes;

    /// <summary>The last of those that are meant.</summary>
    internal byte[] Last { get; } = last ?? bytes;

    /// <summary>True when it may mean several values: its set is one of intervals.</summary>
    internal bool IsInterval { get; } = last is not null;
}
