using System.Buffers;

namespace ContainerPS.Engine.Storage;

/// <summary>
/// Writes a tar archive: ustar, with a PAX header before each entry that ustar cannot express. The same entries give the same bytes.
/// </summary>
internal sealed class TarWriter
{
    private const int CopySize = 256 * 1024;

    private readonly Stream _destination;
    private readonly byte[] _block = new byte[TarHeader.BlockSize];
    private readonly byte[] _zeros = new byte[TarHeader.BlockSize];

    /// <summary>Begins an archive.</summary>
    /// <param name="destination">Where it goes; not disposed of.</param>
    internal TarWriter(Stream destination) => _destination = destination;

    /// <summary>Whether times keep their nanoseconds; costs a PAX header for most entries.</summary>
    internal bool Nanoseconds { get; init; }

    /// <summary>Bytes written so far.</summary>
    internal long Position { get; private set; }

    /// <summary>Writes an entry without content: all kinds but files, and files of size 0.</summary>
    internal void Write(TarEntry entry) => Write(entry, ReadOnlySpan<byte>.Empty);

    /// <summary>Writes a file whose content is at hand; its length is the entry's size.</summary>
    internal void Write(TarEntry entry, ReadOnlySpan<byte> content)
    {
        if (content.Length != SizeOf(entry)) throw new ArgumentException($"'{entry.DisplayName}' is said to have {entry.Size} bytes and has {content.Length}.", nameof(content));
        WriteHeaders(entry);
        WriteBytes(content);
        WritePadding(content.Length);
    }

    /// <summary>Writes a file whose content is read from a stream, as much as the entry's size says.</summary>
    /// <exception cref="InvalidContentException">The stream has less: the file has shrunk since its size was asked.</exception>
    internal void Write(TarEntry entry, Stream content)
    {
        WriteHeaders(entry);
        var size = SizeOf(entry);
        var buffer = ArrayPool<byte>.Shared.Rent(CopySize);
        try
        {
            for (var left = size; left > 0;)
            {
                var read = content.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
                if (read == 0) throw new InvalidContentException($"'{entry.DisplayName}' ends {left} bytes before its size of {size}: it was changed while it was read.", entry.DisplayName);
                WriteBytes(buffer.AsSpan(0, read));
                left -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        WritePadding(size);
    }

    /// <summary>Writes the entry that hides a path of the layers below (image-spec layer.md#whiteouts).</summary>
    /// <param name="path">The path that is hidden.</param>
    /// <param name="time">The whiteout's time.</param>
    internal void WriteWhiteout(ReadOnlySpan<byte> path, TarTime time = default)
    {
        path = path.TrimEnd((byte)'/');
        var name = path.LastIndexOf((byte)'/') + 1;
        Write(new TarEntry { Name = [.. path[..name], .. ".wh."u8, .. path[name..]], Mode = 0, ModifiedTime = time });
    }

    /// <summary>Writes the entry that hides all that the layers below have in a directory.</summary>
    /// <param name="directory">The directory; empty for the root.</param>
    /// <param name="time">The whiteout's time.</param>
    internal void WriteOpaque(ReadOnlySpan<byte> directory, TarTime time = default)
    {
        directory = directory.TrimEnd((byte)'/');
        byte[] name = directory.IsEmpty ? [.. ".wh..wh..opq"u8] : [.. directory, .. "/.wh..wh..opq"u8];
        Write(new TarEntry { Name = name, Mode = 0, ModifiedTime = time });
    }

    /// <summary>Writes the end of the archive.</summary>
    internal void Finish()
    {
        WriteBytes(_zeros);
        WriteBytes(_zeros);
        _destination.Flush();
    }

    private static long SizeOf(TarEntry entry) => entry.Type == TarEntryType.File ? entry.Size : 0;

    private void WriteHeaders(TarEntry entry)
    {
        if (entry.Name.Length == 0 || entry.Name.Contains((byte)0) || entry.LinkName.Contains((byte)0))
            throw new ArgumentException($"'{entry.DisplayName}' cannot be the name of an entry.", nameof(entry));
        var name = entry.Type == TarEntryType.Directory && entry.Name[^1] != '/' ? [.. entry.Name, (byte)'/'] : entry.Name;
        var records = new PaxBuilder();
        var header = new TarHeaderBuilder(_block);
        header.Begin((byte)TypeFlag(entry.Type));
        if (!header.TrySetName(name)) records.Add("path"u8, name);
        if (!header.TrySetLinkName(entry.LinkName)) records.Add("linkpath"u8, entry.LinkName);
        header.SetMode(entry.Mode);
        if (!header.TrySetUid(entry.Uid)) records.Add("uid"u8, entry.Uid);
        if (!header.TrySetGid(entry.Gid)) records.Add("gid"u8, entry.Gid);
        if (!header.TrySetSize(SizeOf(entry))) records.Add("size"u8, SizeOf(entry));
        if (!header.TrySetTime(entry.ModifiedTime.Seconds) || (Nanoseconds && entry.ModifiedTime.Nanoseconds != 0)) records.Add("mtime"u8, entry.ModifiedTime, Nanoseconds);
        if (!header.TrySetUserName(entry.UserName)) records.Add("uname"u8, entry.UserName);
        if (!header.TrySetGroupName(entry.GroupName)) records.Add("gname"u8, entry.GroupName);
        if (!header.TrySetDevice(entry.DeviceMajor, entry.DeviceMinor))
            throw new ArgumentException($"'{entry.DisplayName}' has a device number {entry.DeviceMajor}:{entry.DeviceMinor} that tar cannot express.", nameof(entry));
        if (Nanoseconds && entry.AccessTime is { } access) records.Add("atime"u8, access, Nanoseconds);
        foreach (var xattr in entry.Xattrs) records.AddXattr(xattr);
        header.SetChecksum();
        if (!records.IsEmpty) WriteExtension(name, records.ToArray());
        WriteBytes(_block);
    }

    private void WriteExtension(byte[] name, byte[] records)
    {
        var block = new byte[TarHeader.BlockSize];
        var header = new TarHeaderBuilder(block);
        header.Begin((byte)'x');
        header.SetExtensionName(name);
        header.SetMode(0x1a4); // 0644
        header.TrySetUid(0);
        header.TrySetGid(0);
        header.TrySetSize(records.Length);
        header.TrySetTime(0);
        header.SetChecksum();
        WriteBytes(block);
        WriteBytes(records);
        WritePadding(records.Length);
    }

    private void WritePadding(long size)
    {
        var padding = (int)(-size & (TarHeader.BlockSize - 1));
        if (padding > 0) WriteBytes(_zeros.AsSpan(0, padding));
    }

    private void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        _destination.Write(bytes);
        Position += bytes.Length;
    }

    private static char TypeFlag(TarEntryType type) => type switch
    {
        TarEntryType.HardLink => '1',
        TarEntryType.SymbolicLink => '2',
        TarEntryType.CharacterDevice => '3',
        TarEntryType.BlockDevice => '4',
        TarEntryType.Directory => '5',
        TarEntryType.Fifo => '6',
        _ => '0',
    };
}
