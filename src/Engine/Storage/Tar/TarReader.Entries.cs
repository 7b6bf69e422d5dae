namespace ContainerPS.Engine.Storage;

// From header blocks to entries.
internal sealed partial class TarReader
{
    /// <summary>Takes a block that says something about the next entry, or that can be passed over. False when the block is an entry.</summary>
    private bool ReadExtension(TarHeader header, long offset)
    {
        switch ((char)header.Type)
        {
            case 'x' or 'X':
                _local = _global?.Copy() ?? new PaxRecords();
                AddRecords(_local, header, offset);
                return true;
            case 'g':
                AddRecords(_global = _global?.Copy() ?? new PaxRecords(), header, offset);
                return true;
            case 'L':
                _longName = ReadLongName(header, offset);
                return true;
            case 'K':
                _longLink = ReadLongName(header, offset);
                return true;
            case 'V': // GNU tar's volume label
                ReadPayload(header, offset);
                FinishPayload();
                return true;
            default:
                return false;
        }
    }

    private TarEntry ReadEntry(TarHeader header, long offset)
    {
        var records = _local ?? _global;
        var name = _longName ?? _local?.Sparse?.Name ?? records?.Path ?? HeaderName(header);
        var link = _longLink ?? records?.LinkPath ?? header.LinkName.ToArray();
        var sparse = _local?.Sparse;
        _local = null;
        _longName = _longLink = null;

        if (name.Length > LongestName || link.Length > LongestName)
            throw Damaged(offset, name, $"its name is longer than the {LongestName} bytes that Linux can open");
        var type = TypeOf(header, name) ?? throw Damaged(offset, name, $"it is of an unknown kind (0x{header.Type:x2})");
        var isDevice = type is TarEntryType.CharacterDevice or TarEntryType.BlockDevice;
        var mode = ReadNumber(header.ModeField, offset, name, "mode");
        var uid = records?.Uid ?? ReadNumber(header.UidField, offset, name, "owner");
        var gid = records?.Gid ?? ReadNumber(header.GidField, offset, name, "group");
        // The highest id means "leave as it is" to chown.
        if (uid is < 0 or >= uint.MaxValue || gid is < 0 or >= uint.MaxValue) throw Damaged(offset, name, $"its owner {uid}:{gid} is out of range");
        var time = records?.ModifiedTime ?? new TarTime(ReadNumber(header.TimeField, offset, name, "time"));
        var major = isDevice ? ReadNumber(header.MajorField, offset, name, "device number") : 0;
        var minor = isDevice ? ReadNumber(header.MinorField, offset, name, "device number") : 0;
        if (major is < 0 or > 0xfff || minor is < 0 or > 0xfffff) throw Damaged(offset, name, $"its device number {major}:{minor} is out of range");
        var user = records?.UserName ?? header.UserName.ToArray();
        var group = records?.GroupName ?? header.GroupName.ToArray();

        // Header-only kinds have no data, whatever their size field says (as Go's archive/tar reads them).
        var hasData = type == TarEntryType.File || header.Type == 'D';
        var stored = hasData ? records?.Size ?? ReadNumber(header.SizeField, offset, name, "size") : 0;
        if (stored is < 0 or > long.MaxValue - 2 * TarHeader.BlockSize) throw Damaged(offset, name, $"its size {stored} is out of range");
        var size = type == TarEntryType.File ? stored : 0;
        List<SparseSegment>? map = null;
        if (header.Type == 'S') size = ReadGnuSparse(header, offset, name, stored, out map);
        else _source.Advance(TarHeader.BlockSize);
        if (sparse is not null && type == TarEntryType.File && map is null) size = ReadPaxSparse(sparse, offset, name, ref stored, out map);
        SetStored(stored);

        return new TarEntry
        {
            Name = name,
            Type = type,
            LinkName = link,
            Mode = (uint)mode & 0xfff,
            Uid = (uint)uid,
            Gid = (uint)gid,
            UserName = user,
            GroupName = group,
            Size = size,
            ModifiedTime = time,
            AccessTime = records?.AccessTime,
            DeviceMajor = (uint)major,
            DeviceMinor = (uint)minor,
            Xattrs = (IReadOnlyList<TarXattr>?)records?.Xattrs ?? [],
            Sparse = map,
            HeaderOffset = offset,
            DataOffset = _source.Position,
            StoredSize = stored,
        };
    }

