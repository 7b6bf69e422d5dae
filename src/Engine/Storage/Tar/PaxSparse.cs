namespace ContainerPS.Engine.Storage;

/// <summary>GNU tar's PAX records about a sparse file: formats 0.0, 0.1 and 1.0 (GNU tar manual, "Storing Sparse Files").</summary>
internal sealed class PaxSparse
{
    private readonly List<SparseSegment> _map = [];
    private long? _pendingOffset;
    private long _major;
    private long _minor;

    /// <summary>The file's own name; the entry's is a made-up one.</summary>
    internal byte[]? Name { get; private set; }

    /// <summary>The file's size, holes included.</summary>
    internal long? RealSize { get; private set; }

    /// <summary>True for 1.0, where the map precedes the stored bytes.</summary>
    internal bool MapIsInData => _major == 1 && _minor == 0;

    /// <summary>True for a version newer than 1.0.</summary>
    internal bool IsUnknown => _major > 1 || (_major == 1 && _minor > 0);

    /// <summary>The map of formats 0.0 and 0.1.</summary>
    internal List<SparseSegment> Map => _map;

    /// <summary>Takes one record; returns null, or what is wrong.</summary>
    internal string? Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.SequenceEqual("name"u8))
        {
            if (value.Contains((byte)0)) return "a PAX name contains a NUL byte";
            Name = value.ToArray();
            return null;
        }

        if (key.SequenceEqual("map"u8)) return SetMap(value);
        if (!TarNumber.TryReadDecimal(value, out var number)) return $"'{TarText.Display(value)}' is no PAX number";
        if (key.SequenceEqual("major"u8)) _major = number;
        else if (key.SequenceEqual("minor"u8)) _minor = number;
        else if (key.SequenceEqual("realsize"u8) || key.SequenceEqual("size"u8)) RealSize = number;
        else if (key.SequenceEqual("offset"u8)) _pendingOffset = number;
        else if (key.SequenceEqual("numbytes"u8)) return AddPending(number);
        return null;
    }

    private string? AddPending(long length)
    {
        if (_pendingOffset is not { } offset) return "GNU.sparse.numbytes is not preceded by GNU.sparse.offset";
        _pendingOffset = null;
        _map.Add(new SparseSegment(offset, length));
        return null;
    }

    private string? SetMap(ReadOnlySpan<byte> value)
    {
        _map.Clear();
        while (!value.IsEmpty)
        {
            if (!TakeNumber(ref value, out var offset) || !TakeNumber(ref value, out var length)) return "GNU.sparse.map is not a list of pairs of numbers";
            _map.Add(new SparseSegment(offset, length));
        }

        return null;
    }

    private static bool TakeNumber(ref ReadOnlySpan<byte> text, out long number)
    {
        var comma = text.IndexOf((byte)',');
        var digits = comma < 0 ? text : text[..comma];
        text = comma < 0 ? default : text[(comma + 1)..];
        return TarNumber.TryReadDecimal(digits, out number);
    }
}
