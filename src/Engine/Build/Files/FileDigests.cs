using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Build;

/// <summary>
/// Digests of files that earlier builds have read, in a file for each context. A file that has the same inode, size and times is taken to have the same content;
/// one that was changed just before it was read is read again next time, because the clock of file systems has steps.
/// </summary>
internal sealed class FileDigests
{
    private const int EntrySize = 6 * sizeof(long) + DigestSize;
    private const int DigestSize = 32;
    private const int MostKept = 500_000;
    private static readonly byte[] s_header = "containerps-digests-1\n\0\0"u8.ToArray();

    // Longest step of such a clock that is known (FAT's, of two seconds), and a little more.
    private static readonly TimeSpan s_clockStep = TimeSpan.FromSeconds(2.5);

    private readonly string _path;
    private readonly Lock _gate = new();
    private readonly Dictionary<FileIdentity, byte[]> _known;
    private readonly Dictionary<FileIdentity, byte[]> _used = [];
    private bool _isChanged;

    private FileDigests(string path, Dictionary<FileIdentity, byte[]> known) => (_path, _known) = (path, known);

    /// <summary>Reads what is kept of a context.</summary>
    /// <param name="folder">Where such files are.</param>
    /// <param name="context">What the context is called; null for one that is never the same again.</param>
    internal static FileDigests Open(string folder, string? context)
    {
        var path = context is null ? "" : Path.Combine(folder, Storage.Digest.Of(context).Hex);
        return new FileDigests(path, context is null ? [] : Read(path));
    }

    /// <summary>The digest of a file, or null when it is not known.</summary>
    internal byte[]? Find(in Syscall.statx_t status)
    {
        var identity = FileIdentity.Of(status);
        lock (_gate)
        {
            if (!_known.TryGetValue(identity, out var digest)) return null;
            _used[identity] = digest;
            return digest;
        }
    }

    /// <summary>Remembers the digest of a file.</summary>
    internal void Add(in Syscall.statx_t status, byte[] digest)
    {
        var changed = Math.Max(status.stx_ctime.tv_sec, status.stx_mtime.tv_sec);
        if (changed > DateTimeOffset.UtcNow.ToUnixTimeSeconds() - s_clockStep.TotalSeconds) return;
        lock (_gate)
        {
            _used[FileIdentity.Of(status)] = digest;
            _isChanged = true;
        }
    }

    /// <summary>Writes what was used, when there is news. Only ever a saving: it is no error when it cannot be written.</summary>
    internal void Save()
    {
        lock (_gate)
        {
            if (!_isChanged || _path.Length == 0) return;

            // What another Dockerfile of this context has used is kept, too, as long as it is not too much.
            var all = _known.Count + _used.Count < MostKept ? new Dictionary<FileIdentity, byte[]>(_known) : [];
            foreach (var (identity, digest) in _used) all[identity] = digest;
            var bytes = new byte[s_header.Length + all.Count * EntrySize];
            s_header.CopyTo(bytes, 0);
            var at = s_header.Length;
            foreach (var (identity, digest) in all)
            {
                identity.Write(bytes.AsSpan(at));
                digest.CopyTo(bytes, at + EntrySize - DigestSize);
                at += EntrySize;
            }

            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(_path)!, StagingFolder.PrivateMode);
                AtomicFile.Write(_path, bytes, durable: false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or NoSpaceException)
            {
                // The next build reads the files again.
            }
        }
    }

    private static Dictionary<FileIdentity, byte[]> Read(string path)
    {
        var known = new Dictionary<FileIdentity, byte[]>();
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return known;
        }

        if (!bytes.AsSpan().StartsWith(s_header)) return known;
        known.EnsureCapacity(bytes.Length / EntrySize);
        for (var at = s_header.Length; at + EntrySize <= bytes.Length; at += EntrySize)
            known[FileIdentity.Read(bytes.AsSpan(at))] = bytes[(at + EntrySize - DigestSize)..(at + EntrySize)];
        return known;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct FileIdentity(long Device, ulong Inode, ulong Size, long Modified, long Changed, long Mode)
    {
        internal static FileIdentity Of(in Syscall.statx_t status) => new(
            ((long)status.stx_dev_major << 32) | status.stx_dev_minor,
            status.stx_ino,
            status.stx_size,
            status.stx_mtime.tv_sec * 1_000_000_000 + status.stx_mtime.tv_nsec,
            status.stx_ctime.tv_sec * 1_000_000_000 + status.stx_ctime.tv_nsec,
            status.stx_mode);

        internal static FileIdentity Read(ReadOnlySpan<byte> bytes) => new(
            BinaryPrimitives.ReadInt64LittleEndian(bytes),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]));

        internal void Write(Span<byte> bytes)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, Device);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], Inode);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], Size);
            BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], Modified);
            BinaryPrimitives.WriteInt64LittleEndian(bytes[32..], Changed);
            BinaryPrimitives.WriteInt64LittleEndian(bytes[40..], Mode);
        }
    }
}
