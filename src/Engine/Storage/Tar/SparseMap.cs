namespace ContainerPS.Engine.Storage;

/// <summary>Maps of sparse files: the old GNU header's, the one in the data of PAX 1.0, and the check of both.</summary>
internal static class SparseMap
{
    /// <summary>Limits the memory a map may take (16 bytes each).</summary>
    internal const int MostSegments = 128 * 1024;

    /// <summary>Adds the pieces of an old GNU map: pairs of number fields, ended by an empty one. False when they are no numbers.</summary>
    internal static bool TryAddGnu(ReadOnlySpan<byte> fields, List<SparseSegment> map)
    {
        for (; fields.Length >= 24; fields = fields[24..])
        {
            if (fields[0] == 0 && fields[12] == 0) return true;
            if (!TarNumber.TryRead(fields[..12], out var offset) || !TarNumber.TryRead(fields.Slice(12, 12), out var length)) return false;
            map.Add(new SparseSegment(offset, length));
        }

        return true;
    }

    /// <summary>Reads the map that precedes the data: a count, then offsets and lengths, one decimal number a line, padded to whole blocks.</summary>
    /// <returns>The bytes it took, or -1 when it is damaged.</returns>
    internal static long ReadFromData(TarSource source, long stored, List<SparseSegment> map)
    {
        var taken = 0L;
        var number = 0L;
        var digits = 0;
        var expected = -1L;
        var offset = -1L;
        while (expected != 0)
        {
            if (taken + TarHeader.BlockSize > stored || source.Ensure(TarHeader.BlockSize) < TarHeader.BlockSize) return -1;
            foreach (var c in source.Buffered[..TarHeader.BlockSize])
            {
                if (c is >= (byte)'0' and <= (byte)'9' && digits++ < 18)
                {
                    number = number * 10 + (c - '0');
                    continue;
                }

                if (c != '\n' || digits == 0) return -1;
                if (expected < 0) expected = number <= MostSegments ? number * 2 : -2;
                else if (expected-- % 2 == 0) offset = number;
                else map.Add(new SparseSegment(offset, number));
                if (expected == -2) return -1;
                number = digits = 0;
                if (expected == 0) break;
            }

            source.Advance(TarHeader.BlockSize);
            taken += TarHeader.BlockSize;
        }

        return taken;
    }

    /// <summary>True when the pieces ascend without overlap, lie in the file, and are together as long as what is stored.</summary>
    internal static bool IsValid(List<SparseSegment> map, long size, long stored)
    {
        var end = 0L;
        var sum = 0L;
        foreach (var segment in map)
        {
            if (segment.Offset < end || segment.Length < 0 || segment.Offset > size || segment.Length > size - segment.Offset) return false;
            end = segment.End;
            sum += segment.Length;
        }

        return sum == stored;
    }
}
