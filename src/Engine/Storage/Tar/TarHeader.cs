namespace ContainerPS.Engine.Storage;

/// <summary>The fields of a 512-byte header block (POSIX.1-2017 pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format").</summary>
internal readonly ref struct TarHeader
{
    internal const int BlockSize = 512;

    private readonly ReadOnlySpan<byte> _block;

    internal TarHeader(ReadOnlySpan<byte> block) => _block = block[..BlockSize];

    internal ReadOnlySpan<byte> Name => TarText.UpToNul(_block[..100]);

    internal ReadOnlySpan<byte> ModeField => _block.Slice(100, 8);

    internal ReadOnlySpan<byte> UidField => _block.Slice(108, 8);

    internal ReadOnlySpan<byte> GidField => _block.Slice(116, 8);

    internal ReadOnlySpan<byte> SizeField => _block.Slice(124, 12);

    internal ReadOnlySpan<byte> TimeField => _block.Slice(136, 12);

    internal byte Type => _block[156];

    internal ReadOnlySpan<byte> LinkName => TarText.UpToNul(_block.Slice(157, 100));

    internal ReadOnlySpan<byte> UserName => IsVersion7 ? default : TarText.UpToNul(_block.Slice(265, 32));

    internal ReadOnlySpan<byte> GroupName => IsVersion7 ? default : TarText.UpToNul(_block.Slice(297, 32));

    internal ReadOnlySpan<byte> MajorField => _block.Slice(329, 8);

    internal ReadOnlySpan<byte> MinorField => _block.Slice(337, 8);

    /// <summary>Beginning of a long path; only POSIX headers have it, and star's shorter one is followed by times.</summary>
    internal ReadOnlySpan<byte> Prefix =>
        !IsPosix ? default
        : _block.Slice(508, 4).SequenceEqual("tar\0"u8) ? TarText.UpToNul(_block.Slice(345, 131))
        : TarText.UpToNul(_block.Slice(345, 155));

    /// <summary>The four pieces of an old GNU sparse map; more may follow in extra blocks.</summary>
    internal ReadOnlySpan<byte> GnuSparseMap => _block.Slice(386, 96);

    internal bool GnuSparseIsExtended => _block[482] != 0;

    internal ReadOnlySpan<byte> GnuRealSizeField => _block.Slice(483, 12);

    private bool IsPosix => _block.Slice(257, 6).SequenceEqual("ustar\0"u8);

    private bool IsVersion7 => !_block.Slice(257, 5).SequenceEqual("ustar"u8);

    internal static bool IsZero(ReadOnlySpan<byte> block) => !block.ContainsAnyExcept((byte)0);

    /// <summary>The sum of the block's bytes with the checksum field taken as spaces; some old programs summed signed bytes.</summary>
    internal bool ChecksumFits()
    {
        if (!TarNumber.TryRead(_block.Slice(148, 8), out var expected)) return false;
        return expected == Sum(_block) || expected == SignedSum(_block);
    }

    /// <summary>The checksum to write into a block.</summary>
    internal static int Sum(ReadOnlySpan<byte> block)
    {
        var sum = 8 * ' ';
        foreach (var b in block[..148]) sum += b;
        foreach (var b in block[156..BlockSize]) sum += b;
        return sum;
    }

    private static int SignedSum(ReadOnlySpan<byte> block)
    {
        var sum = 8 * ' ';
        foreach (var b in block[..148]) sum += (sbyte)b;
        foreach (var b in block[156..BlockSize]) sum += (sbyte)b;
        return sum;
    }
}