    private static TarEntryType? TypeOf(TarHeader header, byte[] name) => (char)header.Type switch
    {
        '\0' when name.AsSpan().EndsWith("/"u8) => TarEntryType.Directory, // V7 had no directories
        '\0' or '0' or '7' or 'S' => TarEntryType.File,
        '1' => TarEntryType.HardLink,
        '2' => TarEntryType.SymbolicLink,
        '3' => TarEntryType.CharacterDevice,
        '4' => TarEntryType.BlockDevice,
        '5' or 'D' => TarEntryType.Directory,
        '6' => TarEntryType.Fifo,
        _ => null,
    };

    private static byte[] HeaderName(TarHeader header)
    {
        var prefix = header.Prefix;
        return prefix.IsEmpty ? header.Name.ToArray() : [.. prefix, (byte)'/', .. header.Name];
    }

    private static long ReadNumber(ReadOnlySpan<byte> field, long offset, byte[] name, string what) =>
        TarNumber.TryRead(field, out var value) ? value : throw Damaged(offset, name, $"its {what} is no number");

    // Takes the header and its extra blocks; the header's size is that of the stored bytes.
    private long ReadGnuSparse(TarHeader header, long offset, byte[] name, long stored, out List<SparseSegment> map)
    {
        map = [];
        var size = ReadNumber(header.GnuRealSizeField, offset, name, "size");
        var valid = SparseMap.TryAddGnu(header.GnuSparseMap, map);
        var more = header.GnuSparseIsExtended;
        _source.Advance(TarHeader.BlockSize);
        while (valid && more)
        {
            if (_source.Ensure(TarHeader.BlockSize) < TarHeader.BlockSize) throw Damaged(_source.Position, name, "it ends inside this entry");
            valid = map.Count < SparseMap.MostSegments && SparseMap.TryAddGnu(_source.Buffered[..504], map);
            more = _source.Buffered[504] != 0;
            _source.Advance(TarHeader.BlockSize);
        }

        if (!valid || size < 0 || !SparseMap.IsValid(map, size, stored)) throw Damaged(offset, name, "its map of sparse parts is damaged");
        return size;
    }

    private long ReadPaxSparse(PaxSparse sparse, long offset, byte[] name, ref long stored, out List<SparseSegment> map)
    {
        if (sparse.IsUnknown) throw Damaged(offset, name, "it is sparse in a format newer than GNU 1.0");
        map = sparse.Map;
        if (sparse.MapIsInData)
        {
            map = [];
            var taken = SparseMap.ReadFromData(_source, stored, map);
            if (taken < 0) throw Damaged(offset, name, "its map of sparse parts is damaged");
            stored -= taken;
        }

        var size = sparse.RealSize ?? throw Damaged(offset, name, "it is sparse, but its size is not said");
        if (!SparseMap.IsValid(map, size, stored)) throw Damaged(offset, name, "its map of sparse parts is damaged");
        return size;
    }

    private void AddRecords(PaxRecords records, TarHeader header, long offset)
    {
        if (records.Add(ReadPayload(header, offset)) is { } wrong) throw Damaged(offset, default, wrong);
        FinishPayload();
    }

    private byte[] ReadLongName(TarHeader header, long offset)
    {
        var name = TarText.UpToNul(ReadPayload(header, offset)).ToArray();
        if (name.Length == 0) throw Damaged(offset, default, "a long name is empty");
        FinishPayload();
        return name;
    }

    /// <summary>What follows an extended header, left where it lies; <see cref="FinishPayload"/> takes both. The header's view is void afterwards.</summary>
    private ReadOnlySpan<byte> ReadPayload(TarHeader header, long offset)
    {
        var size = PayloadSize(header, offset);
        _payload = TarHeader.BlockSize + Padded(size);
        if (_source.Ensure(_payload) < _payload) throw Damaged(offset, default, "it ends inside an extended header");
        return _source.Buffered.Slice(TarHeader.BlockSize, size);
    }

    private void FinishPayload() => _source.Advance(_payload);

    private static int PayloadSize(TarHeader header, long offset)
    {
        if (!TarNumber.TryRead(header.SizeField, out var size) || size < 0) throw Damaged(offset, default, "an extended header has a wrong size");
        if (size > LongestExtension) throw Damaged(offset, default, $"an extended header of {size} bytes is longer than {LongestExtension}");
        return (int)size;
    }

    private static int Padded(int size) => (size + TarHeader.BlockSize - 1) & -TarHeader.BlockSize;
}
