using System.Buffers;
using System.Globalization;
using System.Text;

namespace ContainerPS.Engine.Storage;

/// <summary>Writes PAX records in a fixed order: by key, as Go's archive/tar does.</summary>
internal sealed class PaxBuilder
{
    private readonly List<(byte[] Key, byte[] Value)> _records = [];

    internal bool IsEmpty => _records.Count == 0;

    internal void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => _records.Add((key.ToArray(), value.ToArray()));

    internal void Add(ReadOnlySpan<byte> key, long number) => Add(key, Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)));

    internal void Add(ReadOnlySpan<byte> key, TarTime time, bool nanoseconds) => Add(key, Encoding.ASCII.GetBytes(Format(time, nanoseconds)));

    /// <summary>Adds an extended attribute in star's way, or, when its name has the character that ends a key, in libarchive's.</summary>
    internal void AddXattr(TarXattr xattr)
    {
        if (!xattr.Name.Contains((byte)'='))
        {
            Add([.. "SCHILY.xattr."u8, .. xattr.Name], xattr.Value);
            return;
        }

        var name = Encoding.Latin1.GetString(xattr.Name).Replace("%", "%25", StringComparison.Ordinal).Replace("=", "%3D", StringComparison.Ordinal);
        Add([.. "LIBARCHIVE.xattr."u8, .. Encoding.Latin1.GetBytes(name)], Encoding.ASCII.GetBytes(Convert.ToBase64String(xattr.Value)));
    }

    /// <summary>All records, "LENGTH KEY=VALUE\n" each, the length counting its own digits.</summary>
    internal byte[] ToArray()
    {
        var text = new ArrayBufferWriter<byte>();
        // A name that is no UTF-8 is said to be bytes, before it comes.
        if (_records.Exists(r => r.Key.AsSpan().EndsWith("path"u8) && !System.Text.Unicode.Utf8.IsValid(r.Value))) Append(text, "hdrcharset"u8, "BINARY"u8);
        _records.Sort((a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
        foreach (var (key, value) in _records) Append(text, key, value);
        return text.WrittenSpan.ToArray();
    }

    private static void Append(ArrayBufferWriter<byte> text, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var rest = key.Length + value.Length + 3;
        var length = rest + Digits(rest);
        if (Digits(length) > Digits(rest)) length++;
        text.Write(Encoding.ASCII.GetBytes(length.ToString(CultureInfo.InvariantCulture)));
        text.Write(" "u8);
        text.Write(key);
        text.Write("="u8);
        text.Write(value);
        text.Write("\n"u8);
    }

    private static int Digits(int number)
    {
        var digits = 1;
        while ((number /= 10) > 0) digits++;
        return digits;
    }

    private static string Format(TarTime time, bool nanoseconds)
    {
        if (!nanoseconds || time.Nanoseconds == 0) return time.Seconds.ToString(CultureInfo.InvariantCulture);
        // Before 1970 the fraction counts away from zero as the seconds do.
        var (sign, seconds, fraction) = time.Seconds < 0
            ? ("-", -(time.Seconds + 1), 1_000_000_000 - time.Nanoseconds)
            : ("", time.Seconds, time.Nanoseconds);
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{seconds}.{fraction:d9}").TrimEnd('0');
    }
}
