using System.Text.Unicode;

namespace ContainerPS.Engine.Storage;

/// <summary>
/// Fills a ustar header block. The Try methods say false when the field cannot hold the value, and then leave in it what is nearest,
/// for programs that know no PAX.
/// </summary>
internal readonly ref struct TarHeaderBuilder(Span<byte> block)
{
    private readonly Span<byte> _block = block;

    internal void Begin(byte type)
    {
        _block.Clear();
        _block[156] = type;
        "ustar\000"u8.CopyTo(_block[257..]);
    }

    internal bool TrySetName(ReadOnlySpan<byte> name)
    {
        var fits = TrySplit(name, out var prefix);
        if (prefix > 0) name[..prefix].CopyTo(_block[345..]);
        var rest = prefix > 0 ? name[(prefix + 1)..] : name;
        rest[..Math.Min(rest.Length, 100)].CopyTo(_block);
        return fits && IsPlain(name);
    }

    internal bool TrySetLinkName(ReadOnlySpan<byte> name) => TrySetText(name, 157, 100);

    internal bool TrySetUserName(ReadOnlySpan<byte> name) => TrySetText(name, 265, 31);

    internal bool TrySetGroupName(ReadOnlySpan<byte> name) => TrySetText(name, 297, 31);

    internal void SetMode(uint mode) => TarNumber.TryWriteOctal(_block.Slice(100, 8), mode & 0xfff);

    internal bool TrySetUid(long uid) => TrySetNumber(_block.Slice(108, 8), uid);

    internal bool TrySetGid(long gid) => TrySetNumber(_block.Slice(116, 8), gid);

    internal bool TrySetSize(long size) => TrySetNumber(_block.Slice(124, 12), size);

    internal bool TrySetTime(long seconds) => TrySetNumber(_block.Slice(136, 12), seconds);

    internal bool TrySetDevice(uint major, uint minor) =>
        TarNumber.TryWriteOctal(_block.Slice(329, 8), major) & TarNumber.TryWriteOctal(_block.Slice(337, 8), minor);

    /// <summary>The made-up name of a PAX header, by which programs that know none extract it (POSIX.1-2017 pax, %d/PaxHeaders/%f).</summary>
    internal void SetExtensionName(ReadOnlySpan<byte> name)
    {
        var file = name.TrimEnd((byte)'/');
        file = file[(file.LastIndexOf((byte)'/') + 1)..];
        ReadOnlySpan<byte> made = [.. "PaxHeaders.0/"u8, .. file];
        made = made[..Math.Min(made.Length, 99)];
        for (var i = 0; i < made.Length; i++) _block[i] = made[i] < 0x80 ? made[i] : (byte)'_';
    }

    internal void SetChecksum()
    {
        TarNumber.TryWriteOctal(_block.Slice(148, 7), TarHeader.Sum(_block));
        _block[155] = (byte)' ';
    }

    private static bool TrySetNumber(Span<byte> field, long value)
    {
        if (TarNumber.TryWriteOctal(field, value)) return true;
        TarNumber.TryWriteOctal(field, 0);
        return false;
    }

    private bool TrySetText(ReadOnlySpan<byte> text, int at, int length)
    {
        text[..Math.Min(text.Length, length)].CopyTo(_block[at..]);
        return text.Length <= length && IsPlain(text);
    }

    // POSIX has ASCII in headers and UTF-8 in PAX; a name that is neither stays as the bytes it is.
    private static bool IsPlain(ReadOnlySpan<byte> text) => System.Text.Ascii.IsValid(text) || !Utf8.IsValid(text);

    private static bool TrySplit(ReadOnlySpan<byte> name, out int prefix)
    {
        prefix = 0;
        if (name.Length <= 100) return true;
        // The slash between the fields is in neither; the name must not be empty, so a last slash does not count.
        var last = name[..Math.Min(name.Length - 1, 156)].LastIndexOf((byte)'/');
        if (last <= 0 || name.Length - last - 1 > 100) return false;
        prefix = last;
        return true;
    }
}
