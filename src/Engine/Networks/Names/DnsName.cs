using System.Text;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// Names as they are in packets (RFC 1035 3.1): labels with their lengths before them, and a zero. A name in lower case is what it is looked up by; since a
/// length is at most 63, below any letter, lengths need not be told from text to change its case.
/// </summary>
internal static class DnsName
{
    /// <summary>The longest name, with all its lengths.</summary>
    internal const int Longest = 255;

    /// <summary>The longest label.</summary>
    internal const int LongestLabel = 63;

    /// <summary>Where the name ends that starts there, or -1 when it is none. The name of a question is first in a packet: there is nothing it could point to.</summary>
    internal static int End(ReadOnlySpan<byte> message, int start)
    {
        var at = start;
        while ((uint)at < (uint)message.Length)
        {
            int length = message[at];
            if (length > LongestLabel) return -1;
            at += length + 1;
            if (at - start > Longest) return -1;
            if (length == 0) return at;
        }

        return -1;
    }

    /// <summary>
    /// Where the name of a record ends, or -1. It may end in a pointer to an earlier name (RFC 1035 4.1.4), which is not followed: nothing is asked of these
    /// names, so that pointers which go round in circles harm nobody.
    /// </summary>
    internal static int SkipName(ReadOnlySpan<byte> message, int start)
    {
        var at = start;
        while ((uint)at < (uint)message.Length)
        {
            int length = message[at];
            if (length >= 0xc0) return at + 2 <= message.Length ? at + 2 : -1;
            if (length > LongestLabel) return -1;
            at += length + 1;
            if (at - start > Longest) return -1;
            if (length == 0) return at;
        }

        return -1;
    }

    /// <summary>Copies a name in lower case.</summary>
    internal static ReadOnlySpan<byte> Lower(ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            buffer[i] = c is >= (byte)'A' and <= (byte)'Z' ? (byte)(c | 0x20) : c;
        }

        return buffer[..name.Length];
    }

    /// <summary>True when both are the same name but for upper and lower case.</summary>
    internal static bool AreEqual(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.Length != b.Length) return false;
        for (var i = 0; i < a.Length; i++)
        {
            if (a[i] != b[i] && !((a[i] ^ b[i]) == 0x20 && (byte)((a[i] | 0x20) - 'a') < 26)) return false;
        }

        return true;
    }

    /// <summary>True when the name has one label, as <c>db.</c> has.</summary>
    internal static bool HasOneLabel(ReadOnlySpan<byte> name) => name.Length > 1 && name[0] + 2 == name.Length;

    /// <summary>A name in the packets' form from labels with dots between them, or null when it has a label or a length that no packet can hold.</summary>
    internal static byte[]? Encode(string name)
    {
        var text = Encoding.UTF8.GetBytes(name);
        var result = new byte[text.Length + 2];
        var at = 0;
        foreach (var range in text.AsSpan().Split((byte)'.'))
        {
            var label = text.AsSpan()[range];
            if (label.Length is 0 or > LongestLabel) return null;
            result[at] = (byte)label.Length;
            label.CopyTo(result.AsSpan(at + 1));
            at += label.Length + 1;
        }

        return result.Length <= Longest ? result : null;
    }
}
