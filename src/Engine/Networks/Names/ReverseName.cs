namespace ContainerPS.Engine.Networks;

/// <summary>The names under which addresses are asked about: <c>4.3.2.1.in-addr.arpa</c> (RFC 1035 3.5), 32 digits and <c>ip6.arpa</c> (RFC 3596 2.5).</summary>
internal static class ReverseName
{
    private static ReadOnlySpan<byte> Version4 => "\u0007in-addr\u0004arpa\0"u8;

    private static ReadOnlySpan<byte> Version6 => "\u0003ip6\u0004arpa\0"u8;

    /// <summary>The address that a name in lower case stands for: 4 or 16 bytes of the buffer, or nothing.</summary>
    internal static ReadOnlySpan<byte> Address(ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        if (name.EndsWith(Version4)) return Address4(name[..^Version4.Length], buffer);
        return name.EndsWith(Version6) ? Address6(name[..^Version6.Length], buffer) : default;
    }

    private static ReadOnlySpan<byte> Address4(ReadOnlySpan<byte> labels, Span<byte> buffer)
    {
        for (var i = 3; i >= 0; i--)
        {
            if (labels.Length < 2) return default;
            int length = labels[0];
            if (length is 0 or > 3 || length >= labels.Length || (length > 1 && labels[1] == '0')) return default;
            var number = 0;
            foreach (var c in labels.Slice(1, length))
            {
                if (c is < (byte)'0' or > (byte)'9') return default;
                number = number * 10 + c - '0';
            }

            if (number > byte.MaxValue) return default;
            buffer[i] = (byte)number;
            labels = labels[(length + 1)..];
        }

        return labels.IsEmpty ? buffer[..4] : default;
    }

    private static ReadOnlySpan<byte> Address6(ReadOnlySpan<byte> labels, Span<byte> buffer)
    {
        if (labels.Length != 64) return default;
        for (var i = 0; i < 16; i++)
        {
            var place = 60 - 4 * i;
            if (labels[place] != 1 || labels[place + 2] != 1) return default;
            var (low, high) = (Digit(labels[place + 1]), Digit(labels[place + 3]));
            if ((low | high) < 0) return default;
            buffer[i] = (byte)(high << 4 | low);
        }

        return buffer[..16];
    }

    private static int Digit(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => c - '0',
        >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
        _ => -1,
    };
}
