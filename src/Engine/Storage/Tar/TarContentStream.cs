namespace ContainerPS.Engine.Storage;

/// <summary>The current entry's content as a stream, with the holes of sparse files as zeros.</summary>
internal sealed class TarContentStream(TarReader reader) : ReadStream
{
    private TarEntry? _entry;
    private long _position;
    private int _segment;

    public override long Length => reader.Current?.Size ?? 0;

    public override long Position
    {
        get => ReferenceEquals(_entry, reader.Current) ? _position : 0;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (!ReferenceEquals(_entry, reader.Current))
        {
            _entry = reader.Current;
            _position = 0;
            _segment = 0;
        }

        if (_entry is null || buffer.IsEmpty || _position >= _entry.Size) return 0;
        buffer = buffer[..(int)Math.Min(buffer.Length, _entry.Size - _position)];
        var read = _entry.Sparse is { } map ? ReadSparse(map, buffer) : ReadStored(buffer);
        _position += read;
        return read;
    }

    private int ReadStored(Span<byte> buffer)
    {
        var piece = reader.ReadStored(buffer.Length);
        piece.CopyTo(buffer);
        return piece.Length;
    }

    private int ReadSparse(IReadOnlyList<SparseSegment> map, Span<byte> buffer)
    {
        while (_segment < map.Count && map[_segment].End <= _position) _segment++;
        if (_segment == map.Count || map[_segment].Offset > _position)
        {
            var hole = (_segment == map.Count ? _entry!.Size : map[_segment].Offset) - _position;
            buffer = buffer[..(int)Math.Min(buffer.Length, hole)];
            buffer.Clear();
            return buffer.Length;
        }

        return ReadStored(buffer[..(int)Math.Min(buffer.Length, map[_segment].End - _position)]);
    }
}
