namespace ContainerPS.Engine.Storage;

/// <summary>
/// Reads a tar archive from a stream that need not seek: V7, ustar, GNU and PAX, byte for byte.
/// Memory is bounded whatever the archive says; damage is an <see cref="InvalidContentException"/> with entry and offset.
/// </summary>
internal sealed partial class TarReader : IDisposable
{
    /// <summary>Longest extended header, as Go's archive/tar has it.</summary>
    private const int LongestExtension = 1024 * 1024;

    /// <summary>Linux's PATH_MAX without the NUL.</summary>
    private const int LongestName = 4095;

    private readonly TarSource _source;
    private PaxRecords? _global;
    private PaxRecords? _local;
    private byte[]? _longName;
    private byte[]? _longLink;
    private TarEntry? _entry;
    private long _remaining;
    private int _padding;
    private int _payload;
    private bool _ended;

    /// <summary>Begins to read.</summary>
    /// <param name="source">The archive, uncompressed, at its first byte.</param>
    /// <param name="leaveOpen">False when the reader is to dispose of it.</param>
    internal TarReader(Stream source, bool leaveOpen = false)
    {
        _source = new TarSource(source, leaveOpen);
        Content = new TarContentStream(this);
    }

    /// <summary>The current entry's content, holes as zeros; valid until the next entry is asked for.</summary>
    internal Stream Content { get; }

    /// <summary>The entry last given, with what of it is not yet read.</summary>
    internal TarEntry? Current => _entry;

    /// <summary>Gives the next entry, or null at the archive's end; what was not read of the last one is skipped.</summary>
    internal TarEntry? Next()
    {
        FinishEntry();
        while (!_ended)
        {
            var offset = _source.Position;
            var ready = _source.Ensure(TarHeader.BlockSize);
            if (ready == 0 && !HasExtension)
            {
                // GNU tar and Go accept an archive without its end mark.
                _ended = true;
                break;
            }

            if (ready < TarHeader.BlockSize) throw Damaged(offset, default, "it ends inside an entry");
            var header = new TarHeader(_source.Buffered);
            if (TarHeader.IsZero(_source.Buffered[..TarHeader.BlockSize]))
            {
                ReadEndMark(offset);
                break;
            }

            if (!header.ChecksumFits()) throw Damaged(offset, default, "there is no tar header, or its checksum is wrong");
            if (ReadExtension(header, offset)) continue;
            return _entry = ReadEntry(header, offset);
        }

        return null;
    }

    /// <summary>The next stored bytes of the current entry, where they lie; empty when there are no more. Valid until the next call.</summary>
    internal ReadOnlySpan<byte> ReadStored(long most = long.MaxValue)
    {
        if (_remaining == 0) return default;
        var piece = _source.Take(Math.Min(_remaining, most));
        if (piece.IsEmpty) throw Damaged(_source.Position, _entry!.Name, $"it ends {_remaining} bytes before the end of this file");
        _remaining -= piece.Length;
        return piece;
    }

    /// <summary>Reads the stream to its end, past the archive's: who hashes or verifies it needs every byte.</summary>
    internal void Drain()
    {
        FinishEntry();
        while (!_source.Take(long.MaxValue).IsEmpty)
        {
        }

        _ended = true;
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    private bool HasExtension => _local is not null || _longName is not null || _longLink is not null;

    private void FinishEntry()
    {
        if (_entry is not { } entry) return;
        if (_remaining > 0 && !_source.Skip(_remaining)) throw Damaged(_source.Position, entry.Name, "it ends inside this entry");
        _remaining = 0;
        if (_padding > 0 && !_source.Skip(_padding)) throw Damaged(_source.Position, entry.Name, "it ends inside the padding after this entry");
        _padding = 0;
        _entry = null;
    }

    private void ReadEndMark(long offset)
    {
        if (HasExtension) throw Damaged(offset, default, "an extended header is followed by the end of the archive");
        _source.Advance(TarHeader.BlockSize);
        var ready = _source.Ensure(TarHeader.BlockSize);
        if (ready > 0 && (ready < TarHeader.BlockSize || !TarHeader.IsZero(_source.Buffered[..TarHeader.BlockSize])))
            throw Damaged(offset, default, "an empty block is followed by something else");
        _source.Advance(ready);
        _ended = true;
    }

    private void SetStored(long stored)
    {
        _remaining = stored;
        _padding = (int)(-stored & (TarHeader.BlockSize - 1));
    }

    private static InvalidContentException Damaged(long offset, ReadOnlySpan<byte> name, string what) => name.IsEmpty
        ? new($"The tar archive is damaged at byte {offset}: {what}.")
        : new($"The tar archive is damaged at byte {offset}, entry '{TarText.Display(name)}': {what}.", TarText.Display(name));
}
