using System.Buffers.Binary;

namespace ContainerPS.Engine.Storage;

/// <summary>Numbers of tar headers: octal text, or base-256 when the first byte has its top bit set (GNU).</summary>
internal static class TarNumber
{
    /// <summary>Reads a number field; an empty one is 0. False when it is no number or does not fit.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> field, out long value) =>
        field.Length > 0 && (field[0] & 0x80) != 0 ? TryReadBase256(field, out value) : TryReadOctal(field, out value);

    /// <summary>Decimal digits, as PAX records have them. False when there is none, something else, or too many.</summary>
    internal static bool TryReadDecimal(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.IsEmpty) return false;
        foreach (var c in text)
        {
            if (c is < (byte)'0' or > (byte)'9') return false;
            if (value > (long.MaxValue - (c - '0')) / 10) return false;
            value = value * 10 + (c - '0');
        }

        return true;
    }

    /// <summary>Seconds with an optional sign and fraction, as PAX times are written.</summary>
    internal static bool TryReadTime(ReadOnlySpan<byte> text, out TarTime time)
    {
        time = default;
        var negative = text.Length > 0 && text[0] == '-';
        if (negative) text = text[1..];
        var point = text.IndexOf((byte)'.');
        if (!TryReadDecimal(point < 0 ? text : text[..point], out var seconds)) return false;
        var nanoseconds = 0;
        if (point >= 0)
        {
            var fraction = text[(point + 1)..];
            for (var i = 0; i < fraction.Length; i++)
                if (fraction[i] is < (byte)'0' or > (byte)'9') return false;
            for (var i = 0; i < 9; i++)
                nanoseconds = nanoseconds * 10 + (i < fraction.Length ? fraction[i] - '0' : 0);
        }

        if (!negative) time = new TarTime(seconds, nanoseconds);
        else if (nanoseconds == 0) time = new TarTime(-seconds);
        else time = new TarTime(-seconds - 1, 1_000_000_000 - nanoseconds);
        return true;
    }

    /// <summary>Writes octal digits and a NUL over the whole field. False when the value is negative or has too many digits.</summary>
    internal static bool TryWriteOctal(Span<byte> field, long value)
    {
        if (value < 0) return false;
        for (var i = field.Length - 2; i >= 0; i--)
        {
            field[i] = (byte)('0' + (value & 7));
            value >>= 3;
        }

        field[^1] = 0;
        return value == 0;
    }

    private static bool TryReadOctal(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        var i = 0;
        while (i < field.Length && field[i] is (byte)' ' or 0) i++;
        for (; i < field.Length && field[i] is not ((byte)' ' or 0); i++)
        {
            if (field[i] is < (byte)'0' or > (byte)'7' || value >> 60 != 0) return false;
            value = value << 3 | (long)(field[i] - '0');
        }

        return true;
    }

    private static bool TryReadBase256(ReadOnlySpan<byte> field, out long value)
    {
        // Two's complement of all bits but the mark; bit 6 of the first byte is the sign.
        var negative = (field[0] & 0x40) != 0;
        var fill = negative ? (byte)0xff : (byte)0;
        Span<byte> low = stackalloc byte[8];
        low.Fill(fill);
        value = 0;
        var first = (byte)(negative ? field[0] | 0x80 : field[0] & 0x7f);
        for (var i = 0; i < field.Length; i++)
        {
            var b = i == 0 ? first : field[i];
            var place = i - (field.Length - 8);
            if (place >= 0) low[place] = b;
            else if (b != fill) return false;
        }

        value = BinaryPrimitives.ReadInt64BigEndian(low);
        return value < 0 == negative;
    }
}
