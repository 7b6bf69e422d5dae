namespace ContainerPS.Engine.Storage;

/// <summary>
/// What PAX extended headers say about an entry (POSIX.1-2017 pax, "pax Extended Header"; the vendors' keys of GNU tar, star and libarchive).
/// Null means unsaid: the entry's own header counts.
/// </summary>
internal sealed class PaxRecords
{
    // Far beyond what a file system stores for one file (64 KiB in all), and little enough to search one by one.
    private const int MostXattrs = 1024;
    private const int MostXattrBytes = 1024 * 1024;

    private int _xattrBytes;

    internal byte[]? Path { get; private set; }

    internal byte[]? LinkPath { get; private set; }

    internal long? Size { get; private set; }

    internal long? Uid { get; private set; }

    internal long? Gid { get; private set; }

    internal byte[]? UserName { get; private set; }

    internal byte[]? GroupName { get; private set; }

    internal TarTime? ModifiedTime { get; private set; }

    internal TarTime? AccessTime { get; private set; }

    /// <summary>Extended attributes; a list of its own for every entry.</summary>
    internal List<TarXattr>? Xattrs { get; private set; }

    internal PaxSparse? Sparse { get; private set; }

    /// <summary>A copy to which an entry's own records are added.</summary>
    internal PaxRecords Copy()
    {
        var copy = (PaxRecords)MemberwiseClone();
        copy.Xattrs = Xattrs is null ? null : [.. Xattrs];
        copy.Sparse = null;
        return copy;
    }

    /// <summary>Adds records: "LENGTH KEY=VALUE\n" each, the length counting itself. Later ones win, an empty value unsays.</summary>
    /// <returns>Null, or what is wrong.</returns>
    internal string? Add(ReadOnlySpan<byte> text)
    {
        while (text.Length > 0)
        {
            var space = text[..Math.Min(text.Length, 20)].IndexOf((byte)' ');
            if (space < 0 || !TarNumber.TryReadDecimal(text[..space], out var length) || length > text.Length || length < space + 3)
                return "a PAX record has a wrong length";
            var record = text[(space + 1)..(int)length];
            var equals = record.IndexOf((byte)'=');
            if (equals < 1 || record[^1] != '\n') return "a PAX record is not KEY=VALUE and a line feed";
            if (Set(record[..equals], record[(equals + 1)..^1]) is { } wrong) return wrong;
            text = text[(int)length..];
        }

        return null;
    }

    private string? Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        string? wrong = null;
        if (key.SequenceEqual("mtime"u8)) ModifiedTime = ReadTime(value, ref wrong);
        else if (key.SequenceEqual("atime"u8)) AccessTime = ReadTime(value, ref wrong);
        else if (key.SequenceEqual("path"u8)) Path = ReadText(value, ref wrong);
        else if (key.SequenceEqual("linkpath"u8)) LinkPath = ReadText(value, ref wrong);
        else if (key.SequenceEqual("size"u8)) Size = ReadNumber(value, ref wrong);
        else if (key.SequenceEqual("uid"u8)) Uid = ReadNumber(value, ref wrong);
        else if (key.SequenceEqual("gid"u8)) Gid = ReadNumber(value, ref wrong);
        else if (key.SequenceEqual("uname"u8)) UserName = ReadText(value, ref wrong);
        else if (key.SequenceEqual("gname"u8)) GroupName = ReadText(value, ref wrong);
        else if (key.StartsWith("SCHILY.xattr."u8)) wrong = SetXattr(key["SCHILY.xattr.".Length..].ToArray(), value.ToArray(), replace: true);
        else if (key.StartsWith("LIBARCHIVE.xattr."u8)) wrong = SetLibarchiveXattr(key["LIBARCHIVE.xattr.".Length..], value);
        else if (key.StartsWith("GNU.sparse."u8)) wrong = (Sparse ??= new PaxSparse()).Set(key["GNU.sparse.".Length..], value);
        return wrong;
    }

    private static TarTime? ReadTime(ReadOnlySpan<byte> value, ref string? wrong)
    {
        if (value.IsEmpty) return null;
        if (!TarNumber.TryReadTime(value, out var time)) wrong = $"'{TarText.Display(value)}' is no PAX time";
        return time;
    }

    private static long? ReadNumber(ReadOnlySpan<byte> value, ref string? wrong)
    {
        if (value.IsEmpty) return null;
        if (!TarNumber.TryReadDecimal(value, out var number)) wrong = $"'{TarText.Display(value)}' is no PAX number";
        return number;
    }

    private static byte[]? ReadText(ReadOnlySpan<byte> value, ref string? wrong)
    {
        if (value.Contains((byte)0)) wrong = "a PAX name contains a NUL byte";
        return value.IsEmpty ? null : value.ToArray();
    }

    // libarchive writes the name percent-encoded and the value in base64, beside star's record of the same, which is exact and wins.
    private string? SetLibarchiveXattr(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var padded = System.Text.Encoding.ASCII.GetString(value).TrimEnd('=');
        var bytes = new byte[value.Length];
        if (!Convert.TryFromBase64String(padded.PadRight((padded.Length + 3) / 4 * 4, '='), bytes, out var length))
            return "a LIBARCHIVE.xattr value is no base64";
        return SetXattr(PercentDecode(name), bytes[..length], replace: false);
    }

    private static byte[] PercentDecode(ReadOnlySpan<byte> text)
    {
        var result = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && byte.TryParse(text.Slice(i + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var b))
            {
                result[length++] = b;
                i += 2;
            }
            else
            {
                result[length++] = text[i];
            }
        }

        return result[..length];
    }

    private string? SetXattr(byte[] name, byte[] value, bool replace)
    {
        if (name.Length == 0 || name.Contains((byte)0)) return "an extended attribute has no valid name";
        Xattrs ??= [];
        // Global headers add up.
        if ((_xattrBytes += name.Length + value.Length) > MostXattrBytes) return $"it has more than {MostXattrBytes} bytes of extended attributes";
        if (Xattrs.Count == MostXattrs) return $"it has more than {MostXattrs} extended attributes";
        var at = Xattrs.FindIndex(x => x.Name.AsSpan().SequenceEqual(name));
        if (at < 0) Xattrs.Add(new TarXattr(name, value));
        else if (replace) Xattrs[at] = new TarXattr(name, value);
        return null;
    }
}
